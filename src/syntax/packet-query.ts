// Packet queries: arguments of `ip route get`, checked against a plan.
import { suggest } from '../diagnostics/suggest.js'
import { isLinkLocal, isMulticast, isUnspecified } from '../kernel/address.js'
import { ok, type Result } from '../stdlib/result.js'
import type { Packet } from '../lookup/lookup.js'
import { isLocallyGenerated } from '../kernel/packet.js'
import { knownLinks, type PacketQuery } from '../lookup/notes.js'
import type { KernelPlan } from '../plan/plan.js'
import { inferForwarded, parsePacketTokens, type WordProblem } from './route-get.js'

/** Parses a packet and rejects what this host cannot have. */
export function parsePacketQuery(
  words: readonly string[],
  plan: KernelPlan,
): Result<PacketQuery, WordProblem> {
  const read = parsePacketTokens(words)
  if (!read.ok) return read
  const packet = inferForwarded(read.value)
  const found = problemOf(packet, plan)
  if (found === undefined) return ok({ packet, hasProtocol: words.includes('ipproto') })
  const [word, problem] = found
  return { ok: false, problem, word: indexOf(words, word) + 1 }
}

/** Index of a keyword; -1 for an absent `to`, since the destination then comes first. */
const indexOf = (words: readonly string[], word: string): number => {
  const index = words.indexOf(word)
  return index === -1 && word === 'oif' ? words.indexOf('dev') : index
}

/** The keyword with the invalid value, and the problem. */
function problemOf(packet: Packet, plan: KernelPlan): readonly [string, string] | undefined {
  const { dst, src, iif, oif, uid } = packet
  if (isMulticast(dst) || dst.text === '255.255.255.255' || isUnspecified(dst))
    return ['to', `${dst.text} is no unicast address: the kernel does not route it by rules alone`]
  const mapped = /^::ffff:(\d.*)$/.exec(dst.text)?.[1]
  if (mapped !== undefined) return ['to', `the kernel sends packets to ${dst.text} as IPv4: write ${mapped}`]
  if (dst.family === 'inet6' && isLinkLocal(dst) && iif === undefined && oif === undefined)
    return [
      'to',
      `${dst.text} may be on any link: add \`oif LINK\`, which programs write as ${dst.text}%LINK`,
    ]
  if (src !== undefined && (isMulticast(src) || isUnspecified(src)))
    return ['from', `${src.text} cannot be a source`]
  const known = knownLinks(plan)
  for (const [word, link] of [
    ['iif', iif],
    ['oif', oif],
  ] as const) {
    if (link === undefined || known.has(link)) continue
    const near = suggest(link, known)
    if (near !== undefined) return [word, `no link is called ${link}; did you mean ${near}?`]
  }
  if (isLocallyGenerated(packet)) return undefined
  if (src === undefined)
    return ['iif', `a packet that arrives on ${iif ?? ''} has a source: add \`from ADDRESS\``]
  if (oif !== undefined)
    return ['oif', 'only sockets of this host can be bound to a link: write either `iif` or `oif`']
  if (uid !== undefined) return ['uid', 'forwarded packets always have uid 0: write either `iif` or `uid`']
  return undefined
}
