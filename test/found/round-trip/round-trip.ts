// Round trips: the rendered files of a fixture, read again, as a plan to compare with the plan of its description.
import { compile } from '../../../src/compile.js'
import { createCollector } from '../../../src/found/collector.js'
import type { Found } from '../../../src/found/found.js'
import type { Reader } from '../../../src/found/reader.js'
import { sourcePlan } from '../../../src/import/source-plan.js'
import { familyFlag } from '../../../src/kernel/family.js'
import { formatFwmark } from '../../../src/kernel/fwmark.js'
import { formatPrefix } from '../../../src/kernel/prefix.js'
import { asStored } from '../../../src/kernel/rule.js'
import { formatSysctlKey } from '../../../src/kernel/sysctl.js'
import type { KernelPlan, LeaseClients, Origin, PlannedLink } from '../../../src/plan/plan.js'
import { routeTokens, ruleTokens, virtualLinkTokens } from '../../../src/syntax/iproute2.js'
import type { TargetId } from '../../../src/targets/index.js'
import { loadIn } from '../../helpers/fixture-load.js'
import { goodFixtures, type Fixture } from '../../helpers/fixtures.js'

export interface RoundTrip {
  readonly found: Found
  /** Lines of both plans, sorted: see `planLines`. */
  readonly expected: readonly string[]
  readonly actual: readonly string[]
  /** `FILE:LINE: WHY` of what was not understood. */
  readonly unknown: readonly string[]
}

/** Fixtures that the target can express. */
export const fixturesOf = (target: TargetId): readonly Fixture[] =>
  goodFixtures.filter((fixture) => outputOf(fixture, target) !== undefined)

const outputs = new Map<string, { plan: KernelPlan; files: ReadonlyMap<string, string> } | undefined>()

function outputOf(fixture: Fixture, target: TargetId) {
  const key = `${fixture.name} ${target}`
  if (!outputs.has(key)) {
    const { plan, outputs: all } = compile(fixture.text, { targets: [target], load: loadIn(fixture.folder) })
    const files = all.get(target)?.files ?? []
    const texts = files.flatMap((file) => ('content' in file ? [[file.path, file.content] as const] : []))
    outputs.set(key, plan === undefined || texts.length === 0 ? undefined : { plan, files: new Map(texts) })
  }
  return outputs.get(key)
}

/** Renders a fixture, and reads the files with the readers that take them. */
export function roundTrip(fixture: Fixture, target: TargetId, readers: readonly Reader[]): RoundTrip {
  const output = outputOf(fixture, target)
  if (output === undefined) throw new Error(`${target} has no files for ${fixture.name}`)
  const collector = createCollector()
  for (const reader of readers)
    reader.read(new Map([...output.files].filter(([path]) => reader.reads(path))), collector)
  const found = collector.found()
  const source = sourcePlan(found)
  const problems = [...found.problems, ...source.problems].filter(({ kind }) => kind === 'unknown')
  return {
    found,
    expected: planLines(output.plan),
    actual: planLines(source.plan),
    unknown: problems.map(({ place, why }) => `${place.file}:${place.line}: ${why}`),
  }
}

/**
 * What a plan asks of the kernel, one sorted line for each item, with the user's comment. Without the gateways and their
 * names, which files do not have, and without links of other programs, which no file of ours mentions.
 */
export function planLines({ state, dynamic, intent }: KernelPlan): readonly string[] {
  const line = (origin: Origin | undefined, ...words: readonly (string | number)[]): string =>
    [...words, ...(origin?.comment === undefined ? [] : [`# ${origin.comment}`])].join(' ')
  const managed = state.links.filter((link) => link.managed)
  return [
    ...managed.map((link) => line(link.origin, ...linkWords(link))),
    ...managed.flatMap(({ name, addresses }) =>
      addresses.map((prefix, index) => line(undefined, 'address', index, formatPrefix(prefix), 'dev', name)),
    ),
    ...state.routes.map((route) =>
      line(route.origin, 'route', familyFlag(route.family), ...routeTokens(route)),
    ),
    ...state.rules.map((rule) =>
      line(
        rule.origin,
        'rule',
        familyFlag(rule.family),
        ...ruleTokens({ ...rule, selector: asStored(rule.selector) }),
      ),
    ),
    ...intent.tables.map(({ id, name, origin }) => line(origin, 'table', id, name)),
    ...state.sysctls.map(({ key, value, origin }) => line(origin, 'sysctl', formatSysctlKey(key), value)),
    ...state.connmarks.map(({ link, fwmark, origin }) => line(origin, 'mark', link, formatFwmark(fwmark))),
    ...dynamic.tables.map(
      ({ link, table, families, routers, installedIn, metric, leaseRoutes, replies, origin }) =>
        line(
          origin,
          ...['lease', link, 'table', table, ...families],
          ...['routers', ...routers, ...(routers.length === 0 ? [] : [installedIn])],
          ...(metric === undefined ? [] : ['metric', metric]),
          ...(leaseRoutes === true ? ['routes'] : []),
          ...replies.flatMap(({ word, pref }) => [word, pref]),
        ),
    ),
    ...dynamic.multipaths.map(({ family, metric, hops, origin }) =>
      line(
        origin,
        ...['multipath', familyFlag(family), 'metric', metric],
        ...hops.flatMap(({ dev, weight }) => [dev, weight]),
      ),
    ),
  ].toSorted()
}

const linkWords = ({
  name,
  mtu,
  mac,
  nameservers,
  optional,
  virtual,
  master,
  lease,
}: PlannedLink): readonly (string | number)[] => [
  'link',
  name,
  ...(mtu === undefined ? [] : ['mtu', mtu]),
  ...(mac === undefined ? [] : ['mac', mac]),
  ...nameservers.addresses.map(({ text }) => `dns ${text}`),
  ...nameservers.search.map((domain) => `search ${domain}`),
  ...(optional ? ['optional'] : []),
  ...(virtual === undefined ? [] : virtualLinkTokens(virtual)),
  ...(virtual?.kind === 'bond' && virtual.primary !== undefined ? [`primary ${virtual.primary}`] : []),
  ...(virtual === undefined || virtual.kind === 'vlan' ? [] : [`of ${virtual.links.join(',')}`]),
  ...(master === undefined ? [] : [`master ${master.link}`]),
  ...(lease === undefined ? [] : leaseWords(lease)),
]

const leaseWords = ({ dhcp4, dhcp6, acceptRa }: LeaseClients): readonly string[] => [
  ...(dhcp4 ? ['dhcp4'] : []),
  ...(dhcp6 ? ['dhcp6'] : []),
  ...(acceptRa ? ['ra'] : []),
]

/** Text of a line, or a whole line, that a target cannot carry, and why. It is removed from both sides. */
export type Exception = readonly [text: RegExp, why: string]

/** `- line` of what was lost, `+ line` of what was added. */
export function differences(
  { expected, actual }: RoundTrip,
  exceptions: readonly Exception[] = [],
): readonly string[] {
  const carried = (lines: readonly string[]): string[] =>
    lines
      .map((line) => exceptions.reduce((text, [pattern]) => text.replace(pattern, ''), line))
      .filter((line) => line !== '')
  const left = carried(actual)
  const lost = carried(expected).filter((line) => {
    const index = left.indexOf(line)
    if (index >= 0) left.splice(index, 1)
    return index < 0
  })
  return [...lost.map((line) => `- ${line}`), ...left.map((line) => `+ ${line}`)]
}
