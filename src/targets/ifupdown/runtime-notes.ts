// Runtime notes of the three programs that read interfaces(5) (docs/targets/ifupdown.md).
import type { Intent } from '../../plan/plan.js'
import { factsOf, KERNEL_ALONE, type Behaviour } from '../shared/runtime-notes.js'
import type { Flavour } from './settings.js'

const fact = factsOf('ifupdown')

const restart: Readonly<Record<Flavour, string>> = {
  ifupdown:
    '`systemctl restart networking` sets the links down and up and skips `lo`: rules and reject routes stay.',
  ifupdown2:
    'During `systemctl restart networking` and `ifreload -a`, rejected traffic is not rejected for a moment: the rules are installed again while links are up.',
  'ifupdown-ng':
    'During `systemctl restart networking`, rejected traffic is not rejected for a moment: the rules are installed again while links are up.',
}

const change: Readonly<Record<Flavour, string>> = {
  ifupdown:
    'Down with the old file, up with the new: nothing of the old description stays, except an `mtu` that is no longer in it.',
  ifupdown2:
    'Down with the old file, up with the new: nothing of the old description stays. An `mtu` that is no longer in it is reset to the default.',
  'ifupdown-ng':
    'Down with the old file, up with the new: nothing of the old description stays, except an `mtu` that is no longer in it.',
}

const stop: Readonly<Record<Flavour, string>> = {
  ifupdown:
    '`systemctl stop networking` leaves rules and reject routes, since it skips `lo`, and the links down; `ifdown -a` leaves nothing.',
  ifupdown2: 'Nothing of ours is left, and the links are down.',
  'ifupdown-ng': '`ifdown -a` leaves nothing of ours, and the links down.',
}

const others: Readonly<Record<Flavour, string>> = {
  ifupdown:
    'Rules of others stay. `ifdown LINK` deletes every route over that link, `ifdown lo` every IPv6 route without a next hop, those of others too.',
  ifupdown2: 'Rules of others stay. `ifdown LINK` deletes every route over that link, those of others too.',
  'ifupdown-ng':
    'Rules of others stay. `ifdown LINK` deletes every route over that link, `ifdown lo` every IPv6 route without a next hop, those of others too.',
}

/** For the script beside stanzas of others. */
const ofScript = {
  boot: fact(
    'manage-routing',
    '`ifup` runs the script after each stanza, also after stanzas of others: what one run cannot install yet, because an address is missing, the next one installs.',
  ),
  change: fact(
    'manage-routing',
    'Run by hand, the script installs everything and removes what is no longer listed. No wanted rule or route is ever missing.',
  ),
  removal: fact(
    'manage-routing',
    '`ifdown` each link and `lo` while the script is still there; then remove the files.',
  ),
} satisfies Partial<Behaviour>

export const behaviourOf = (flavour: Flavour, manage: Intent['manage']): Behaviour => ({
  boot: fact(
    'life-cycle',
    '`ifup -a`, in the order of the file: `lo` with the rules and reject routes, then each link. An `optional` link comes up when it exists, links with leases come last.',
  ),
  carrier: fact('when-a-link-is-lost', KERNEL_ALONE),
  'set-down': fact(
    'life-cycle',
    'The kernel deletes its routes and its IPv6 addresses, and nothing adds them again: run `ifdown LINK; ifup LINK`.',
  ),
  lease: fact(
    'leases',
    'After a change of address, the old one with its routes and rules is removed, and the new ones are added. Without carrier dhcpcd removes the address; dhclient and udhcpc keep it.',
  ),
  restart: fact(flavour === 'ifupdown' ? 'what-a-stop-leaves' : 'life-cycle', restart[flavour]),
  change: fact('what-a-change-leaves', change[flavour]),
  stop: fact('what-a-stop-leaves', stop[flavour]),
  removal: fact(
    'to-take-it-away',
    '`ifdown` while the file is still there: without it ifupdown knows nothing. Then remove the files.',
  ),
  others: fact('beside-other-programs', others[flavour]),
  ...(manage === 'routing' ? ofScript : {}),
})
