// Which packets were asked about, and which leases were told? Words in; packets, or where the first wrong word stands.
import { parseAddress } from '../../kernel/address.js'
import type { LinkName } from '../../kernel/link.js'
import { parsePrefix } from '../../kernel/prefix.js'
import type { PacketQuery } from '../../lookup/notes.js'
import type { LeaseData } from '../../plan/apply-leases.js'
import type { KernelPlan } from '../../plan/plan.js'
import { parsePacketQuery } from '../../syntax/packet-query.js'

export type Read<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problem: string }

/** The question, or the words with a mark under the wrong one. */
export function readPointed(words: readonly string[], plan: KernelPlan): Read<PacketQuery> {
  const read = parsePacketQuery(words, plan)
  return read.ok
    ? { ok: true, value: read.query }
    : { ok: false, problem: pointed(words, read.word, read.problem) }
}

/** The words on a line of their own, and below them a mark under the wrong one. */
function pointed(words: readonly string[], index: number, problem: string): string {
  const before = words.slice(0, index).map((word) => `${word} `)
  const mark = '^'.repeat(Math.max(1, words[index]?.length ?? 1))
  return `${problem}\n  ${words.join(' ')}\n  ${' '.repeat(before.join('').length)}${mark}`
}

/** Many questions, one a line; what stands behind `#` is a comment. */
export function readQuestions(text: string, file: string, plan: KernelPlan): Read<readonly PacketQuery[]> {
  const questions: PacketQuery[] = []
  const problems: string[] = []
  for (const [index, line] of text.split('\n').entries()) {
    const words = line.replace(/#.*/, '').trim().split(/\s+/)
    if (words.length === 1 && words[0] === '') continue
    const read = readPointed(words, plan)
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
): Read<ReadonlyMap<LinkName, LeaseData>> {
  const facts = new Map<LinkName, LeaseData>()
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

function leaseOf(list: string): LeaseData | string {
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
