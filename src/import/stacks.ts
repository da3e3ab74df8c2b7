// Links that the files of two stacks configure: at most one of the stacks runs them.
import type { Collector } from '../found/collector.js'
import type { FoundLink, Place } from '../found/found.js'
import type { LinkName } from '../kernel/link.js'

/** Names of readers. Scripts add to the links of a stack, and other common files configure none. */
const STACKS: ReadonlySet<string> = new Set([
  'ifupdown',
  'netifrc',
  'networkd',
  'netplan',
  'nm-keyfile',
  'ifcfg',
  'cloud-init',
])

/** To be called after each reader; reports a link that the files of two stacks address. */
export function createStackCheck(collector: Collector): (reader: string) => void {
  const before = new Map<LinkName, string>()
  const owners = new Map<LinkName, { readonly reader: string; readonly place: Place }>()
  return (reader) => {
    for (const link of collector.soFar.links) {
      const state = addressing(link)
      if (state === (before.get(link.name) ?? NOTHING)) continue
      before.set(link.name, state)
      if (!STACKS.has(reader)) continue
      const place = link.addresses.at(-1)?.place ?? link.place
      const other = owners.get(link.name)
      if (other === undefined) owners.set(link.name, { reader, place })
      else
        collector.unknown(
          place,
          `${other.place.file} configures ${link.name} as well; which stack runs the link is not known: --from ${other.reader}, or --from ${reader}`,
        )
    }
  }
}

const addressing = ({
  addresses,
  dhcp4 = false,
  dhcp6 = false,
}: Pick<FoundLink, 'addresses' | 'dhcp4' | 'dhcp6'>): string => [addresses.length, dhcp4, dhcp6].join()

const NOTHING = addressing({ addresses: [] })
