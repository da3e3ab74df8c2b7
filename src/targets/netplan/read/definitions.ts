// Definitions of links in netplan's YAML, and access to their keys.
import type { Collector } from '../../../found/collector.js'
import type { Place } from '../../../found/found.js'
import { isLinkName, linkNameProblem } from '../../../kernel/link.js'
import { parseMac } from '../../../kernel/mac.js'
import type { VirtualLink } from '../../../kernel/virtual-link.js'
import type { Cards } from '../../shared/read/cards.js'
import { bondWords, bridgeWords, kindSections, linkWords, virtualLinkWords } from '../keys.js'
import type { Renderer } from '../settings.js'
import { emptyMap, type YamlMap, type YamlNode } from './yaml.js'

/** What netplan defines beside the links that a description creates. */
type OtherKind = 'wifi' | 'modem' | 'tunnel' | 'dummy' | 'veth' | 'nm'

export interface Definition {
  readonly id: string
  readonly kind: 'ethernet' | VirtualLink['kind'] | OtherKind
  readonly renderer: Renderer
  readonly node: YamlMap
  readonly place: Place
  readonly comment?: string
  /** What [Match] of networkd has: a name, a pattern, or nothing. */
  readonly name?: string
  readonly mac?: string
  readonly driver?: string
  readonly setName?: string
  /** Another file, which is not among those that are read, has its addresses. */
  readonly isElsewhere: boolean
}

const sectionKinds: Readonly<Record<string, Definition['kind']>> = {
  ethernets: 'ethernet',
  [kindSections.vlan]: 'vlan',
  [kindSections.bond]: 'bond',
  [kindSections.bridge]: 'bridge',
  [kindSections.vrf]: 'vrf',
  wifis: 'wifi',
  modems: 'modem',
  tunnels: 'tunnel',
  'dummy-devices': 'dummy',
  'virtual-ethernets': 'veth',
  'nm-devices': 'nm',
}

export const isPhysical = ({ kind }: Pick<Definition, 'kind'>): boolean =>
  kind === 'ethernet' || kind === 'wifi' || kind === 'modem'

/** netplan(5) for what cloud-init and tests hand over as well. */
export function readDefinitions(
  root: YamlMap,
  cards: Cards,
  collector: Collector,
  isElsewhere: (place: Place) => boolean = () => false,
): readonly Definition[] {
  const network = root.entries.get('network')
  for (const [key, { place }] of root.entries)
    if (key !== 'network') collector.unknown(place, `netplan knows no \`${key}\`, and refuses the file`)
  if (network?.kind !== 'map') {
    if (network !== undefined && !isEmpty(network))
      collector.unknown(network.place, '`network` is no mapping')
    return []
  }
  let renderer: Renderer = 'networkd'
  const definitions: Definition[] = []
  const own = network.entries.get('renderer')
  if (own !== undefined) renderer = rendererOf(own, collector) ?? renderer
  for (const [key, node] of network.entries) {
    if (key === 'renderer') continue
    if (key === 'version') {
      if (textOf(node) !== '2') collector.unknown(node.place, 'netplan knows version 2 only')
      continue
    }
    const kind = Object.hasOwn(sectionKinds, key) ? sectionKinds[key] : undefined
    if (kind === undefined) {
      collector.unknown(
        node.place,
        key === 'openvswitch'
          ? 'multihome does not configure Open vSwitch'
          : `netplan knows no \`${key}\`, and refuses the file`,
      )
      continue
    }
    if (node.kind !== 'map') {
      if (!isEmpty(node)) collector.unknown(node.place, `\`${key}\` is no mapping of links`)
      continue
    }
    for (const [id, written] of node.entries) {
      // Old files have the renderer of a whole section.
      if (id === 'renderer' && written.kind === 'scalar') {
        collector.unknown(written.place, 'netplan reads `renderer` of `network` or of a link only')
        continue
      }
      const definition = definitionOf(id, kind, written, renderer, { cards, isElsewhere }, collector)
      if (definition !== undefined) definitions.push(definition)
    }
  }
  return definitions
}

const isEmpty = (node: YamlNode): boolean => node.kind === 'scalar' && node.text === ''

function rendererOf(node: YamlNode, collector: Collector): Renderer | undefined {
  const text = textOf(node)
  if (text === 'networkd' || text === 'NetworkManager') return text
  collector.unknown(node.place, 'the renderer is neither networkd nor NetworkManager')
  return undefined
}

function definitionOf(
  id: string,
  kind: Definition['kind'],
  written: YamlNode,
  standard: Renderer,
  { cards, isElsewhere }: { readonly cards: Cards; readonly isElsewhere: (place: Place) => boolean },
  collector: Collector,
): Definition | undefined {
  const { place, comment } = written
  const node = written.kind === 'map' ? written : emptyMap(place)
  if (written.kind !== 'map' && !isEmpty(written)) {
    collector.unknown(place, `\`${id}\` is no mapping`)
    return undefined
  }
  const match = node.entries.get('match')
  const matched = match?.kind === 'map' ? match.entries : new Map<string, YamlNode>()
  for (const [key, { place: at }] of matched)
    if (!/^(?:name|macaddress|driver)$/.test(key))
      collector.unknown(at, 'netplan matches name, macaddress and driver')
  const hasMatch = match !== undefined && isPhysical({ kind })
  const word = (key: string): string | undefined => {
    const found = matched.get(key)
    if (found?.kind === 'list') return found.items.map(textOf).join(' ')
    return found === undefined ? undefined : textOf(found)
  }
  const setNode = node.entries.get('set-name')
  const setName = setNode === undefined ? undefined : textOf(setNode)
  const mac = word('macaddress')
  const driver = word('driver')
  let name = setName ?? (hasMatch ? (word('name') ?? cards.nameOf.get(parseMac(mac ?? '') ?? '')) : id)
  if (name === undefined && mac !== undefined && isLinkName(id)) {
    collector.unknown(
      matched.get('macaddress')?.place ?? place,
      `the files do not name the link with this address; it is taken to be ${id}`,
    )
    name = id
  }
  if (!hasMatch && !isLinkName(id)) {
    collector.unknown(place, `\`${id}\` is no name of a link: ${linkNameProblem(id) ?? ''}`)
    return undefined
  }
  const own = node.entries.get('renderer')
  return {
    id,
    kind,
    renderer: (own === undefined ? undefined : rendererOf(own, collector)) ?? standard,
    node,
    place,
    ...(comment === undefined ? {} : { comment }),
    ...(name === undefined ? {} : { name }),
    ...(mac === undefined || !hasMatch ? {} : { mac }),
    ...(driver === undefined || !hasMatch ? {} : { driver }),
    ...(setName === undefined ? {} : { setName }),
    isElsewhere: isElsewhere(place),
  }
}

export const textOf = (node: YamlNode | undefined): string => (node?.kind === 'scalar' ? node.text : '')

/** handle_netdef_bool() in src/parse.c. */
export function booleanOf(node: YamlNode | undefined, collector: Collector): boolean | undefined {
  if (node === undefined) return undefined
  const text = textOf(node)
  if (/^(?:true|on|yes|y)$/i.test(text)) return true
  if (/^(?:false|off|no|n)$/i.test(text)) return false
  collector.unknown(node.place, 'the value is neither true nor false')
  return undefined
}

/** Items of a list; reports anything else. */
export function itemsOf(node: YamlNode | undefined, collector: Collector): readonly YamlNode[] {
  if (node === undefined || isEmpty(node)) return []
  if (node.kind === 'list') return node.items
  collector.unknown(node.place, 'the value is no list, and netplan refuses the file')
  return []
}

export function mapOf(node: YamlNode | undefined, collector: Collector): ReadonlyMap<string, YamlNode> {
  if (node === undefined || isEmpty(node)) return new Map()
  if (node.kind === 'map') return node.entries
  collector.unknown(node.place, 'the value is no mapping, and netplan refuses the file')
  return new Map()
}

/** Equal items of two files are one item. */
export function distinctTexts(nodes: readonly YamlNode[]): readonly YamlNode[] {
  const seen = new Set<string>()
  return nodes.filter((node) => {
    const key = keyOf(node)
    const isNew = !seen.has(key)
    seen.add(key)
    return isNew
  })
}

const keyOf = (node: YamlNode): string => {
  if (node.kind === 'scalar') return node.text
  if (node.kind === 'list') return `[${node.items.map(keyOf).join('\n')}]`
  return `{${[...node.entries]
    .map(([key, child]) => `${key}\n${keyOf(child)}`)
    .sort()
    .join('\n\n')}}`
}

/** What each list of `interfaces` names: the definition and the place that names it. */
export interface Membership {
  readonly master: Definition
  readonly place: Place
  readonly comment?: string
}

/** Memberships of bonds, bridges and VRFs, by the id of the member. */
export function membershipsOf(
  definitions: readonly Definition[],
  collector: Collector,
): ReadonlyMap<string, Membership> {
  const found = new Map<string, Membership>()
  const ids = new Set(definitions.map(({ id }) => id))
  for (const master of definitions) {
    if (master.kind !== 'bond' && master.kind !== 'bridge' && master.kind !== 'vrf') continue
    for (const node of itemsOf(master.node.entries.get(virtualLinkWords.members), collector)) {
      const id = textOf(node)
      if (!ids.has(id))
        collector.unknown(node.place, `\`${id}\` is not defined, and netplan refuses the file`)
      else found.set(id, { master, place: node.place })
    }
  }
  return found
}

/** Parameters of bonds and bridges that choose no route (bond_params_handlers, bridge_params_handlers). */
const quietParameters: Readonly<Record<'bond' | 'bridge', RegExp>> = {
  bond: /^(?:min-links|ad-select|all-(?:slaves|members)-active|arp-(?:interval|ip-targets|validate|all-targets)|(?:up|down)-delay|fail-over-mac-policy|gratuiti?ous-arp|packets-per-(?:slave|member)|primary-reselect-policy|resend-igmp|learn-packet-interval)$/,
  bridge: /^(?:age?ing-time|hello-time|max-age|path-cost|port-priority|priority)$/,
}

export function reportParameters(
  kind: 'bond' | 'bridge',
  parameters: ReadonlyMap<string, YamlNode>,
  collector: Collector,
): void {
  const read: readonly string[] = Object.values(kind === 'bond' ? bondWords : bridgeWords)
  for (const [key, { place }] of parameters)
    if (quietParameters[kind].test(key))
      collector.withoutEffect(place, `it is a detail of the ${kind}, and chooses no route`)
    else if (!read.includes(key))
      collector.unknown(place, `netplan knows no \`${key}\` of a ${kind}, and refuses the file`)
}

/** Settings of hardware, frames and clients that choose no route. */
const quiet =
  /^(?:wakeonlan|wakeonwlan|emit-lldp|(?:receive|transmit)-checksum-offload|(?:tcp6?|generic)-segmentation-offload|(?:generic|large)-receive-offload|dhcp-identifier|optional-addresses|critical|ignore-carrier|ipv6-address-generation|ipv6-address-token|hairpin|port-mac-learning|neigh-suppress|infiniband-mode|delay-virtual-functions-rebind|embedded-switch-mode|regulatory-domain)$/

const refusedKeys: Readonly<Record<string, string>> = {
  openvswitch: 'multihome does not configure Open vSwitch',
  auth: 'multihome does not configure the login to a network',
  'virtual-function-count': 'multihome does not configure virtual functions of a card',
  link: 'multihome does not configure virtual functions of a card',
}

/** Keys that both renderers read; and those of `kind`. */
const readKeys: ReadonlySet<string> = new Set<string>([
  ...Object.values(linkWords),
  ...['match', 'set-name', 'renderer', 'gateway4', 'gateway6', 'routes', 'routing-policy', 'link-local'],
  ...['ipv6-privacy', 'ipv6-mtu', 'activation-mode'],
])

const kindKeys: Readonly<Partial<Record<Definition['kind'], readonly string[]>>> = {
  vlan: [virtualLinkWords.id, virtualLinkWords.link],
  bond: [virtualLinkWords.members, virtualLinkWords.parameters],
  bridge: [virtualLinkWords.members, virtualLinkWords.parameters],
  vrf: [virtualLinkWords.members, virtualLinkWords.table],
}

/** Reports keys that no renderer reads. Those of a link that multihome does not create go with it. */
export function reportKeys({ kind, node }: Definition, collector: Collector): void {
  const isOurs = isOurKind(kind)
  for (const [key, { place }] of node.entries) {
    if (readKeys.has(key) || kindKeys[kind]?.includes(key) === true) continue
    if (quiet.test(key)) collector.withoutEffect(place, 'the key chooses no route')
    else if (isOurs)
      collector.unknown(
        place,
        Object.hasOwn(refusedKeys, key)
          ? (refusedKeys[key] ?? '')
          : `netplan knows no \`${key}\` here, and refuses the file`,
      )
  }
}

export const isOurKind = (kind: Definition['kind']): kind is 'ethernet' | VirtualLink['kind'] =>
  kind === 'ethernet' || Object.hasOwn(kindSections, kind)

/** The name of the kernel for links that multihome does not create. */
export const foreignKind = ({ kind, node }: Definition): string => {
  const mode = node.entries.get('mode')
  return kind === 'tunnel' ? textOf(mode ?? node) || 'tunnel' : kind
}

/** The comment of an item of a list, or the first one within it. */
export const commentOf = (item: YamlNode, entries: ReadonlyMap<string, YamlNode>): string | undefined =>
  item.comment ?? [...entries.values()].find(({ comment }) => comment !== undefined)?.comment
