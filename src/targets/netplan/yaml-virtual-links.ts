// Virtual links in netplan's YAML: their sections and keys.
import type { VirtualLink } from '../../kernel/virtual-link.js'
import type { YamlMapping } from '../../syntax/yaml.js'

const sections = { vlan: 'vlans', bond: 'bonds', bridge: 'bridges', vrf: 'vrfs' } as const

export const sectionOf = ({ kind }: VirtualLink): string => sections[kind]

export function virtualLinkKeys(made: VirtualLink): YamlMapping {
  switch (made.kind) {
    case 'vlan':
      return { id: made.id, link: made.link }
    case 'bond':
      return {
        interfaces: made.links,
        parameters: {
          mode: made.mode,
          'mii-monitor-interval': made.miimon,
          primary: made.primary,
          'lacp-rate': made.lacpRate,
          'transmit-hash-policy': made.xmitHashPolicy,
        },
      }
    case 'bridge':
      // By default netplan enables STP.
      return {
        interfaces: made.links,
        parameters: {
          stp: made.stp,
          'forward-delay': made.forwardDelay,
        },
      }
    case 'vrf':
      return { table: made.table, interfaces: made.links }
  }
}
