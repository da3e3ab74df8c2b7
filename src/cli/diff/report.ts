// Report of a difference: a row for each kind of rerouted packets, for text and Markdown.
import type { PlanItemKind } from '../../compare/comparison.js'
import { kindNouns } from '../../compare/labels.js'
import { diff, isSame } from '../../diff/diff.js'
import type { Change, Difference, Reroute, StateDifference } from '../../diff/difference.js'
import { groupFamilies, type Group } from '../../stdlib/group-by.js'
import { families, familyName } from '../../kernel/family.js'
import type { Answer } from '../../lookup/lookup.js'
import { formatLine } from '../../diagnostics/source-line.js'
import { isDescribed } from '../../plan/origin.js'
import { ruleText } from '../../syntax/trace-format.js'
import type { Planned } from '../runtime/compile-inputs.js'
import { countOf } from '../runtime/findings.js'
import { formatPaths } from './path.js'
import { withoutRenumbering, type NamedState } from './renumbered-tables.js'
import { formatExample, formatExclusions, formatSelector, isBound, type Placeholders } from './selector.js'

/** A description that is compared. */
export type DiffInput = Pick<Planned, 'file' | 'plan' | 'lineOf'> & {
  readonly source: Pick<Planned['source'], 'texts'>
}

export interface DiffReport {
  readonly before: DiffInput
  readonly after: DiffInput
  readonly difference: Difference
  /** The state that differs apart from the numbers of tables. */
  readonly named: NamedState
  readonly rows: readonly Row[]
}

export interface Row {
  readonly scope: Scope
  /** `IPv4, IPv6`. */
  readonly families: string
  readonly selector: string
  readonly before: string
  readonly after: string
  /** Before and after, ` (line 14)` of what decides for the first example; empty for the kernel’s own. */
  readonly lines: readonly [string, string]
  /** One for each family. */
  readonly examples: readonly string[]
  /** Packets within the selector that are not rerouted. */
  readonly exclusions: readonly string[]
}

/** `connected`: before or after, to a neighbour on a link or to this host. `bound`: of sockets that are bound to a link. */
export const scopes = ['any', 'connected', 'bound'] as const
export type Scope = (typeof scopes)[number]

/** `difference`: of both plans, if it is known. */
export function diffReport(
  before: DiffInput,
  after: DiffInput,
  difference: Difference = diff(before.plan, after.plan),
): DiffReport {
  return {
    before,
    after,
    difference,
    named: withoutRenumbering(before.plan, after.plan, difference.state),
    rows: rowsOf(before, after, difference),
  }
}

/** What IPv4 and IPv6 have in common is one row; the widest scope comes first, and marked packets last in each. */
function rowsOf(before: DiffInput, after: DiffInput, { reroutes, placeholders }: Difference): readonly Row[] {
  const keyOf = (reroute: Reroute): string =>
    [formatSelector(reroute, placeholders), reroute.isExact, ...formatPaths(reroute, placeholders)].join('|')
  return groupFamilies(reroutes, keyOf, ({ family }) => family)
    .toSorted(([a], [b]) => rankOf(a) - rankOf(b))
    .map((group) => rowOf(group, before, after, placeholders))
}

function rowOf(
  reroutes: Group<Reroute>,
  before: DiffInput,
  after: DiffInput,
  placeholders: Placeholders,
): Row {
  const [first] = reroutes
  const [old, now] = formatPaths(first, placeholders)
  const selector = formatSelector(first, placeholders)
  return {
    scope: scopeOf(first),
    families: families
      .filter((family) => reroutes.some((one) => one.family === family))
      .map(familyName)
      .join(', '),
    selector: first.isExact ? selector : selector === 'all' ? 'some packets' : `some packets ${selector}`,
    before: old,
    after: now,
    lines: decidingLines(first, before, after),
    examples: reroutes.map((one) => formatExample(one, [before.plan, after.plan], placeholders)),
    exclusions: [...new Set(reroutes.flatMap((one) => formatExclusions(one, placeholders)))],
  }
}

function scopeOf({ before, after, packets, example }: Reroute): Scope {
  if (example.packet.oif !== undefined || isBound(packets)) return 'bound'
  const isConnected = [before, after].some(
    ({ kind, ...way }) =>
      kind === 'local' ||
      ('hops' in way && way.hops.every(({ via, gateway }) => via === undefined && gateway === undefined)),
  )
  return isConnected ? 'connected' : 'any'
}

const rankOf = (reroute: Reroute): number =>
  scopes.indexOf(scopeOf(reroute)) * 4 +
  (reroute.kind === 'source' ? 2 : 0) +
  ((reroute.example.packet.mark ?? 0) === 0 ? 0 : 1)

/** ` (line 14)` or ` (site.yaml:14)` of the rule that decides, or of the route if the rule is the same; empty for the kernel’s own. */
function decidingLines({ example }: Reroute, before: DiffInput, after: DiffInput): readonly [string, string] {
  const text = (answer: Answer, { plan }: DiffInput): string =>
    'rule' in answer ? `${answer.rule.pref} ${ruleText(plan, answer.rule)}` : ''
  const isSameRule = text(example.before, before) === text(example.after, after)
  const lineOf = (answer: Answer, input: DiffInput): string => {
    if (!('rule' in answer)) return ''
    const { rule } = answer
    const route = 'route' in answer ? answer.route : undefined
    const { origin } = route !== undefined && (isSameRule || !isDescribed(rule.origin)) ? route : rule
    return isDescribed(origin) ? ` (${formatLine(input.lineOf(origin.path))})` : ''
  }
  return [lineOf(example.before, before), lineOf(example.after, after)]
}

/** Two sentences: the packets, and the kernel state. */
export function formatSummary({
  before,
  after,
  difference,
  named,
  rows,
}: DiffReport): readonly [string, string] {
  if (isSame(difference))
    return isSameText(before, after)
      ? ['No difference.', 'The descriptions are equal, byte for byte.']
      : ['No difference for the kernel.', 'Only comments, names, order or settings of targets changed.']
  const counts = scopes.flatMap((scope) => {
    const count = rows.filter((row) => row.scope === scope).length
    return count === 0 ? [] : [{ count, text: scopeTexts[scope] }]
  })
  const unanalyzed = difference.unanalyzed.length
  const packets = [
    ...counts.map(({ count, text }, index) =>
      index === 0 ? `${countOf(count, 'traffic class', 'es')}${text} rerouted` : `${count} more${text}`,
    ),
    ...(unanalyzed === 0
      ? []
      : [`${countOf(unanalyzed, 'traffic class', 'es')} not analyzed: too many rules and tables`]),
  ]
  return [
    `${packets.join('; ') || 'No packet rerouted'}.`,
    `Kernel state: ${formatChanges(named) || 'the same'}.`,
  ]
}

/** Also of the files that the descriptions extend. */
const isSameText = (before: DiffInput, after: DiffInput): boolean =>
  JSON.stringify([...before.source.texts.values()]) === JSON.stringify([...after.source.texts.values()])

const scopeTexts: Readonly<Record<Scope, string>> = {
  any: '',
  connected: ' on connected networks',
  bound: ' of sockets bound to a link',
}

const kindOf = {
  links: 'link',
  rules: 'rule',
  routes: 'route',
  dynamicTables: 'dynamicTable',
  dynamicMultipaths: 'dynamicMultipath',
  sysctls: 'sysctl',
  connmarks: 'connmark',
} as const satisfies Record<Exclude<keyof StateDifference, 'manage'>, PlanItemKind>

/** `2 rules added, 1 removed; 1 sysctl changed`. */
function formatChanges({ state, renumbered }: NamedState): string {
  const kinds = ['added', 'removed', 'moved', 'changed'] as const
  return [
    ...(state.manage.length === 0 ? [] : ['manage changed']),
    ...(renumbered.length === 0 ? [] : [`${countOf(renumbered.length, 'table')} renumbered`]),
    ...(Object.keys(kindOf) as (keyof typeof kindOf)[]).flatMap((list) => {
      const changes: readonly Change<unknown>[] = state[list]
      const counts = kinds.flatMap((kind) => {
        const count = changes.filter((change) => change.kind === kind).length
        return count === 0 ? [] : [{ kind, count }]
      })
      const texts = counts.map(
        ({ kind, count }, index) =>
          `${index === 0 ? `${count} ${kindNouns[kindOf[list]][count === 1 ? 0 : 1]}` : count} ${kind}`,
      )
      return texts.length === 0 ? [] : [texts.join(', ')]
    }),
  ].join('; ')
}

/** Packets that may be rerouted. */
export const formatUnanalyzed = ({
  difference: { unanalyzed, placeholders },
}: DiffReport): readonly string[] =>
  unanalyzed.map(({ family, packets }) => {
    const except = formatExclusions({ packets }, placeholders)
    const selector = `${familyName(family)} ${formatSelector({ packets }, placeholders)}`
    return except.length === 0 ? selector : `${selector} except ${except.join('; ')}`
  })
