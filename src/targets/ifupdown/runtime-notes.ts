// Runtime notes of the three programs that read interfaces(5) (docs/targets/ifupdown.md).
import type { Intent } from '../../plan/plan.js'
import { KERNEL_ALONE, notesOf, type Behaviour } from '../shared/runtime-notes.js'
import type { Flavour } from './settings.js'

const CHANGE =
  'Down with the old file, up with the new: nothing of the old description stays, except an `mtu` that is no longer in it.'
const OTHERS =
  'Rules of others stay. `ifdown LINK` deletes every route over that link, `ifdown lo` every IPv6 route without a next hop, those of others too.'

const own: Readonly<Record<Flavour, Readonly<Record<'restart' | 'change' | 'stop' | 'others', string>>>> = {
  ifupdown: {
    restart:
      '`systemctl restart networking` sets the links down and up and skips `lo`: rules and reject routes stay.',
    change: CHANGE,
    stop: '`systemctl stop networking` leaves rules and reject routes, since it skips `lo`, and the links down; `ifdown -a` leaves nothing.',
    others: OTHERS,
  },
  ifupdown2: {
    restart:
      'During `systemctl restart networking` and `ifreload -a`, rejected traffic is not rejected for a moment: the rules are installed again while links are up.',
    change:
      'Down with the old file, up with the new: nothing of the old description stays. An `mtu` that is no longer in it is reset to the default.',
    stop: 'Nothing of ours is left, and the links are down.',
    others: 'Rules of others stay. `ifdown LINK` deletes every route over that link, those of others too.',
  },
  'ifupdown-ng': {
    restart:
      'During `systemctl restart networking`, rejected traffic is not rejected for a moment: the rules are installed again while links are up.',
    change: CHANGE,
    stop: '`ifdown -a` leaves nothing of ours, and the links down.',
    others: OTHERS,
  },
}

const BESIDE = 'ifupdown#manage-routing'

/** For the hook beside stanzas of others. */
const ofScript = notesOf(
  'ifupdown',
  {
    boot: '`ifup` runs multihome-ifupdown after each stanza, also after stanzas of others: what one run cannot install yet, because an address is missing, the next one installs.',
    change:
      'Run by hand, /etc/network/if-up.d/multihome installs everything and removes what is no longer listed. No wanted rule or route is ever missing.',
    removal: '`ifdown` each link and `lo` while the hook is still there; then remove the files.',
  },
  { boot: BESIDE, change: BESIDE, removal: BESIDE },
)

export const behaviourOf = (flavour: Flavour, manage: Intent['manage']): Behaviour => ({
  ...notesOf(
    'ifupdown',
    {
      boot: '`ifup -a`, in the order of the file: `lo` with the rules and reject routes, then each link. An `optional` link comes up when it exists, links with leases come last.',
      carrier: KERNEL_ALONE,
      'set-down':
        'The kernel deletes its routes and its IPv6 addresses, and nothing adds them again: run `ifdown LINK; ifup LINK`.',
      lease:
        'After a change of address, the old one with its routes and rules is removed, and the new ones are added. Without carrier dhcpcd removes the address; dhclient and udhcpc keep it.',
      restart: own[flavour].restart,
      change: own[flavour].change,
      stop: own[flavour].stop,
      removal:
        '`ifdown` while the file is still there: without it ifupdown knows nothing. Then remove the files.',
      others: own[flavour].others,
    },
    flavour === 'ifupdown' ? {} : { restart: 'ifupdown#life-cycle' },
  ),
  ...(manage === 'routing' ? ofScript : {}),
})
