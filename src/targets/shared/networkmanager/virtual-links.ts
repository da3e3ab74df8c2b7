// Virtual links as settings of NetworkManager profiles, and the membership of their ports.
import type { VirtualLink } from '../../../kernel/virtual-link.js'
import type { PlannedLink } from '../../../plan/plan.js'
import { entry, optionalEntry, type Entries } from '../ini-entries.js'

/** The section of its kind. */
export function virtualLinkEntries(made: VirtualLink): Entries {
  switch (made.kind) {
    case 'vlan':
      // REORDER_HDR, the kernel's default.
      return [entry('flags', 1), entry('id', made.id), entry('parent', made.link)]
    case 'bond':
      return [
        entry('mode', made.mode),
        entry('miimon', made.miimon),
        ...optionalEntry('primary', made.primary),
        ...optionalEntry('lacp_rate', made.lacpRate),
        ...optionalEntry('xmit_hash_policy', made.xmitHashPolicy),
      ]
    case 'bridge':
      return [entry('stp', String(made.stp)), ...optionalEntry('forward-delay', made.forwardDelay)]
    case 'vrf':
      return [entry('table', made.table)]
  }
}

/** In [connection]; 1.46 renames them to controller and ports, and still reads these keys. */
export const membership = ({ virtual, master }: PlannedLink): Entries => [
  ...(virtual === undefined || virtual.kind === 'vlan' ? [] : [entry('autoconnect-slaves', 1)]),
  ...(master === undefined ? [] : [entry('master', master.link), entry('slave-type', master.kind)]),
]
