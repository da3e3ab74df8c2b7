// Runtime notes of iproute2: only the script installs the planned state (docs/targets/iproute2.md).
import type { Intent } from '../../plan/plan.js'
import { factsOf, KERNEL_ALONE, type Behaviour } from '../shared/runtime-notes.js'

const fact = factsOf('iproute2')

export const behaviourOf = (manage: Intent['manage']): Behaviour => ({
  boot: fact(
    'life-cycle',
    'Nothing runs the script by itself: run it with `up` from a unit or from rc.local.',
  ),
  carrier: fact('when-a-link-is-lost', KERNEL_ALONE),
  'set-down': fact(
    'life-cycle',
    'The kernel deletes its routes and its IPv6 addresses; `up` installs them again.',
  ),
  lease: fact(
    'leases',
    'The client and the address are up to you; `multihome-follow` adds and removes the rules and routes of the address.',
  ),
  restart: fact(
    'life-cycle',
    'A restart of its unit is `down`, then `up`: for a moment, rejected traffic is not rejected. Run `up` instead.',
  ),
  change: fact(
    'what-a-change-leaves',
    'Nothing of the old description stays, except an `mtu` that is no longer in it. No wanted rule or route is ever missing.',
  ),
  stop: fact('what-a-stop-leaves', '`down` leaves the links up, and nothing else of ours.'),
  removal: fact(
    'to-take-it-away',
    '`down`, then remove the files, and the unit or line that ran `up` at boot.',
  ),
  others: fact(
    'beside-other-programs',
    manage === 'routing'
      ? 'Rules and routes of others stay.'
      : 'Rules of others stay, and so do their routes, except IPv4 ones over our links at `down`: the kernel deletes these with the last address.',
  ),
})
