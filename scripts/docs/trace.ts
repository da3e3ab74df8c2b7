// Output of `multihome trace` for the documents, with its options.
import { parseArgs } from 'node:util'
import { readLeases, readPointed } from '../../src/cli/trace/packets.js'
import { formatExplanation } from '../../src/cli/trace/text.js'
import type { Result } from '../../src/stdlib/result.js'
import { createFib } from '../../src/lookup/fib.js'
import { explainPacket } from '../../src/lookup/explain.js'
import { applyPartialLeases } from '../../src/lookup/unknowns.js'
import type { Hosts } from './hosts.js'
import { fence } from './markdown.js'

/** `words` are arguments of the command, with `--brief` and `--lease`; `;` separates packets. */
export function tracedOutput(host: string, words: readonly string[], hosts: Hosts): string {
  const { compilation } = hosts.named(host)
  if (compilation.plan === undefined) throw new Error(`${host} has no plan`)
  const { values, positionals } = parseArgs({
    args: [...words],
    allowPositionals: true,
    options: { brief: { type: 'boolean', default: false }, lease: { type: 'string', multiple: true } },
  })
  const plan = applyPartialLeases(compilation.plan, valueOf(readLeases(values.lease ?? [], compilation.plan)))
  const fib = createFib(plan)
  const answers = positionals
    .join(' ')
    .split(' ; ')
    .map((packet) => explainPacket(fib, valueOf(readPointed(packet.split(' '), plan))))
  return fence(
    'text',
    formatExplanation(answers, { plan, lineOf: compilation.lineOf, all: false, brief: values.brief }),
  )
}

function valueOf<T>(read: Result<T>): T {
  if (!read.ok) throw new Error(read.problem)
  return read.value
}
