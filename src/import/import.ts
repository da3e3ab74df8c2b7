// Import: files of a host in, a description and its proof out.
import { compile } from '../compile.js'
import type { Diagnostic } from '../diagnostics/diagnostic.js'
import { createCollector } from '../found/collector.js'
import type { Found, Problem } from '../found/found.js'
import type { InputFiles } from '../found/reader.js'
import { readBootScript } from '../targets/iproute2/read.js'
import type { LinkName } from '../kernel/link.js'
import { formatSysctlKey, isSameSysctl } from '../kernel/sysctl.js'
import type { KernelPlan } from '../plan/plan.js'
import { withAdvertisements } from './advertisements.js'
import { describe, type Described } from './describe/describe.js'
import { forms } from './describe/form.js'
import { mapping, type WrittenMapping } from './describe/written.js'
import { compareWithSource, type Comparison } from './differences.js'
import { memoizeLast } from '../stdlib/memoize.js'
import { readersNamed } from './files.js'
import { routesOfVrfs, withoutErrors, withoutRemoved } from './expressible.js'
import { sourcePlan, type SourcePlan } from './source-plan.js'
import { createStackCheck } from './stacks.js'
import { writeDescription } from './write.js'

export interface ImportOptions {
  /** Names of readers. Default: each that reads some of the files. */
  readonly from?: readonly string[]
  /** Writes the numbers of all tables, rules and metrics, also those that multihome would choose otherwise. */
  readonly keepNumbers?: boolean
  /** Name of the description in diagnostics. Default: `description.yaml`. */
  readonly file?: string
  /** Paths of files that are read as shell scripts, whatever their names. */
  readonly scripts?: readonly string[]
  /** Links over which the running host has a default route of a router advertisement: the description accepts them there. */
  readonly advertised?: ReadonlySet<LinkName>
}

export interface Imported {
  /** Text of the description; it may have errors, see `diagnostics`. */
  readonly description: string
  /** What was not understood, and what a description has no word for. */
  readonly problems: readonly Problem[]
  /** Errors and warnings about `description`. With an error it has no plan, and is not compared with `source`. */
  readonly diagnostics: readonly Diagnostic[]
  readonly source: SourcePlan
  /** Plan of the description; absent if it has errors. */
  readonly plan?: KernelPlan
  /** Of `source` and `plan`; absent without a plan. */
  readonly comparison?: Comparison
}

/**
 * Describes the host whose files these are, in the most idiomatic form that means the same: source and description are
 * compared as plans, by the engine of `diff`. Nothing of the files is executed, and nothing else is read. Never throws for
 * what a file contains.
 *
 * @param files Texts by absolute path below the root of the host: `/etc/network/interfaces`.
 */
export function importTree(files: InputFiles, options: ImportOptions = {}): Imported {
  const collector = createCollector()
  const checkStacks = createStackCheck(collector)
  for (const reader of readersNamed(options.from)) {
    reader.read(files, collector)
    checkStacks(reader.name)
  }
  for (const path of options.scripts ?? []) readBootScript(path, files, collector)
  return importFound(collector.found(), options)
}

/** A host has some dozens; the time that the comparison takes grows with the square. */
const MAX_LINKS = 4096

export function importFound(
  found: Found,
  options: ImportOptions = {},
  live: Pick<SourcePlan, 'hasSysctl'> = {},
): Imported {
  const excess = found.links[MAX_LINKS]
  if (excess !== undefined) {
    const why = `the files have ${found.links.length} links, and at most ${MAX_LINKS} are described`
    const problem: Problem = { place: excess.place, why, kind: 'unknown' }
    return importFound({ ...createCollector().found(), problems: [...found.problems, problem] }, options)
  }
  const known = withAdvertisements(found, options.advertised ?? new Set())
  const source = { ...sourcePlan(known), ...live }
  const best = bestOf(source, options)
  return {
    ...best,
    source,
    problems: [...found.problems, ...source.problems, ...routesOfVrfs(source), ...best.problems],
  }
}

type Candidate = Pick<Imported, 'description' | 'problems' | 'diagnostics' | 'plan' | 'comparison'>

/** The most idiomatic one that routes every packet as the source does; otherwise the one with the fewest differences. */
export function bestOf(
  source: SourcePlan,
  { keepNumbers = false, file = 'description.yaml' }: ImportOptions,
): Candidate {
  let best: { readonly candidate: Candidate; readonly score: number } | undefined
  for (const form of forms) {
    const candidate = candidateOf(describe(source, { ...form, keepNumbers }), source, file)
    const score = badness(candidate, keepNumbers)
    if (score === 0) return candidate
    if (best === undefined || score < best.score) best = { candidate, score }
  }
  if (best === undefined) throw new Error('no form of a description')
  return best.candidate
}

/** 0: the same for every packet, and rules in the same order, or with the same numbers if those are kept. */
function badness({ comparison, diagnostics, problems }: Candidate, keepNumbers: boolean): number {
  if (comparison === undefined) return 1_000_000_000 + diagnostics.length
  const { difference, differences, renumbered } = comparison
  const packets = difference.reroutes.length + difference.unanalyzed.length
  const rules = differences.filter(({ kind }) => kind === 'rules').length + (keepNumbers ? renumbered : 0)
  return problems.length * 1_000_000 + packets * 1000 + rules
}

function candidateOf(described: Described, source: SourcePlan, file: string): Candidate {
  const compiled = memoizeLast((body: WrittenMapping) =>
    compile(writeDescription(body, []), { file, targets: [], lint: false }),
  )
  const { body, problems } = withoutErrors(described, source, compiled)
  const { plan: first } = compiled(body)
  const whole =
    first === undefined
      ? { body, problems: [] }
      : withoutErrors({ ...described, body: withSysctls(body, first, source) }, source, compiled)
  const { plan, diagnostics, source: written } = compiled(whole.body)
  const removed = [...problems, ...whole.problems]
  return {
    description: written.text,
    problems: removed,
    diagnostics: diagnostics.filter(({ severity }) => severity === 'error'),
    ...(plan === undefined
      ? {}
      : {
          plan,
          comparison: compareWithSource(withoutRemoved(source, [...routesOfVrfs(source), ...removed]), plan),
        }),
  }
}

/**
 * With the sysctls of the source that are not automatic. In files of ours, where none of the automatic ones is set, there are
 * none by intention.
 */
function withSysctls(
  body: WrittenMapping,
  { state }: KernelPlan,
  { plan, isOurs }: SourcePlan,
): WrittenMapping {
  const { sysctls } = plan.state
  const isAutomatic = (one: (typeof sysctls)[number]): boolean =>
    state.sysctls.some(({ key, value }) => isSameSysctl(key, one.key) && value === one.value)
  if (isOurs && state.sysctls.length > 0 && !sysctls.some(isAutomatic) && sysctls.length === 0)
    return { ...body, sysctls: 'none' }
  const others = sysctls.filter((one) => !isAutomatic(one))
  const beyond = others.filter(({ key }) => key[0] !== 'net').map(({ key }) => formatSysctlKey(key))
  if (others.length === 0) return body
  return {
    ...body,
    sysctls: mapping(
      others.map(({ key, value }) => [formatSysctlKey(key), /^\d{1,9}$/.test(value) ? Number(value) : value]),
    ),
    'sysctls-beyond-net': beyond.length === 0 ? undefined : beyond,
  }
}
