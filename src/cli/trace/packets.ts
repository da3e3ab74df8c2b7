// Packet queries and leases of the command line: parsed values, or a marker under the first wrong word.
import type { LinkName } from '../../kernel/link.js'
import { ok, type Result } from '../../stdlib/result.js'
import type { PacketQuery } from '../../lookup/notes.js'
import type { LeaseData } from '../../plan/apply-leases.js'
import type { KernelPlan } from '../../plan/plan.js'
import { parseLease } from '../../syntax/lease.js'
import { parsePacketQuery } from '../../syntax/packet-query.js'

/** The query, or the words with a marker under the wrong one. */
export function readPointed(words: readonly string[], plan: KernelPlan): Result<PacketQuery> {
  const read = parsePacketQuery(words, plan)
  return read.ok ? read : { ok: false, problem: pointed(words, read.word, read.problem) }
}

/** The words on their own line, with a marker below the wrong one. */
function pointed(words: readonly string[], index: number, problem: string): string {
  const before = words.slice(0, index).map((word) => `${word} `)
  const mark = '^'.repeat(Math.max(1, words[index]?.length ?? 1))
  return `${problem}\n  ${words.join(' ')}\n  ${' '.repeat(before.join('').length)}${mark}`
}

/** Many queries, one a line; `#` begins a comment. */
export function readQueries(text: string, file: string, plan: KernelPlan): Result<readonly PacketQuery[]> {
  const queries: PacketQuery[] = []
  const problems: string[] = []
  for (const [index, line] of text.split('\n').entries()) {
    const words = line.replace(/#.*/, '').trim().split(/\s+/)
    if (words.length === 1 && words[0] === '') continue
    const read = readPointed(words, plan)
    if (read.ok) queries.push(read.value)
    else problems.push(`${file}:${index + 1}: ${read.problem}`)
  }
  if (problems.length > 0) return { ok: false, problem: problems.join('\n') }
  if (queries.length === 0)
    return { ok: false, problem: `${file} has no packet: write one a line, as in \`8.8.8.8 from 192.0.2.1\`` }
  return ok(queries)
}

/** `wan1=198.51.100.80/24,via 198.51.100.1`; `wan1=none` for a link without a lease at the moment. */
export function readLeases(
  texts: readonly string[],
  plan: KernelPlan,
): Result<ReadonlyMap<LinkName, LeaseData>> {
  const facts = new Map<LinkName, LeaseData>()
  const leased = plan.state.links.filter((link) => link.lease !== undefined).map(({ name }) => name)
  for (const text of texts) {
    const fail = (problem: string) => ({ ok: false, problem: `--lease ${text}: ${problem}` }) as const
    const [, name = '', list = ''] = /^([^=]*)=(.*)$/.exec(text) ?? []
    const link = leased.find((each) => each === name)
    if (link === undefined)
      return fail(
        leased.length === 0
          ? 'no link of this description takes a lease'
          : `write LINK=ADDRESS/LENGTH,via ROUTER, with a link that takes a lease: ${leased.join(', ')}`,
      )
    if (facts.has(link))
      return fail(`${link} is given twice; fix: write all its addresses in one --lease, separated by commas`)
    const lease = parseLease(list)
    if (!lease.ok) return fail(lease.problem)
    facts.set(link, lease.value)
  }
  return ok(facts)
}
