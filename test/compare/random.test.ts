// Owned lines of random hosts: each line that contains something of the plan belongs to exactly one item.
import fc from 'fast-check'
import { dump } from 'js-yaml'
import { describe, expect, it } from 'vitest'
import { compare } from '../../src/compare/compare.js'
import type { ComparedStack } from '../../src/compare/comparison.js'
import { compile } from '../../src/compile.js'
import { formatFwmark } from '../../src/kernel/fwmark.js'
import { formatSysctlKey } from '../../src/kernel/sysctl.js'
import type { KernelPlan } from '../../src/plan/plan.js'
import { misleadingHost } from './misleading-host.js'
import { containsToken, problemsOf } from './configured-lines.js'
import { allVariants } from './stacks.js'
import { amount } from '../helpers/amount.js'

const runs = Number(process.env['MULTIHOME_RUNS'] ?? amount(8, 40))

/** Structural lines with a name or a number of the plan that configure nothing themselves. */
const structural: readonly RegExp[] = [
  // A case of a script, for one or several links.
  /: [\w.-]+(?: \| [\w.-]+)*\)$/,
  // A loop over all links.
  /\/if-up\.d\/multihome: for name in [\w. -]+; do (?:link|over) [^;]+; done$/,
  // The first line of a list, which may continue an existing one.
  /: (?:config|routes|rules)_\w+="(?:\$\{\w+-\})?$/,
  // An address that a program compares with those of leases.
  /\/(?:tracker|leases)\.conf: static /,
]

/** Tokens of the plan that a line without an item must not contain. Names without digits may be keywords of a stack. */
const plannedTokens = (plan: KernelPlan): readonly string[] =>
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
    ...plan.state.sysctls.map(({ key }) => formatSysctlKey(key)),
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

function problemLines(stack: ComparedStack, plan: KernelPlan): readonly string[] {
  const tokens = [...new Set(plannedTokens(plan))]
  return linesOf(stack).flatMap(({ line, items: owners }) => {
    if (owners.length > 1) return [`${line}: belongs to ${owners.join(', ')}`]
    if (owners.length === 1 || structural.some((pattern) => pattern.test(line))) return []
    const content = line.slice(line.indexOf(': ') + 2)
    return tokens
      .filter((token) => content.includes(token) && containsToken(content, token))
      .map((token) => `${line}: belongs to no item, but contains ${token}`)
  })
}

describe.each(allVariants)('$name', ({ name, target, settings }) => {
  it('configures each item of a random host in lines of its own, or has a reason not to', () => {
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
          ...problemLines(stack, plan),
          ...(plan.intent.manage === 'full' &&
          stack.state === 'refused' &&
          Object.values(stack.cells).every(({ mechanism }) => mechanism !== 'refused')
            ? [`${name}: rejected without an item`]
            : []),
        ])
        expect(problems).toEqual([])
      }),
      { numRuns: runs },
    )
  })
})
