// Virtual links in netplan's YAML: their sections and keys.
import type { VirtualLink } from '../../kernel/virtual-link.js'
import type { YamlMapping } from '../../syntax/yaml.js'
import { bondWords, bridgeWords, kindSections, virtualLinkWords } from './keys.js'

export const sectionOf = ({ kind }: VirtualLink): string => kindSections[kind]

export function virtualLinkKeys(made: VirtualLink): YamlMapping {
  switch (made.kind) {
    case 'vlan':
      return { [virtualLinkWords.id]: made.id, [virtualLinkWords.link]: made.link }
    case 'bond':
      return {
        [virtualLinkWords.members]: made.links,
        [virtualLinkWords.parameters]: {
          [bondWords.mode]: made.mode,
          [bondWords.miimon]: made.miimon,
          [bondWords.primary]: made.primary,
          [bondWords.lacpRate]: made.lacpRate,
          [bondWords.hashPolicy]: made.xmitHashPolicy,
        },
      }
    case 'bridge':
      // By default netplan enables STP.
      return {
        [virtualLinkWords.members]: made.links,
        [virtualLinkWords.parameters]: {
          [bridgeWords.stp]: made.stp,
          [bridgeWords.forwardDelay]: made.forwardDelay,
        },
      }
    case 'vrf':
      return { [virtualLinkWords.table]: made.table, [virtualLinkWords.members]: made.links }
  }
}
