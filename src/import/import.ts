// Import: files of a host in, a description and its proof out.
import { compile, type Compilation } from '../compile.js'
import type { Diagnostic, Path } from '../diagnostics/diagnostic.js'
import { createCollector } from '../found/collector.js'
import type { Found, Place, Problem } from '../found/found.js'
import type { InputFiles } from '../found/reader.js'
import { readBootScript } from '../targets/iproute2/read.js'
import { formatSysctlKey, isSameSysctl } from '../kernel/sysctl.js'
import { formatPrefix } from '../kernel/prefix.js'
import type { KernelPlan, Origin } from '../plan/plan.js'
import { describe, type Described } from './describe/describe.js'
import { forms } from './describe/form.js'
import { mapping, type Written, type WrittenMapping } from './describe/written.js'
import { compareWithSource, type Comparison } from './differences.js'
import { memoizeLast } from '../stdlib/memoize.js'
import { readersNamed } from './files.js'
import { sourcePlan, type SourcePlan } from './source-plan.js'
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
}

export interface Imported {
  /** Text of the description; it may have errors, see `diagnostics`. */
  readonly description: string
  /** What was not understood, and what a description has no word for. */
  readonly problems: readonly Problem[]
  /** Of the description. With errors there is no proof. */
  readonly diagnostics: readonly Diagnostic[]
  readonly source: SourcePlan
  /** Absent if the description has errors. */
  readonly plan?: KernelPlan
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
  for (const reader of readersNamed(options.from)) reader.read(files, collector)
  for (const path of options.scripts ?? []) readBootScript(path, files, collector)
  return importFound(collector.found(), options)
}

export function importFound(found: Found, options: ImportOptions = {}): Imported {
  const source = sourcePlan(found)
  const best = bestOf(source, found.isOurs, options)
  return { ...best, source, problems: [...found.problems, ...source.problems, ...best.problems] }
}

type Candidate = Pick<Imported, 'description' | 'problems' | 'diagnostics' | 'plan' | 'comparison'>

/** The most idiomatic one that routes every packet as the source does; otherwise the one with the fewest differences. */
export function bestOf(
  source: SourcePlan,
  isOurs: boolean,
  { keepNumbers = false, file = 'description.yaml' }: ImportOptions,
): Candidate {
  let best: Candidate | undefined
  for (const form of forms) {
    const candidate = candidateOf(describe(source, { ...form, keepNumbers }), source, isOurs, file)
    if (badness(candidate) === 0) return candidate
    if (best === undefined || badness(candidate) < badness(best)) best = candidate
  }
  if (best === undefined) throw new Error('no form of a description')
  return best
}

/** 0: the same for every packet, and rules in the same order. */
function badness({ comparison, diagnostics, problems }: Candidate): number {
  if (comparison === undefined) return 1_000_000_000 + diagnostics.length
  const { difference, differences } = comparison
  const packets = difference.reroutes.length + difference.unanalyzed.length
  return (
    problems.length * 1_000_000 + packets * 1000 + differences.filter(({ kind }) => kind === 'rules').length
  )
}

function candidateOf(described: Described, source: SourcePlan, isOurs: boolean, file: string): Candidate {
  const compiled = memoizeLast((body: WrittenMapping) =>
    compile(writeDescription(body, []), { file, targets: [], lint: false }),
  )
  const { body, problems } = withoutErrors(described, source, compiled)
  const first = compiled(body)
  const {
    plan,
    diagnostics,
    source: written,
  } = first.plan === undefined ? first : compiled(withSysctls(body, first.plan, source.plan, isOurs))
  return {
    description: written.text,
    problems,
    diagnostics: diagnostics.filter(({ severity }) => severity === 'error'),
    ...(plan === undefined ? {} : { plan, comparison: compareWithSource(without(source, problems), plan) }),
  }
}

interface Reduced {
  readonly body: WrittenMapping
  readonly problems: readonly Removed[]
}

/** What was taken out of a description, and so out of the plan that it is compared with. */
interface Removed extends Problem {
  readonly origins: readonly Origin[]
  readonly address?: { readonly link: string; readonly text: string }
}

/** Without the rules and routes that a description cannot have, each of which is a problem. */
function withoutErrors(
  { body, origins }: Described,
  source: SourcePlan,
  compiled: (body: WrittenMapping) => Compilation,
): Reduced {
  let reduced: Reduced = { body, problems: [] }
  // An error may hide others.
  for (let round = 0; round < 8; round++) {
    const { plan, diagnostics } = compiled(reduced.body)
    const removed = new Map<Written, Removed>()
    let body: Written = reduced.body
    for (const { path, message, severity } of plan === undefined ? diagnostics : []) {
      if (severity !== 'error') continue
      const entry = entryAt(reduced.body, path, origins)
      const its = entry === undefined ? undefined : origins.get(entry)
      const place = its?.[0] === undefined ? undefined : source.placeOf(its[0].path)
      if (entry !== undefined && its !== undefined)
        removed.set(entry, { kind: 'unknown', place: place ?? NOWHERE, why: message, origins: its })
      const address = addressAt(reduced.body, path)
      if (address !== undefined) {
        body = withoutAddress(body, address)
        removed.set(JSON.stringify(address), {
          ...placeOfAddress(address, source),
          why: message,
          address,
          origins: [],
        })
      }
    }
    if (removed.size === 0) return reduced
    const kept = withoutEntries(body, removed)
    reduced = {
      body: typeof kept === 'object' && !Array.isArray(kept) ? (kept as WrittenMapping) : reduced.body,
      problems: [...reduced.problems, ...removed.values()],
    }
  }
  return reduced
}

type LinkAddress = NonNullable<Removed['address']>

/** `links.eth0.addresses[1]`. */
function addressAt(body: WrittenMapping, [key, link, list, index]: Path): LinkAddress | undefined {
  if (key !== 'links' || list !== 'addresses' || typeof link !== 'string' || typeof index !== 'number')
    return undefined
  const text = addressesIn(body, link)[index]
  return typeof text === 'string' ? { link, text } : undefined
}

function addressesIn(body: Written, link: string): readonly Written[] {
  const { links } = body as WrittenMapping
  const { addresses } = ((links as WrittenMapping | undefined)?.[link] ?? {}) as WrittenMapping
  return Array.isArray(addresses) ? addresses : []
}

function withoutAddress(body: Written, { link, text }: LinkAddress): Written {
  const { links, ...others } = body as WrittenMapping
  const rest = addressesIn(body, link).filter((one) => one !== text)
  const value = (links as WrittenMapping)[link] as WrittenMapping
  const { version, manage } = others
  const changed = {
    ...(links as WrittenMapping),
    [link]: { ...value, addresses: rest.length === 0 ? undefined : rest },
  }
  return { version, manage, links: changed, ...others }
}

function placeOfAddress({ link, text }: LinkAddress, { links }: SourcePlan): Pick<Problem, 'kind' | 'place'> {
  const found = [...links.values()].find(({ name }) => name === link)
  const own = found?.addresses.find(({ prefix }) => formatPrefix(prefix) === text)
  return { kind: 'unknown', place: own?.place ?? found?.place ?? NOWHERE }
}

const NOWHERE: Place = { file: '', line: 0, text: '' }

/** The entry of a list of rules or routes that a path leads into. */
function entryAt(body: Written, path: Path, origins: ReadonlyMap<Written, unknown>): Written | undefined {
  let value: Written | undefined = body
  for (const segment of path) {
    if (typeof value !== 'object') return undefined
    value = Array.isArray(value)
      ? (value[Number(segment)] as Written | undefined)
      : (value as WrittenMapping)[segment]
    if (value !== undefined && origins.has(value)) return value
  }
  return undefined
}

/** The same objects but for those on the way to a removed one, so that `origins` knows the others. */
function withoutEntries(value: Written, removed: ReadonlyMap<Written, unknown>): Written {
  if (Array.isArray(value)) {
    const kept = value.filter((one: Written) => !removed.has(one))
    return kept.length === value.length ? value : kept
  }
  if (typeof value !== 'object') return value
  const entries = Object.entries(value as WrittenMapping).map(([key, one]) => {
    const rest = one === undefined ? undefined : withoutEntries(one, removed)
    return [key, Array.isArray(rest) && rest.length === 0 && rest !== one ? undefined : rest] as const
  })
  const isSame = entries.every(([key, one]) => one === (value as WrittenMapping)[key])
  return isSame ? value : Object.fromEntries(entries)
}

/** The source without what is reported as a problem: it is no difference as well. */
function without(source: SourcePlan, problems: Reduced['problems']): SourcePlan {
  const removed = new Set(problems.flatMap(({ origins }) => origins))
  const addresses = new Set(
    problems.flatMap(({ address }) => (address ? [`${address.link} ${address.text}`] : [])),
  )
  if (removed.size + addresses.size === 0) return source
  const { state } = source.plan
  const isKept = ({ origin }: { readonly origin: Origin }): boolean => !removed.has(origin)
  return {
    ...source,
    plan: {
      ...source.plan,
      state: {
        ...state,
        links: state.links.map((link) => ({
          ...link,
          addresses: link.addresses.filter(
            (prefix) => !addresses.has(`${link.name} ${formatPrefix(prefix)}`),
          ),
        })),
        rules: state.rules.filter(isKept),
        routes: state.routes.filter(isKept),
      },
    },
  }
}

/**
 * With the sysctls of the source that are not automatic. In files of ours, where none of the automatic ones is set, there are
 * none by intention.
 */
function withSysctls(
  body: WrittenMapping,
  { state }: KernelPlan,
  { state: { sysctls } }: KernelPlan,
  isOurs: boolean,
): WrittenMapping {
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
