// Runtime notes of iproute2: only multihome-plan installs the planned state (docs/targets/iproute2.md).
import type { Intent } from '../../plan/plan.js'
import { KERNEL_ALONE, notesOf, type Behaviour } from '../shared/runtime-notes.js'

export const behaviourOf = (manage: Intent['manage']): Behaviour =>
  notesOf(
    'iproute2',
    {
      boot: 'Nothing runs the script by itself: run it with `up` from a unit or from rc.local.',
      carrier: KERNEL_ALONE,
      'set-down': 'The kernel deletes its routes and its IPv6 addresses; `up` installs them again.',
      lease:
        'The client and the address are up to you; `multihome-tracker` adds and removes the rules and routes of the address.',
      restart:
        'A restart of its unit is `down`, then `up`: for a moment, rejected traffic is not rejected. Run `up` instead.',
      change:
        'Nothing of the old description stays, except an `mtu` that is no longer in it. No wanted rule or route is ever missing.',
      stop: '`down` leaves the links up, and nothing else of ours.',
      removal: '`down`, then remove the files, and the unit or line that ran `up` at boot.',
      others:
        manage === 'routing'
          ? 'Rules and routes of others stay.'
          : 'Rules of others stay, and so do their routes, except IPv4 ones over our links at `down`: the kernel deletes these with the last address.',
    },
    { restart: 'iproute2#life-cycle' },
  )
