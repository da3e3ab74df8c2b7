// Runtime notes of netifrc and OpenRC (docs/targets/netifrc.md).
import { KERNEL_ALONE, notesOf, type Behaviour } from '../shared/runtime-notes.js'

export const behaviour: Behaviour = notesOf(
  'netifrc',
  {
    boot: 'OpenRC starts `net.lo` in runlevel boot, with the rules and reject routes, then the links in runlevel default.',
    carrier: KERNEL_ALONE,
    'set-down':
      'The kernel deletes its routes and its IPv6 addresses, and nothing adds them again: run `rc-service net.LINK restart`.',
    lease:
      'A renewal changes nothing; after a change of address the rules match within a second. Without carrier dhcpcd removes the address and its routes until the next lease.',
    restart:
      'During `rc-service net.lo restart`, rejected traffic is not rejected for a moment, unless the links are stopped first, as in the steps of a change.',
    change: 'Nothing of the old description stays, except an `mtu` that is no longer in it.',
    stop: 'A stop of every link and of `net.lo` leaves nothing of ours, and the links down. A shutdown stops nothing.',
    removal: 'Each service removes what it installed: stop them, then remove the files.',
    others:
      'Rules and routes of others stay, except routes over a link whose service is stopped: the kernel deletes all of them.',
  },
  { restart: 'netifrc#life-cycle' },
)
