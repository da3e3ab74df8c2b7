// What a change does to one host, as plain data that one thread can send to another.
import { createHash } from 'node:crypto'
import { isSame } from '../../../diff/diff.js'
import type { KernelPlan } from '../../../plan/plan.js'
import type { ReadResult } from '../../../node/read.js'
import type { Load } from '../../../yaml/extends.js'
import { compileInput, plannedOf } from '../../runtime/compile-inputs.js'
import type { Findings } from '../../runtime/findings.js'
import { inputOf } from '../../runtime/inputs.js'
import { diffDocument, type DiffDocument } from '../json.js'
import { diffReport, type DiffReport } from '../report.js'
import { diffView, type DiffView } from '../view.js'
import { normalJson, rolesOf } from './roles.js'
import { shapeOf } from './shape.js'

/** A description before or after the change. */
export interface DescribedHost {
  readonly path: string
  /** In diagnostics: `git:HEAD:hosts/gw1.yaml`. */
  readonly file: string
  readonly text: ReadResult
}

/** At least one of them is there. */
export interface ChangedHost {
  readonly before?: DescribedHost
  readonly after?: DescribedHost
}

/** Paths of the descriptions. */
export interface HostPaths {
  readonly before?: string
  readonly after?: string
}

export type HostDiff = HostPaths &
  (
    | { readonly kind: 'added' | 'removed' }
    /** The kernel has the same state and routes every packet as before. */
    | { readonly kind: 'same' }
    | { readonly kind: 'failed'; readonly findings: readonly Findings[] }
    | HostEffect
  )

export interface HostEffect extends HostPaths {
  readonly kind: 'changed'
  /** Equal for hosts that change in the same way, each with its own addresses. */
  readonly effect: string
  /** Those addresses, by their role. */
  readonly values: ReadonlyMap<string, string>
  /** Absent if an earlier host of the thread has the same effect. */
  readonly example?: HostExample
}

export interface HostExample {
  readonly view: DiffView
  readonly document: DiffDocument
}

/** What the hosts of a thread have in common. */
export interface HostDiffer {
  readonly loadBefore: Load
  readonly loadAfter: Load
  /** Effects by shape, with the roles that they name. */
  readonly known: Map<string, { readonly effect: string; readonly roles: readonly string[] } | 'same'>
}

/** Warnings are no part of the answer. */
const CHOICE = { targets: [], strict: false, lint: false } as const

export function diffHost({ before, after }: ChangedHost, differ: HostDiffer): HostDiff {
  const paths: HostPaths = {
    ...(before === undefined ? {} : { before: before.path }),
    ...(after === undefined ? {} : { after: after.path }),
  }
  if (after === undefined) return { ...paths, kind: 'removed' }
  const compiled = [
    ...(before === undefined
      ? []
      : [compileInput(inputOf(before.file, before.text), CHOICE, differ.loadBefore)]),
    compileInput(inputOf(after.file, after.text), CHOICE, differ.loadAfter),
  ]
  const failed = compiled.filter((one) => plannedOf(one) === undefined)
  if (failed.length > 0)
    return {
      ...paths,
      kind: 'failed',
      findings: failed.map(({ file, text, texts, diagnostics }) => ({
        file,
        text,
        ...(texts === undefined ? {} : { texts }),
        diagnostics,
      })),
    }
  const [old, now] = compiled.map(plannedOf)
  if (old === undefined || now === undefined) return { ...paths, kind: 'added' }
  const roles = rolesOf(old.plan, now.plan)
  const shape = shapeOf(old.plan, now.plan, roles)
  const known = shape === undefined ? undefined : differ.known.get(shape.key)
  if (known === 'same') return { ...paths, kind: 'same' }
  if (known !== undefined) {
    const values = new Map(known.roles.map((role) => [role, shape?.addresses.get(role) ?? '']))
    return { ...paths, kind: 'changed', effect: known.effect, values }
  }
  const report = diffReport(old, now)
  if (isSame(report.difference)) {
    if (shape !== undefined) differ.known.set(shape.key, 'same')
    return { ...paths, kind: 'same' }
  }
  const example = { view: diffView(report), document: diffDocument(report) }
  const values = new Map<string, string>()
  const facts = factsOf(report, example)
  const effect = createHash('sha256')
    .update(normalJson(facts, roles, NO_EFFECT, values))
    .digest('base64')
  if (shape?.covers(normalJson(facts, () => undefined, NO_EFFECT)) === true)
    differ.known.set(shape.key, { effect, roles: [...values.keys()] })
  return { ...paths, kind: 'changed', effect, values, example }
}

/** Keys of documents that say where the description asks for something, example packets, and texts of other keys. */
const NO_EFFECT: ReadonlySet<string> = new Set([
  ...['for', 'comment', 'origin', 'line', 'file'],
  ...['example', 'selector'],
])

/** What all hosts of a group have in common: all that is printed of a change or known about it, but comments and lines. */
function factsOf({ before, after }: DiffReport, { view, document }: HostExample): unknown {
  const { reroutes, unanalyzed = [], state, placeholders } = document
  const named = Object.entries(state).map(
    ([list, changes]: readonly [string, readonly Partial<Record<'before' | 'after', unknown>>[]]) => ({
      list,
      set: changes.map((change) => ({
        ...change,
        before: withTableNames(change.before, before.plan),
        after: withTableNames(change.after, after.plan),
      })),
    }),
  )
  // Numbers that change are in the text alone.
  const renumbered = view.sections.flatMap(([, lines]) =>
    lines.flatMap(({ sign, cells, reason }) => (sign === '~' ? [cells.length === 0 ? [reason] : cells] : [])),
  )
  return {
    summary: view.summary,
    rows: {
      set: view.rows.map(({ scope, families, before: old, after: now }) => [scope, families, old, now]),
    },
    reroutes: { set: reroutes },
    unanalyzed: { set: unanalyzed },
    named,
    renumbered: { set: renumbered },
    placeholders,
  }
}

/** Numbers of tables are not printed, unless they change. */
function withTableNames(part: unknown, plan: KernelPlan): unknown {
  if (typeof part !== 'object' || part === null) return part
  const named = Object.entries(part).map(([key, value]: [string, unknown]) => {
    const table = plan.intent.tables.find(({ id }) => String(id) === value)
    return [key, (key === 'table' || key === 'lookup') && table !== undefined ? table.name : value]
  })
  return Object.fromEntries(named) as unknown
}
