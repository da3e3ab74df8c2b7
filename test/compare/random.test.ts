// Owned lines of random hosts: each line that contains something of the plan belongs to exactly one item.
import fc from 'fast-check'
import { dump } from 'js-yaml'
import { describe, expect, it } from 'vitest'
import { compare } from '../../src/compare/compare.js'
import type { ComparedStack } from '../../src/compare/comparison.js'
import { compile } from '../../src/compile.js'
import { formatFwmark } from '../../src/kernel/fwmark.js'
import type { KernelPlan } from '../../src/plan/plan.js'
import { misleadingHost } from './misleading-host.js'
import { holds, problemsOf } from './configured-lines.js'
import { allVariants } from './stacks.js'
import { amount } from '../helpers/amount.js'

const runs = Number(process.env['MULTIHOME_RUNS'] ?? amount(8, 40))

/** Lines that bear a name or a number of the plan, and yet say nothing of it: they lead to lines that do. */
const leads: readonly RegExp[] = [
  // A case of a script, for one link or several.
  /: [\w.-]+(?: \| [\w.-]+)*\)$/,
  // What follows is of these links.
  /\/50-multihome: (?:over|among) [\w. -]+$/,
  // All of them in turn.
  /\/if-up\.d\/multihome: for name in [\w. -]+; do (?:link|over) [^;]+; done$/,
  // The head of a list, whether it stands behind what is there or alone.
  /: (?:config|routes|rules)_\w+="(?:\$\{\w+-\})?$/,
  // Which events are heard.
  /\/multihome-follow: \*' \S+ '\*\|/,
]

/** What a line about nothing in particular must not hold; names that are words of the stacks may stand anywhere. */
const planned = (plan: KernelPlan): readonly string[] =>
  [
    ...plan.state.links.flatMap(({ name, addresses }) => [
      name,
      ...addresses.map(({ address }) => address.text),
    ]),
    ...plan.state.rules.flatMap(({ pref, selector: { from, to, fwmark } }) => [
      String(pref),
      ...[from, to].flatMap((prefix) =>
        prefix === undefined || prefix.length === 0 ? [] : [prefix.address.text],
      ),
      ...(fwmark === undefined ? [] : [formatFwmark(fwmark).split('/')[0] ?? '']),
    ]),
    ...plan.state.routes.flatMap(({ dst, nexthops, table }) => [
      ...(dst.length === 0 ? [] : [dst.address.text]),
      ...nexthops.flatMap(({ via }) => via?.text ?? []),
      ...(table < 253 ? [String(table)] : []),
    ]),
    ...plan.state.sysctls.map(({ key }) => key),
  ].filter((token) => /\d/.test(token))

function linesOf(
  stack: ComparedStack,
): readonly { readonly line: string; readonly items: readonly string[] }[] {
  return stack.files.flatMap((file) => {
    if ('symlink' in file) return []
    const items = new Map<number, string[]>()
    for (const [id, { locations }] of Object.entries(stack.cells))
      for (const { path, ranges } of locations)
        if (path === file.path)
          for (const { from, to } of ranges)
            for (let line = from; line <= to; line += 1) items.set(line, [...(items.get(line) ?? []), id])
    return file.text
      .split('\n')
      .map((line, index) => ({ line: `${file.path}: ${line.trim()}`, items: items.get(index + 1) ?? [] }))
      .filter(({ line }) => !/^\S+: (?:#.*)?$/.test(line))
  })
}

function strays(stack: ComparedStack, plan: KernelPlan): readonly string[] {
  const tokens = [...new Set(planned(plan))]
  return linesOf(stack).flatMap(({ line, items: owners }) => {
    if (owners.length > 1) return [`${line}: of ${owners.join(', ')}`]
    if (owners.length === 1 || leads.some((lead) => lead.test(line))) return []
    const said = line.slice(line.indexOf(': ') + 2)
    return tokens
      .filter((token) => said.includes(token) && holds(said, token))
      .map((token) => `${line}: nobody’s, but holds ${token}`)
  })
}

describe.each(allVariants)('$name', ({ name, target, settings }) => {
  it('has each item of a random host in lines of its own, or says why not', () => {
    fc.assert(
      fc.property(misleadingHost, (host) => {
        const text = dump(host)
        const { plan, lineOf } = compile(text, { targets: [] })
        if (plan === undefined) return
        const { items, stacks } = compare(plan, [target], {
          text,
          lineOf,
          settings: { [target.id]: settings },
        })
        const problems = stacks.flatMap((stack) => [
          ...items.flatMap((item) => problemsOf(name, stack, item, plan)),
          ...strays(stack, plan),
          ...(plan.intent.manage === 'full' &&
          stack.state === 'refused' &&
          Object.values(stack.cells).every(({ mechanism }) => mechanism !== 'refused')
            ? [`${name}: refused for no item`]
            : []),
        ])
        expect(problems).toEqual([])
      }),
      { numRuns: runs },
    )
  })
})
