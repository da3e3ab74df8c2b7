// ARP sysctls of links that share a prefix.
import type { Reporter } from '../diagnostics/reporter.js'
import type { LinkName } from '../kernel/link.js'
import { overlaps, parsePrefix, type Prefix } from '../kernel/prefix.js'
import { sharedLinks } from '../plan/shared-links.js'
import { exampleOf } from './example.js'
import type { LintContext } from './context.js'
import { hostsIn } from './sample-packets.js'
import { sysctlsOf } from './sysctls.js'

/** arp_ignore 1 replies only on the link with the address; arp_announce 2 sends its address. Higher values are stricter. */
export function checkArp(host: LintContext, reporter: Reporter): void {
  const reported = new Set<LinkName>()
  for (const { link, prefix, other } of sharedLinks(host.plan.state.links)) {
    // One report is enough: the fix applies to both links.
    if (reported.has(other)) continue
    const { larger } = sysctlsOf(host.plan)
    // IN_DEV_ARP_IGNORE, IN_DEV_ARP_ANNOUNCE: the larger of the link’s value and that of conf.all.
    const isAnswering = larger(link.name, 'arp_ignore') < 1
    if (!isAnswering && larger(link.name, 'arp_announce') >= 2) continue
    const shared = isAnswering ? parsePrefix(prefix) : undefined
    const example = shared && arpExample(host, link.name, other, shared)
    reported.add(link.name)
    reporter.at(...link.origin.path, 'addresses').report('links-share-prefix', { prefix, other }, { example })
  }
}

/** arp_process(): the receiving link replies for every local address. */
function arpExample(host: LintContext, link: LinkName, other: LinkName, prefix: Prefix): string | undefined {
  const addresses = host.plan.state.links.find(({ name }) => name === other)?.addresses ?? []
  const address = addresses.find((own) => overlaps(prefix, own))?.address
  const [neighbour] = hostsIn(host, prefix)
  if (address === undefined || neighbour === undefined) return undefined
  const packet = { family: 'inet', src: neighbour, dst: address, iif: link } as const
  const answer = host.lookup(packet)
  if (answer.kind !== 'local') return undefined
  return `${exampleOf(host, packet, answer)}, so ${link} answers ARP requests for ${address.text} of ${other}`
}
