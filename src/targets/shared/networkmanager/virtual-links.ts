// Virtual links as settings of NetworkManager profiles, and the membership of their ports.
import type { VirtualLink } from '../../../kernel/virtual-link.js'
import type { PlannedLink } from '../../../plan/plan.js'

type Entries = readonly (readonly [key: string, value: string])[]

/** The section of its kind. */
export function virtualLinkEntries(made: VirtualLink): Entries {
  switch (made.kind) {
    case 'vlan':
      // REORDER_HDR, the kernel's default.
      return [
        ['flags', '1'],
        ['id', String(made.id)],
        ['parent', made.link],
      ]
    case 'bond':
      return [
        ['mode', made.mode],
        ['miimon', String(made.miimon)],
        ...(made.primary === undefined ? [] : [['primary', made.primary] as const]),
        ...(made.lacpRate === undefined ? [] : [['lacp_rate', made.lacpRate] as const]),
        ...(made.xmitHashPolicy === undefined ? [] : [['xmit_hash_policy', made.xmitHashPolicy] as const]),
      ]
    case 'bridge':
      return [
        ['stp', String(made.stp)],
        ...(made.forwardDelay === undefined ? [] : [['forward-delay', String(made.forwardDelay)] as const]),
      ]
    case 'vrf':
      return [['table', String(made.table)]]
  }
}

/** In [connection]; 1.46 renames them to controller and ports, and still reads these keys. */
export const membership = ({ virtual, master }: PlannedLink): Entries => [
  ...(virtual === undefined || virtual.kind === 'vlan' ? [] : [['autoconnect-slaves', '1'] as const]),
  ...(master === undefined ? [] : [['master', master.link] as const, ['slave-type', master.kind] as const]),
]
