// Checks of `marks: nftables`: each connection must be identifiable by the link that it arrives on.
import type { Description } from '../description/description.js'
import type { Reporter } from '../diagnostics/reporter.js'
import type { Gateway, Network } from './network.js'

export function resolveMarks(
  description: Description,
  gateways: readonly Gateway[],
  reporter: Reporter,
): Network['marks'] {
  const marks = description.marks ?? 'none'
  if (marks === 'none') return marks
  const marked = gateways.filter(hasMark)
  if (marked.length === 0) {
    if (!reporter.isBroken('gateways') && !reporter.isBroken('links'))
      reporter.at('marks').report('marks-without-gateway', {})
    return marks
  }
  for (const [index, gateway] of gateways.entries()) {
    const { name, link, nexthops, path } = gateway
    const sharers = gateways.slice(0, index).filter((other) => other.link === link)
    const sharer = [gateway, ...sharers].some(hasMark) ? sharers[0] : undefined
    if (sharer !== undefined)
      reporter
        .at(...path, 'link')
        .report(
          'marks-link-shared',
          { link, gateway: name, other: sharer.name },
          { related: [{ message: `${sharer.name} is on it, too`, path: [...sharer.path, 'link'] }] },
        )
    else if (gateway.fwmark === undefined && nexthops.length > 0)
      reporter.at(...path).report('marks-gateway-unmarked', { gateway: name }, { on: 'key' })
  }
  return marks
}

/** Packets without a mark have mark 0, so a gateway with it marks nothing. */
const hasMark = ({ fwmark }: Gateway): boolean => fwmark !== undefined && fwmark.value !== 0
