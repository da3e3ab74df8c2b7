// Check that the lines of an item have its numbers, addresses and names, and no others.
import type { Cell, ComparedStack, PlanItem } from '../../src/compare/comparison.js'
import { formatFwmark } from '../../src/kernel/fwmark.js'
import { formatSysctlKey } from '../../src/kernel/sysctl.js'
import type { KernelPlan } from '../../src/plan/plan.js'

/** Numbers, addresses and names that the lines must contain on every stack. */
function tokensOf(item: PlanItem, plan: KernelPlan): readonly string[] {
  const [first = 0] = item.parts
  switch (item.kind) {
    case 'link': {
      const link = plan.state.links[first]
      // Another program configures the addresses of its links; they are only reported.
      return link?.managed === true ? link.addresses.map(({ address }) => address.text) : []
    }
    case 'table':
      return item.words.split(' ')
    case 'sysctl':
      return [formatSysctlKey(plan.state.sysctls[first]?.key ?? []), plan.state.sysctls[first]?.value ?? '']
    case 'connmark':
      return [plan.state.connmarks[first]?.link ?? '']
    case 'dynamicTable':
      return [plan.dynamic.tables[first]?.link ?? '', String(plan.dynamic.tables[first]?.table)]
    case 'dynamicMultipath':
      return plan.dynamic.multipaths[first]?.hops.map(({ dev }) => dev) ?? []
    case 'rule': {
      const rule = plan.state.rules[first]
      if (rule === undefined) return []
      const { from, to, iif, oif, fwmark } = rule.selector
      return [
        String(rule.pref),
        ...[from, to].flatMap((prefix) =>
          prefix === undefined || prefix.length === 0 ? [] : [prefix.address.text],
        ),
        ...[iif, oif].flatMap((link) => link ?? []),
        ...(fwmark === undefined ? [] : [formatFwmark(fwmark).split('/')[0] ?? '']),
        ...(rule.action.type === 'lookup' && rule.action.table < 253 ? [String(rule.action.table)] : []),
      ]
    }
    case 'route': {
      const route = plan.state.routes[first]
      if (route === undefined) return []
      return [
        ...(route.dst.length === 0 ? [] : [route.dst.address.text]),
        ...route.nexthops.flatMap(({ via }) => via?.text ?? []),
        ...(route.table < 253 ? [String(route.table)] : []),
        ...(route.prefsrc === undefined ? [] : [route.prefsrc.text]),
      ]
    }
  }
}

/** Whether `text` has the token as a whole: `101` is not in `1010`. `0x65` is also found as 101, since some stacks write decimals. */
export const containsToken = (text: string, token: string): boolean =>
  [token, ...(token.startsWith('0x') ? [String(Number(token))] : [])].some((word) =>
    new RegExp(
      `(?<![0-9A-Za-z.:])${word.replaceAll(/[.*+?^$()|[\]\\]/g, '\\$&')}(?![0-9A-Za-z]|[.:][0-9a-f])`,
    ).test(text),
  )

const textOf = ({ locations }: Cell): string => locations.flatMap(({ lines }) => lines).join('\n')

/** Problems of an item that is neither configured correctly, nor rejected, nor absent with a reason. */
export function problemsOf(
  name: string,
  stack: ComparedStack,
  item: PlanItem,
  plan: KernelPlan,
): readonly string[] {
  const what = `${name} ${item.id} ${item.words}`
  const cell = stack.cells[item.id]
  if (cell === undefined) return [`${what}: no cell`]
  const problems: string[] = []
  if (stack.state === 'refused') {
    if (cell.locations.length > 0 || !['refused', 'blocked'].includes(cell.mechanism))
      problems.push(`${what}: ${cell.mechanism} in a refused stack`)
    if (cell.mechanism === 'refused' && cell.why === undefined)
      problems.push(`${what}: refused without a reason`)
    return problems
  }
  if (cell.locations.length === 0) {
    if (cell.why === undefined) problems.push(`${what}: nothing is written, and there is no reason`)
    return problems
  }
  for (const token of tokensOf(item, plan))
    if (!containsToken(textOf(cell), token)) problems.push(`${what}: no ${token} in\n${textOf(cell)}`)
  for (const number of numbersIn(item, cell))
    if (!isOwnNumber(item, plan, number))
      problems.push(`${what}: ${number} belongs to another item, in\n${textOf(cell)}`)
  for (const { path, ranges, lines } of cell.locations) {
    const file = stack.files.find((one) => one.path === path)
    const text = file !== undefined && 'text' in file ? file.text.split('\n') : []
    const inRanges = ranges.flatMap(({ from, to }) => text.slice(from - 1, to)).map((line) => line.trim())
    if (inRanges.join('\n') !== lines.join('\n')) problems.push(`${what}: ${path} has other lines there`)
  }
  return problems
}

/** The keyword of a stack for a priority or a table, and a number; in `@table 1`, `table` is a link and 1 its weight. */
const PREF = /\b(?:pref|priority|Priority)[ =:]+(\d+)/g
const TABLE = /(?<!@)\b(?:table|lookup|Table)[ =:]+(\d+)/g

type NamedNumber = `pref ${string}` | `table ${string}`

const numbersIn = ({ kind }: PlanItem, cell: Cell): readonly NamedNumber[] => {
  if (kind !== 'rule' && kind !== 'route') return []
  const numbersOf = (word: 'pref' | 'table', pattern: RegExp): readonly NamedNumber[] =>
    [...textOf(cell).matchAll(pattern)].map(([, number = '']): NamedNumber => `${word} ${number}`)
  return [...numbersOf('pref', PREF), ...numbersOf('table', TABLE)]
}

function isOwnNumber({ kind, parts: [first = 0] }: PlanItem, plan: KernelPlan, found: NamedNumber): boolean {
  const rule = kind === 'rule' ? plan.state.rules[first] : undefined
  const route = kind === 'route' ? plan.state.routes[first] : undefined
  const table = rule?.action.type === 'lookup' ? rule.action.table : route?.table
  return found === `pref ${rule?.pref}` || found === `table ${table}`
}
