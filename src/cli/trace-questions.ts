// Which packets were asked about, and which leases were told? Words in; packets, or where the first wrong word stands.
import { suggest } from '../diagnostics/suggest.js'
import { isMulticast, isUnspecified, parseAddress } from '../kernel/address.js'
import { loopback, type LinkName } from '../kernel/link.js'
import { parsePrefix } from '../kernel/prefix.js'
import type { Packet } from '../lookup/lookup.js'
import { isOwn } from '../lookup/packet.js'
import type { LeaseFacts } from '../plan/leased.js'
import type { KernelPlan } from '../plan/plan.js'
import { asForwarded, readPacketWords } from '../syntax/route-get.js'

export interface Question {
  readonly packet: Packet
  /** Whether a protocol was told; of IPv4 the packet has UDP where none was. */
  readonly hasProtocol: boolean
}

export type Read<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problem: string }

/** The packet that the words tell, if this host can have it. */
export function readQuestion(words: readonly string[], plan: KernelPlan): Read<Question> {
  const read = readPacketWords(words)
  if (!read.ok) return { ok: false, problem: pointed(words, read.word, read.problem) }
  const packet = asForwarded(read.packet)
  const problem = problemOf(packet, plan)
  if (problem === undefined) return { ok: true, value: { packet, hasProtocol: words.includes('ipproto') } }
  const [word, text] = problem
  const index = word === 'to' ? (words[0] === 'to' ? 1 : 0) : indexOf(words, word) + 1
  return { ok: false, problem: pointed(words, index, text) }
}

const indexOf = (words: readonly string[], word: string): number => {
  const index = words.indexOf(word)
  return index === -1 ? words.indexOf('dev') : index
}

/** The word whose value is at fault, and why. */
function problemOf(packet: Packet, plan: KernelPlan): readonly [string, string] | undefined {
  const { dst, src, iif, oif, uid } = packet
  if (isMulticast(dst) || dst.text === '255.255.255.255' || isUnspecified(dst))
    return ['to', `${dst.text} is no address of one host, and the kernel does not go by rules alone for it`]
  if (src !== undefined && (isMulticast(src) || isUnspecified(src)))
    return ['from', `nothing comes from ${src.text}`]
  const known = linksKnown(plan)
  for (const [word, link] of [
    ['iif', iif],
    ['oif', oif],
  ] as const) {
    if (link === undefined || known.has(link)) continue
    const near = suggest(link, known)
    if (near !== undefined) return [word, `no link is called ${link}; did you mean ${near}?`]
  }
  if (isOwn(packet)) return undefined
  if (src === undefined)
    return ['iif', `what came in by ${iif ?? ''} has a source: write \`from ADDRESS\` as well`]
  if (oif !== undefined)
    return ['oif', 'only a socket of this host is bound to a link: write either `iif` or `oif`']
  if (uid !== undefined)
    return ['uid', 'what is forwarded has no user and counts as root’s: write either `iif` or `uid`']
  return undefined
}

/** Those of the description, and whatever its rules name beside them. */
export const linksKnown = (plan: KernelPlan): ReadonlySet<LinkName> =>
  new Set([
    loopback,
    ...plan.links.map(({ name }) => name),
    ...plan.rules.flatMap(({ selector: { iif, oif } }) => [iif ?? [], oif ?? []].flat()),
    ...plan.routes.flatMap(({ nexthops }) => nexthops.map(({ dev }) => dev)),
  ])

/** The words on a line of their own, and below them a mark under the wrong one. */
function pointed(words: readonly string[], index: number, problem: string): string {
  const before = words.slice(0, index).map((word) => `${word} `)
  const mark = '^'.repeat(Math.max(1, words[index]?.length ?? 1))
  return `${problem}\n  ${words.join(' ')}\n  ${' '.repeat(before.join('').length)}${mark}`
}

/** Many questions, one a line; what stands behind `#` is a comment. */
export function readQuestions(text: string, file: string, plan: KernelPlan): Read<readonly Question[]> {
  const questions: Question[] = []
  const problems: string[] = []
  for (const [index, line] of text.split('\n').entries()) {
    const words = line.replace(/#.*/, '').trim().split(/\s+/)
    if (words.length === 1 && words[0] === '') continue
    const read = readQuestion(words, plan)
    if (read.ok) questions.push(read.value)
    else problems.push(`${file}:${index + 1}: ${read.problem}`)
  }
  if (problems.length > 0) return { ok: false, problem: problems.join('\n') }
  if (questions.length === 0)
    return { ok: false, problem: `${file} has no packet: write one a line, as in \`8.8.8.8 from 192.0.2.1\`` }
  return { ok: true, value: questions }
}

/** `wan1=198.51.100.80/24,via 198.51.100.1`; `wan1=none` for a link that has no lease at the moment. */
export function readLeases(
  texts: readonly string[],
  plan: KernelPlan,
): Read<ReadonlyMap<LinkName, LeaseFacts>> {
  const facts = new Map<LinkName, LeaseFacts>()
  const leased = plan.links.filter((link) => link.lease !== undefined).map(({ name }) => name)
  for (const text of texts) {
    const fail = (problem: string): { readonly ok: false; readonly problem: string } => ({
      ok: false,
      problem: `--lease ${text}: ${problem}`,
    })
    const [, name = '', list = ''] = /^([^=]*)=(.*)$/.exec(text) ?? []
    const link = leased.find((each) => each === name)
    if (link === undefined)
      return fail(
        leased.length === 0
          ? 'no link of this description takes a lease'
          : `write LINK=ADDRESS/LENGTH,via ROUTER, with a link that takes a lease: ${leased.join(', ')}`,
      )
    if (facts.has(link)) return fail(`${link} is told twice; write all its addresses with commas between`)
    const had = list === 'none' ? { addresses: [], routers: [] } : leaseOf(list)
    if (typeof had === 'string') return fail(had)
    facts.set(link, had)
  }
  return { ok: true, value: facts }
}

function leaseOf(list: string): LeaseFacts | string {
  const items = list.split(',').map((item) => item.trim())
  const routers = items.flatMap((item) => /^via[ =](.*)$/.exec(item)?.[1] ?? [])
  const addresses = items.filter((item) => !/^via[ =]/.test(item))
  const wrong = [
    ...addresses.filter((text) => parsePrefix(text) === undefined),
    ...routers.filter((text) => parseAddress(text) === undefined),
  ]
  if (wrong.length > 0)
    return `cannot take ${JSON.stringify(wrong[0])}: addresses have their length, as in 198.51.100.80/24, and a router has none, as in via 198.51.100.1`
  return {
    addresses: addresses.flatMap((text) => parsePrefix(text) ?? []),
    routers: routers.flatMap((text) => parseAddress(text) ?? []),
  }
}
