// Paths of packets as text: `fiber`, `dev wan1`, `unreachable`.
import type { Disposition, Hop, Reroute } from '../../diff/difference.js'
import type { Address } from '../../kernel/address.js'
import type { Placeholders } from './selector.js'

/** Before and after; next hops are written in full if their short texts are the same. */
export function formatPaths(
  { before, after }: Pick<Reroute, 'before' | 'after'>,
  placeholders: Placeholders,
): readonly [string, string] {
  const short = [formatPath(before, hopName), formatPath(after, hopName)] as const
  if (short[0] !== short[1]) return short
  const full = (hop: Hop): string => hopInFull(hop, placeholders)
  return [formatPath(before, full), formatPath(after, full)]
}

function formatPath(disposition: Disposition, format: (hop: Hop) => string): string {
  switch (disposition.kind) {
    case 'out': {
      const { hops } = disposition
      const isWeighted = hops.some(({ weight }) => weight !== 1)
      const texts = hops.map((hop) => `${format(hop)}${isWeighted ? ` weight ${hop.weight}` : ''}`)
      return [...new Set(texts)].join(', ')
    }
    case 'local':
      return 'this host'
    case 'reject':
      return disposition.type
    case 'none':
      return 'no route'
  }
}

const hopName = ({ via, dev, gateway, isLeased }: Hop): string => {
  if (gateway !== undefined) return gateway
  if (via === undefined) return `dev ${dev}`
  return isLeased === true ? `the router of ${dev}’s lease` : `via ${via.text} dev ${dev}`
}

const hopInFull = ({ via, dev, gateway, src }: Hop, placeholders: Placeholders): string => {
  const address = ({ text }: Address): string =>
    placeholders.has(text) ? `[${placeholders.get(text) ?? ''}]` : text
  return [
    ...(gateway === undefined ? [] : [gateway]),
    ...(via === undefined ? [] : ['via', address(via)]),
    'dev',
    dev,
    ...(src === undefined ? [] : ['src', address(src)]),
  ].join(' ')
}
