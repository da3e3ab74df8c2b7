// What netifrc and OpenRC do with the planned state while the host lives (docs/targets/netifrc.md).
import { factsOf, KERNEL_ALONE, type Behaviour } from '../shared/runtime-notes.js'

const fact = factsOf('netifrc')

export const behaviour: Behaviour = {
  boot: fact(
    'life-cycle',
    'OpenRC starts `net.lo` in runlevel boot, with the rules and closing routes, then the links in runlevel default.',
  ),
  carrier: fact('when-a-link-is-lost', KERNEL_ALONE),
  'set-down': fact(
    'life-cycle',
    'The kernel takes its routes and its IPv6 addresses along, and nothing brings them back: `rc-service net.LINK restart`.',
  ),
  lease: fact(
    'leases',
    'A renewal changes nothing; with another address the rules follow within a second. Without carrier dhcpcd takes the address and its routes away until the next lease.',
  ),
  restart: fact(
    'life-cycle',
    '`rc-service net.lo restart` opens what is closed for a moment, unless the links are stopped before, as in the steps of a change.',
  ),
  change: fact(
    'what-a-change-leaves',
    'Nothing of the old description stays, but an `mtu` that is written no more.',
  ),
  stop: fact(
    'what-a-stop-leaves',
    'A stop of every link and of `net.lo` leaves nothing of ours, and the links down. A shutdown stops nothing.',
  ),
  removal: fact('to-take-it-away', 'Each service takes away what it laid: stop them, then remove the files.'),
  others: fact(
    'beside-other-programs',
    'Rules and routes of others stay, but for routes over a link whose service is stopped: the kernel takes them, whoever laid them.',
  ),
}
