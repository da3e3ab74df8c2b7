// VLANs, bonds, bridges and VRFs of stanzas, with the words of ifenslave, bridge-utils, vlan, ifupdown2 and ifupdown-ng.
import type { TableId } from '../../../kernel/table.js'
import type { Collector } from '../../../found/collector.js'
import type { FoundLink } from '../../../found/found.js'
import { isLinkName, type LinkName } from '../../../kernel/link.js'
import { parseMac } from '../../../kernel/mac.js'
import type { Bond, Bridge, VirtualLink, Vlan } from '../../../kernel/virtual-link.js'
import { optionKeys } from '../../../syntax/interfaces.js'
import { effectiveMiimon, parseBondMode, parseHashPolicy, parseLacpRate } from '../../shared/bond-words.js'
import { integerOf, type Options } from './options.js'
import type { Option, Stanza } from './stanzas.js'

/** Keys with the names of links that their stanza needs. */
const membersKeys = {
  bond: ['bond-slaves', 'bond-members', 'slaves'],
  bridge: ['bridge-ports'],
} as const

/** Links that ifupdown2 and ifupdown-ng bring up with the stanza. */
export const lowerNames = ({ options }: Stanza): readonly string[] =>
  options.filter(({ key }) => LOWER_KEYS.has(key)).flatMap(({ value }) => value.split(/\s+/))

const LOWER_KEYS: ReadonlySet<string> = new Set([
  ...membersKeys.bond,
  ...membersKeys.bridge,
  'requires',
  'vlan-raw-device',
])

/** The virtual link that a stanza makes, and the masters that it names. */
export interface VirtualOptions {
  readonly virtual?: VirtualLink
  readonly master?: string
  readonly vrf?: string
}

export function readVirtualOptions(
  { name, options: all }: Pick<Stanza, 'name' | 'options'>,
  options: Options,
  link: FoundLink,
  collector: Collector,
): VirtualOptions {
  const uses = (executor: string): boolean =>
    all.some(({ key, value }) => key === 'use' && value === executor)
  const bond = readBond(options, uses('bond'), collector)
  const bridge = readBridge(options, uses('bridge'), link, collector)
  const vrf = readVrf(name, options, collector)
  const vlan = readVlan(name, options, link, collector)
  const [virtual, ...others] = [bond, bridge, vrf, vlan].filter((one) => one !== undefined)
  for (const other of others)
    collector.unknown(link.place, `a link cannot be a ${virtual?.kind} and a ${other.kind}`)
  const master = options.take('bond-master').at(-1)?.value
  const ofVrf = options.take(optionKeys.vrf).at(-1)?.value
  return {
    ...(virtual === undefined ? {} : { virtual }),
    ...(master === undefined ? {} : { master }),
    ...(ofVrf === undefined ? {} : { vrf: ofVrf }),
  }
}

function namesOf(lists: readonly Option[], collector: Collector): readonly LinkName[] {
  return lists.flatMap(({ value, place }) =>
    value.split(/\s+/).flatMap((name) => {
      if (name === 'none') return []
      if (isLinkName(name) && !PATTERN_WORDS.has(name)) return [name]
      collector.unknown(place, `which links \`${name}\` names depends on the host's hardware`)
      return []
    }),
  )
}

/** Words of bridge-utils and ifupdown2 in front of patterns. */
const PATTERN_WORDS: ReadonlySet<string> = new Set(['all', 'regex', 'noregex', 'glob'])

/** With an executor of ifupdown-ng, the links that it requires are the members. */
const listsOf = (kind: keyof typeof membersKeys, options: Options, isUsed: boolean): readonly Option[] => {
  const lists = options.take(...membersKeys[kind])
  return lists.length === 0 && isUsed ? options.take('requires') : lists
}

function readBond(options: Options, isUsed: boolean, collector: Collector): Bond | undefined {
  const lists = listsOf('bond', options, isUsed)
  const parsed = <T>(option: Option | undefined, parse: (value: string) => T | undefined): T | undefined => {
    const found = option === undefined ? undefined : parse(option.value)
    if (option !== undefined && found === undefined)
      collector.unknown(option.place, `\`${option.value}\` is no value of ${option.key}`)
    return found
  }
  const modeOption = options.take('bond-mode').at(-1)
  const mode = parsed(modeOption, parseBondMode) ?? 'balance-rr'
  const miimon = integerOf(options.take('bond-miimon').at(-1), collector)
  const lacpRate = parsed(options.take('bond-lacp-rate').at(-1), parseLacpRate)
  const xmitHashPolicy = parsed(options.take('bond-xmit-hash-policy').at(-1), parseHashPolicy)
  const [primary] = namesOf(options.take('bond-primary'), collector)
  if (lists.length === 0 && modeOption === undefined && !isUsed) return undefined
  return {
    kind: 'bond',
    mode,
    links: namesOf(lists, collector),
    miimon: effectiveMiimon(mode, miimon),
    ...(primary === undefined ? {} : { primary }),
    ...(lacpRate === undefined ? {} : { lacpRate }),
    ...(xmitHashPolicy === undefined ? {} : { xmitHashPolicy }),
  }
}

function readBridge(
  options: Options,
  isUsed: boolean,
  link: FoundLink,
  collector: Collector,
): Bridge | undefined {
  const lists = listsOf('bridge', options, isUsed)
  const stpOption = options.take('bridge-stp').at(-1)
  const delay = options.take('bridge-fd').at(-1)
  const [mac] = options.take('bridge-hw')
  if (lists.length === 0 && !isUsed) return undefined
  const stp = stpOption !== undefined && /^(?:on|yes|1)$/i.test(stpOption.value)
  const fixed = parseMac(mac?.value ?? '')
  if (fixed !== undefined) link.mac = fixed
  else if (mac !== undefined) collector.unknown(mac.place, 'the address of the bridge is not known')
  // br_make_forwarding() does not wait without STP.
  if (delay !== undefined && !stp)
    collector.withoutEffect(delay.place, 'ports of a bridge without STP forward at once')
  const seconds = stp ? integerOf(delay, collector) : undefined
  return {
    kind: 'bridge',
    links: namesOf(lists, collector),
    stp,
    ...(seconds === undefined ? {} : { forwardDelay: seconds }),
  }
}

function readVrf(name: string, options: Options, collector: Collector): VirtualLink | undefined {
  const option = options.take('vrf-table').at(-1)
  if (option === undefined) return undefined
  const table =
    option.value === 'auto'
      ? (collector.tableOf(name) ?? automaticTable(collector))
      : collector.tableOf(option.value)
  if (table !== undefined) return { kind: 'vrf', table, links: [] }
  collector.unknown(option.place, `the number of the table \`${option.value}\` is not known`)
  return undefined
}

/** The first number that no VRF has (`_get_avail_vrf_table_id` of ifupdown2); the file of its names keeps it. */
function automaticTable({ soFar }: Collector): TableId {
  const taken = soFar.links.map(({ virtual }) => (virtual?.kind === 'vrf' ? virtual.table : undefined))
  let table = VRF_TABLE_START
  while (taken.includes(table)) table++
  return table
}

/** ifupdown2/addons/vrf.py. */
const VRF_TABLE_START = 1001

/** `eth0.10`; `vlan10` with `vlan-raw-device`; ifupdown2 has `vlan-id` for other names. */
function readVlan(name: string, options: Options, link: FoundLink, collector: Collector): Vlan | undefined {
  const raw = options.take('vlan-raw-device').at(-1)
  const idOption = options.take('vlan-id').at(-1)
  for (const { value, place } of options.take('vlan-protocol'))
    if (!/^802\.1q$/i.test(value)) collector.unknown(place, 'a VLAN of a description has the protocol 802.1Q')
  const parent = raw?.value ?? dotted(name)?.parent
  const written = integerOf(idOption, collector) ?? dotted(name)?.id ?? numberAtEnd(name)
  if (parent === undefined || (raw === undefined && dotted(name) === undefined)) {
    if (idOption !== undefined || /^vlan\d+$/.test(name))
      // A command may create it.
      collector.atEnd(() => {
        if (link.virtual === undefined)
          collector.unknown(link.place, 'nothing says on which link the VLAN is')
      })
    return undefined
  }
  if (!isLinkName(parent) || written === undefined || written < 1 || written > 4094) {
    collector.unknown(raw?.place ?? link.place, 'the link or the id of the VLAN is not known')
    return undefined
  }
  return { kind: 'vlan', id: written, link: parent }
}

/** ifupdown takes every name with a dot for a VLAN (link.defn). */
export function dotted(name: string): { readonly parent: string; readonly id: number } | undefined {
  const [, parent, id] = /^(.+)\.0*(\d{1,4})$/.exec(name) ?? []
  return parent === undefined ? undefined : { parent, id: Number(id) }
}

function numberAtEnd(name: string): number | undefined {
  const [, id] = /[^\d]0*(\d{1,4})$/.exec(name) ?? []
  return id === undefined ? undefined : Number(id)
}
