// What becomes of the planned state where nothing but the script lays it (docs/targets/iproute2.md).
import type { KernelPlan } from '../../plan/plan.js'
import { factsOf, KERNEL_ALONE, type Behaviour } from '../shared/runtime-notes.js'

const fact = factsOf('iproute2')

export const behaviourOf = (manage: KernelPlan['manage']): Behaviour => ({
  boot: fact('life-cycle', 'Nothing runs the script by itself: a unit, or a line in rc.local, says `up`.'),
  carrier: fact('when-a-link-is-lost', KERNEL_ALONE),
  'set-down': fact(
    'life-cycle',
    'The kernel takes its routes and its IPv6 addresses along, until `up` is run again.',
  ),
  lease: fact(
    'leases',
    'The client is yours, and so is the address; what follows from it comes and goes with it, by `multihome-follow`.',
  ),
  restart: fact(
    'life-cycle',
    'A restart of its unit is `down`, then `up`: it opens what is closed for a moment. Run `up` instead.',
  ),
  change: fact(
    'what-a-change-leaves',
    'Nothing of the old description stays, but an `mtu` that is written no more. No wanted rule or route is missing for a moment.',
  ),
  stop: fact('what-a-stop-leaves', '`down` leaves the links up, and nothing else of ours.'),
  removal: fact('to-take-it-away', '`down`, then remove the files, and what ran `up` at boot.'),
  others: fact(
    'beside-other-programs',
    manage === 'routing'
      ? 'Rules and routes of others stay.'
      : 'Rules of others stay, and so do their routes, but for IPv4 ones over our links at `down`: the kernel takes those with the last address.',
  ),
})
