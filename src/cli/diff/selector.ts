// Selectors of rerouted packets, in the words of ip-rule(8), and example packets.
import type { Packets, Reroute } from '../../diff/difference.js'
import { parseAddress, type Address } from '../../kernel/address.js'
import { formatFwmark, WHOLE_MARK, type Fwmark } from '../../kernel/fwmark.js'
import { containsAddress, formatPrefixShort, type Prefix } from '../../kernel/prefix.js'
import { protocolName } from '../../kernel/protocol.js'
import { formatRange, type Range } from '../../kernel/range.js'
import { isLocallyGenerated } from '../../kernel/packet.js'
import type { KernelPlan, Selector } from '../../plan/plan.js'
import { formatPacket } from '../../syntax/route-get.js'

/** What placeholder addresses stand for, by their text. */
export type Placeholders = ReadonlyMap<string, string>

type Selected = Pick<Reroute, 'packets'> & Partial<Pick<Reroute, 'exclusions'>>

/** `to 198.51.100.0/24 ipproto tcp dport 25,587`, or `all`. Other exclusions than `isComplement` are not part of it. */
export function formatSelector({ packets, exclusions = [] }: Selected, placeholders: Placeholders): string {
  const complements = exclusions.filter(isComplement).map((one) => {
    const alternatives = fieldWords(one, 'exclusions', placeholders)
    return alternatives.length === 1 ? alternatives.join() : `(${alternatives.join(' or ')})`
  })
  return [...selectorWords(packets, placeholders), ...complements].join(' ') || 'all'
}

/** Packets within the selector that are not meant: `from 10.0.0.128/25`. */
export const formatExclusions = (
  { packets, exclusions = [] }: Selected,
  placeholders: Placeholders,
): readonly string[] => [
  ...fieldWords(packets, 'exclusions', placeholders),
  ...exclusions
    .filter((one) => !isBound(one) && !isComplement(one))
    .map((one) => {
      const except = fieldWords(one, 'exclusions', placeholders)
      const selector = formatSelector({ packets: one }, placeholders)
      return except.length === 0 ? selector : `(${selector} except ${except.join('; ')})`
    }),
]

/** Excludes all but some values of some fields: then the selector has those values. */
const isComplement = (packets: Packets): boolean =>
  Object.values(packets).every((field) => typeof field === 'object' && field.in.length === 0)

/** Whether all of them are of sockets that are bound to a link. */
export const isBound = ({ oif }: Packets): boolean =>
  oif !== undefined && (oif.in.length === 0 ? oif.exclusions.includes('none') : !oif.in.includes('none'))

function selectorWords(packets: Packets, placeholders: Placeholders): readonly string[] {
  const { sender, source, iif, oif } = packets
  return [
    ...(sender === 'local' ? ['locally generated'] : []),
    ...(sender === 'forwarded' && iif === undefined ? ['forwarded'] : []),
    ...(source === undefined || packets.from !== undefined ? [] : [`source ${source}`]),
    ...(isBound(packets) && oif?.in.length === 0 ? ['oif any'] : []),
    ...fieldWords(packets, 'in', placeholders),
  ]
}

/** `from 10.0.0.0/24,10.1.0.0/24` for each field with such values. */
function fieldWords(
  { from, to, iif, oif, ipproto, sport, dport, uid, mark, tos }: Packets,
  list: 'in' | 'exclusions',
  placeholders: Placeholders,
): readonly string[] {
  const prefix = (one: Prefix): string => formatAddresses(one, placeholders)
  const isUnbound = oif?.in.includes('none') === true
  return [
    ...words('from', from?.[list].map(prefix)),
    ...words('to', to?.[list].map(prefix)),
    ...words('iif', iif?.[list]),
    ...words('oif', isUnbound ? [] : oif?.[list].filter((link) => link !== 'none')),
    ...words('ipproto', ipproto?.[list].map(formatProtocols)),
    ...words('sport', sport?.[list].map(formatRange)),
    ...words('dport', dport?.[list].map(formatRange)),
    ...words('uidrange', uid?.[list].map(formatRange)),
    ...words('fwmark', mark?.[list].map(formatMark(WHOLE_MARK))),
    ...tosWords(tos?.[list] ?? []),
  ]
}

/** Values that compare the whole DSCP and no other bit are a `dscp`. */
const tosWords = (values: readonly Fwmark[]): readonly string[] =>
  values.every(({ mask }) => mask === 0xfc)
    ? words(
        'dscp',
        values.map(({ value }) => String(value >> 2)),
      )
    : words('tos', values.map(formatMark(0xff)))

const MAX_LISTED = 6

const words = (name: string, values: readonly string[] = []): readonly string[] => {
  if (values.length === 0) return []
  const more = values.length - MAX_LISTED
  return [`${name} ${values.slice(0, MAX_LISTED).join(',')}${more > 0 ? ` and ${more} more` : ''}`]
}

function formatAddresses(prefix: Prefix, placeholders: Placeholders): string {
  if (prefix.length === 0) return 'any'
  const name = placeholders.get(prefix.address.text)
  if (name !== undefined) return `[${name}]`
  // No host has a network around a placeholder address but that of its lease.
  for (const [text, placeholder] of placeholders) {
    const address = parseAddress(text)
    if (address !== undefined && containsAddress(prefix, address))
      return `[${placeholder.replace(/^the (address|router)/, 'the network')}]`
  }
  return formatPrefixShort(prefix)
}

const formatProtocols = ({ first, last }: Range): string =>
  first === last ? protocolName(first) : `${first}-${last}`

const formatMark =
  (whole: number) =>
  (mark: Fwmark): string =>
    mark.mask === whole ? `0x${mark.value.toString(16)}` : formatFwmark(mark)

/** As `multihome trace` takes it, with the fields that some rule of either plan selects. */
export function formatExample(
  { example: { packet } }: Reroute,
  plans: readonly KernelPlan[],
  placeholders: Placeholders,
): string {
  const isSelected = (...fields: readonly (keyof Selector)[]): boolean =>
    plans.some(({ state: { rules } }) =>
      rules.some(({ selector }) => fields.some((field) => selector[field] !== undefined)),
    )
  const { ipproto, sport, dport, uid, ...rest } = packet
  const isFlow = isSelected('ipproto', 'sport', 'dport')
  const text = formatPacket({
    ...rest,
    ...(isFlow && ipproto !== undefined ? { ipproto } : {}),
    ...(isSelected('sport') && sport !== undefined ? { sport } : {}),
    ...(isFlow && dport !== undefined ? { dport } : {}),
    ...(isSelected('uidrange') && isLocallyGenerated(packet) && uid !== undefined ? { uid } : {}),
  })
  const notes = [packet.src, packet.dst].flatMap((address: Address | undefined) => {
    const name = placeholders.get(address?.text ?? '')
    return name === undefined ? [] : [`${address?.text ?? ''} stands for ${name}`]
  })
  return notes.length === 0 ? text : `${text} (${notes.join(', ')})`
}
