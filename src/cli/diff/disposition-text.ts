// What becomes of packets: where they went, and where they go now.
import type { Hop, Reroute, Disposition } from '../../diff/difference.js'
import type { Address } from '../../kernel/address.js'
import type { Manner } from './packets.js'
import { joinList } from '../format/join-list.js'

type Placeholders = Manner['invented']

/** What stands behind the packets: `moves from fiber to cable`. */
export function formatDisposition(
  { kind, before, after }: Reroute,
  { invented }: Pick<Manner, 'invented'>,
): string {
  if (kind === 'source') {
    const [was, is] = [sourcesOf(before, invented), sourcesOf(after, invented)]
    return `${present(after).replace('now ', '')} as ${is} instead of ${was}`
  }
  if (before.kind === 'out' && after.kind === 'out') {
    const [from, to] = differingNexthops(before, after, invented)
    return `moves from ${from} to ${to}`
  }
  return `${past(before)} and ${present(after)}`
}

function past(way: Disposition): string {
  switch (way.kind) {
    case 'out':
      return isNeighbours(way) ? `went to ${formatPath(way)}` : `left by ${formatPath(way)}`
    case 'local':
      return 'was for this host itself'
    case 'reject':
      return `was ${refusals[way.type]}`
    case 'none':
      return 'had no route'
  }
}

function present(way: Disposition): string {
  switch (way.kind) {
    case 'out':
      return isNeighbours(way) ? `now goes to ${formatPath(way)}` : `now leaves by ${formatPath(way)}`
    case 'local':
      return 'is now for this host itself'
    case 'reject':
      return `is now ${refusals[way.type]}`
    case 'none':
      return 'now has no route'
  }
}

const refusals = {
  unreachable: 'refused (unreachable)',
  prohibit: 'refused (prohibit)',
  blackhole: 'dropped (blackhole)',
} as const

type Out = Extract<Disposition, { readonly kind: 'out' }>

const isNeighbours = ({ hops }: Out): boolean =>
  hops.every(({ via, gateway }) => via === undefined && gateway === undefined)

/** In a word or two: `fiber`, `fiber or cable`, `this host`, `refused (prohibit)`. */
function formatPath(way: Disposition): string {
  switch (way.kind) {
    case 'out':
      return joinList([...new Set(way.hops.map(hopName))], 'or')
    case 'local':
      return 'this host'
    case 'reject':
      return refusals[way.type]
    case 'none':
      return 'no route'
  }
}

/** Before and after, in words that tell them apart. */
export function nexthopsOf(
  { kind, before, after }: Reroute,
  { invented }: Pick<Manner, 'invented'>,
): readonly [string, string] {
  if (kind === 'way') return differingNexthops(before, after, invented)
  return [
    `${formatPath(before)} as ${sourcesOf(before, invented)}`,
    `${formatPath(after)} as ${sourcesOf(after, invented)}`,
  ]
}

function differingNexthops(
  before: Disposition,
  after: Disposition,
  invented: Placeholders,
): readonly [string, string] {
  const plain = [formatPath(before), formatPath(after)] as const
  if (plain[0] !== plain[1] || before.kind !== 'out' || after.kind !== 'out') return plain
  const byNames = [shares(before, hopName), shares(after, hopName)] as const
  if (byNames[0] !== byNames[1]) return byNames
  const full = (hop: Hop): string => formatNexthop(hop, invented)
  return [shares(before, full), shares(after, full)]
}

/** `fiber weight 3 or cable weight 1`. */
const shares = ({ hops }: Out, word: (hop: Hop) => string): string =>
  hops.length === 1
    ? hops.map(word).join('')
    : joinList(
        hops.map((hop) => `${word(hop)} weight ${hop.weight}`),
        'or',
      )

const hopName = ({ via, dev, gateway, isLeased }: Hop): string => {
  if (gateway !== undefined) return gateway
  if (via === undefined) return `neighbours on ${dev}`
  return isLeased === true ? `the router of ${dev}’s lease` : `${via.text} on ${dev}`
}

const formatNexthop = (hop: Hop, invented: Placeholders): string =>
  [
    ...(hop.gateway === undefined ? [] : [hop.gateway]),
    ...(hop.via === undefined ? [] : ['via', addressName(hop.via, invented)]),
    'dev',
    hop.dev,
  ].join(' ')

/** A link without an address lends one of another link. */
const sourcesOf = (way: Disposition, invented: Placeholders): string =>
  way.kind === 'out'
    ? joinList(
        [
          ...new Set(
            way.hops.map(({ src }) =>
              src === undefined ? 'another link’s address' : addressName(src, invented),
            ),
          ),
        ],
        'or',
      )
    : ''

const addressName = ({ text }: Address, invented: Placeholders): string => invented.get(text) ?? text
