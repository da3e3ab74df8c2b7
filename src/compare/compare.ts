// How does each stack say each idea of a plan, where, and at what cost?
import type { Diagnostic } from '../diagnostics/diagnostic.js'
import { featuresOf, type Feature } from '../plan/features.js'
import type { KernelPlan } from '../plan/plan.js'
import { topics, topicTitles } from '../targets/behaviour.js'
import { leastVersion } from '../targets/least-version.js'
import { nameForHeaders, outputOf } from '../targets/output.js'
import type { Output, RenderedFile, Target, WrittenSettings } from '../targets/target.js'
import { versionOf } from '../targets/version.js'
import { cellsOf } from './cells.js'
import type { ComparedFile, ComparedStack, Comparison, Idea, IdeaId, Told } from './comparison.js'
import { ideasOf, type LineOf } from './ideas.js'
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
  const ideas = ideasOf(plan, lineOf)
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
  ideas: readonly Idea[],
  numbered: NumberedPlan,
  target: Target,
  settings: WrittenSettings,
  { file, lineOf }: { readonly file: string; readonly lineOf: LineOf },
): ComparedStack {
  const output = outputOf(plan, target, settings, { file })
  const twin = outputOf(numbered.plan, target, settings, { file })
  const told = toldOf(output, twin, numbered, lineOf)
  const isRefused = told.some(({ severity }) => severity === 'error')
  const files = isRefused ? [] : output.files
  const { least } = leastVersion(plan, target, settings)
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
      featuresByIdea(numbered),
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
function toldOf(
  { diagnostics }: Output,
  twin: Output,
  { plan, ideaOf }: NumberedPlan,
  lineOf: LineOf,
): readonly Told[] {
  const marks = plan.marks.flatMap(({ origin }) => ideaOf(Number(origin.path[0])) ?? [])
  const byMessage = new Map<string, { readonly diagnostic: Diagnostic; readonly ideas: Set<IdeaId> }>()
  diagnostics.forEach((diagnostic, index) => {
    const [first] = twin.diagnostics[index]?.path ?? []
    const about = typeof first === 'number' ? [ideaOf(first) ?? []].flat() : first === 'marks' ? marks : []
    const key = `${diagnostic.code} ${diagnostic.message}`
    const known = byMessage.get(key) ?? { diagnostic, ideas: new Set() }
    for (const id of about) known.ideas.add(id)
    byMessage.set(key, known)
  })
  return [...byMessage.values()].map(({ diagnostic, ideas }) => {
    const { code, message, help, path } = diagnostic
    const line = lineOf(path)
    return {
      severity: diagnostic.severity === 'error' ? 'error' : 'warning',
      code,
      message,
      ...(help === undefined ? {} : { help }),
      ...(line === undefined ? {} : { line }),
      ideas: [...ideas],
    }
  })
}

/** Of a plan whose paths are numbers; connection marks stand at one key for all. */
function featuresByIdea({ plan, ideaOf }: NumberedPlan): ReadonlyMap<IdeaId, ReadonlySet<Feature>> {
  const byIdea = new Map<IdeaId, Set<Feature>>()
  const add = (number: unknown, feature: Feature): void => {
    const id = typeof number === 'number' ? ideaOf(number) : undefined
    if (id !== undefined) byIdea.set(id, (byIdea.get(id) ?? new Set()).add(feature))
  }
  for (const { feature, path } of featuresOf(plan)) {
    if (feature === 'marks.nftables') for (const { origin } of plan.marks) add(origin.path[0], feature)
    else add(path[0], feature)
  }
  return byIdea
}
