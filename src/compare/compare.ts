// How does each stack say each idea of a plan, where, and at what cost?
import type { Diagnostic } from '../diagnostics/diagnostic.js'
import { featuresOf, type Feature } from '../plan/features.js'
import type { KernelPlan } from '../plan/plan.js'
import { topics, topicTitles } from '../targets/shared/runtime-notes.js'
import { minimumVersionOf } from '../targets/minimum-version.js'
import { nameForHeaders, renderTarget } from '../targets/output.js'
import type { Output, RenderedFile, Target, WrittenSettings } from '../targets/target.js'
import { versionOf } from '../targets/version.js'
import { cellsOf } from './item-support.js'
import type { ComparedFile, ComparedStack, Comparison, PlanItem, PlanItemId, Reported } from './comparison.js'
import { planItems, type LineOf } from './plan-items.js'
import { numberedPlan, type NumberedPlan } from './numbered.js'
import { placesOf } from './places.js'

export interface CompareOptions {
  /** Name of the description, for headers; default `description.yaml`. */
  readonly file?: string
  /** Its text, so that the comparison can show the lines that asked for an idea. */
  readonly text?: string
  /** Line of the text that a path stands on: `lineOf` of a compilation. */
  readonly lineOf?: LineOf
  /** What the description says under `targets`, by the target’s id. */
  readonly settings?: Readonly<Record<string, WrittenSettings>>
}

/** Plain data, the same for the same plan; a stack that refuses the plan has its reasons in it. */
export function compare(
  plan: KernelPlan,
  targets: readonly Target[],
  { file = 'description.yaml', text, lineOf = () => undefined, settings = {} }: CompareOptions = {},
): Comparison {
  const ideas = planItems(plan, lineOf)
  const numbered = numberedPlan(plan, ideas)
  const name = nameForHeaders(file)
  return {
    version: 1,
    file: name,
    description: text === undefined ? [] : text.replace(/\n$/, '').split('\n'),
    ideas,
    stacks: targets.map((target) =>
      stackOf(plan, ideas, numbered, target, settings[target.id] ?? {}, { file: name, lineOf }),
    ),
    topics: topics.map((topic) => ({ topic, title: topicTitles[topic] })),
  }
}

function stackOf(
  plan: KernelPlan,
  ideas: readonly PlanItem[],
  numbered: NumberedPlan,
  target: Target,
  settings: WrittenSettings,
  { file, lineOf }: { readonly file: string; readonly lineOf: LineOf },
): ComparedStack {
  const output = renderTarget(plan, target, settings, { file })
  const twin = renderTarget(numbered.plan, target, settings, { file })
  const told = reportedFor(output, twin, numbered, lineOf)
  const isRefused = told.some(({ severity }) => severity === 'error')
  const files = isRefused ? [] : output.files
  const { least } = minimumVersionOf(plan, target, settings)
  return {
    id: target.id,
    title: target.title,
    consumer: target.consumer,
    version: versionOf(settings, target.defaultVersion),
    settings,
    ...(least === undefined ? {} : { least }),
    state: isRefused ? 'refused' : 'written',
    files: files.map(fileView),
    first: isRefused ? [] : output.first,
    change: isRefused ? [] : output.change,
    told,
    cells: cellsOf(
      plan,
      ideas,
      target.capabilities(settings),
      featuresByItem(numbered),
      told,
      isRefused ? undefined : placesOf(target, files, twin.files, numbered),
    ),
    behaviour: target.behaviour(settings, plan.manage),
  }
}

const fileView = (file: RenderedFile): ComparedFile =>
  'symlink' in file
    ? { path: file.path, symlink: file.symlink }
    : {
        path: file.path,
        mode: file.mode.toString(8).padStart(4, '0'),
        owner: file.owner,
        text: file.content,
      }

/** What is told twice is told once, of all that it is about. The twin’s paths begin with the number of the idea. */
function reportedFor(
  { diagnostics }: Output,
  twin: Output,
  { plan, itemOf }: NumberedPlan,
  lineOf: LineOf,
): readonly Reported[] {
  const marks = plan.marks.flatMap(({ origin }) => itemOf(Number(origin.path[0])) ?? [])
  const byMessage = new Map<string, { readonly diagnostic: Diagnostic; readonly ideas: Set<PlanItemId> }>()
  diagnostics.forEach((diagnostic, index) => {
    const [first] = twin.diagnostics[index]?.path ?? []
    const about = typeof first === 'number' ? [itemOf(first) ?? []].flat() : first === 'marks' ? marks : []
    const key = `${diagnostic.code} ${diagnostic.message}`
    const known = byMessage.get(key) ?? { diagnostic, ideas: new Set() }
    for (const id of about) known.ideas.add(id)
    byMessage.set(key, known)
  })
  return [...byMessage.values()].map(({ diagnostic, ideas }) => {
    const { code, message, fix, path } = diagnostic
    const line = lineOf(path)
    return {
      severity: diagnostic.severity === 'error' ? 'error' : 'warning',
      code,
      message,
      ...(fix === undefined ? {} : { fix }),
      ...(line === undefined ? {} : { line }),
      ideas: [...ideas],
    }
  })
}

/** Of a plan whose paths are numbers; connection marks stand at one key for all. */
function featuresByItem({ plan, itemOf }: NumberedPlan): ReadonlyMap<PlanItemId, ReadonlySet<Feature>> {
  const byItem = new Map<PlanItemId, Set<Feature>>()
  const add = (number: unknown, feature: Feature): void => {
    const id = typeof number === 'number' ? itemOf(number) : undefined
    if (id !== undefined) byItem.set(id, (byItem.get(id) ?? new Set()).add(feature))
  }
  for (const { feature, path } of featuresOf(plan)) {
    if (feature === 'marks.nftables') for (const { origin } of plan.marks) add(origin.path[0], feature)
    else add(path[0], feature)
  }
  return byItem
}
