// Virtual links as settings of NetworkManager profiles, and the membership of their ports.
import type { VirtualLink } from '../../../kernel/virtual-link.js'
import type { PlannedLink } from '../../../plan/plan.js'
import { entry, optionalEntry, type Entries } from '../ini-entries.js'
import { connectionKeys, virtualLinkKeys } from './keys.js'

const { vlan, bond, bridge, vrf } = virtualLinkKeys

/** The section of its kind. */
export function virtualLinkEntries(made: VirtualLink): Entries {
  switch (made.kind) {
    case 'vlan':
      // REORDER_HDR, the kernel's default.
      return [entry('flags', 1), entry(vlan.id, made.id), entry(vlan.link, made.link)]
    case 'bond':
      return [
        entry(bond.mode, made.mode),
        entry(bond.miimon, made.miimon),
        ...optionalEntry(bond.primary, made.primary),
        ...optionalEntry(bond.lacpRate, made.lacpRate),
        ...optionalEntry(bond.xmitHashPolicy, made.xmitHashPolicy),
      ]
    case 'bridge':
      return [entry(bridge.stp, String(made.stp)), ...optionalEntry(bridge.forwardDelay, made.forwardDelay)]
    case 'vrf':
      return [entry(vrf.table, made.table)]
  }
}

/** In [connection]. */
export const membership = ({ virtual, master }: PlannedLink): Entries => [
  ...(virtual === undefined || virtual.kind === 'vlan' ? [] : [entry(connectionKeys.autoconnectPorts, 1)]),
  ...(master === undefined
    ? []
    : [entry(connectionKeys.master, master.link), entry(connectionKeys.masterKind, master.kind)]),
]
