// Comparison of targets: the lines, refusals and limitations of each plan item, target by target.
import { groupBy, groupPairs } from '../stdlib/group-by.js'
import { featuresOf, type Feature } from '../plan/features.js'
import type { KernelPlan } from '../plan/plan.js'
import { isProgram } from '../targets/shared/programs.js'
import { topics, topicTitles } from '../targets/shared/runtime-notes.js'
import { minimumVersionOf } from '../targets/minimum-version.js'
import { nameForHeaders, renderTarget } from '../targets/output.js'
import type { Output, RenderedFile, Target, WrittenSettings } from '../targets/target.js'
import { versionOf } from '../targets/version.js'
import { cellsOf } from './item-support.js'
import type { ComparedFile, ComparedStack, Comparison, PlanItem, PlanItemId, Reported } from './comparison.js'
import { locationsOf } from './locations.js'
import { itemsByOrigin, planItems, withDistinctOrigins, type ItemOf, type LineOf } from './plan-items.js'

export interface CompareOptions {
  /** Name of the description, for headers; default `description.yaml`. */
  readonly file?: string
  /** Text of the description, or of each of its files by name, the description first, to show the lines that ask for an item. */
  readonly text?: string | ReadonlyMap<string, string>
  /** Line of the text for a path: `lineOf` of a compilation. */
  readonly lineOf?: LineOf
  /** What the description says under `targets`, by the target’s id. */
  readonly settings?: Readonly<Record<string, WrittenSettings>>
}

/** Plain data, deterministic. A stack that refuses the plan is in it with its reasons. */
export function compare(
  plan: KernelPlan,
  targets: readonly Target[],
  { file = 'description.yaml', text, lineOf = () => undefined, settings = {} }: CompareOptions = {},
): Comparison {
  const own = withDistinctOrigins(plan)
  const items = planItems(own, lineOf)
  const indices = itemsByOrigin(own, items)
  const itemOf: ItemOf = (origin) => items[indices.get(origin) ?? -1]?.id
  const name = nameForHeaders(file)
  const texts = typeof text === 'string' ? new Map([[file, text]]) : (text ?? new Map<string, string>())
  const [described, ...extended] = [...texts].map(([of, all]) => ({ file: of, lines: linesOf(all) }))
  return {
    version: 1,
    file: name,
    description: described?.lines ?? [],
    extended,
    items,
    stacks: targets.map((target) =>
      stackOf({ plan: own, items, itemOf, lineOf, file: name }, target, settings[target.id] ?? {}),
    ),
    topics: topics.map((topic) => ({ topic, title: topicTitles[topic] })),
  }
}

const linesOf = (text: string): readonly string[] => text.replace(/\n$/, '').split('\n')

interface Context {
  readonly plan: KernelPlan
  readonly items: readonly PlanItem[]
  readonly itemOf: ItemOf
  readonly lineOf: LineOf
  readonly file: string
}

function stackOf(context: Context, target: Target, settings: WrittenSettings): ComparedStack {
  const { plan, items, itemOf, lineOf, file } = context
  const output = renderTarget(plan, target, settings, { file })
  const reported = reportedBy(output, itemOf, lineOf)
  const isRefused = reported.some(({ severity }) => severity === 'error')
  const { files, first, change } = isRefused ? { files: [], first: [], change: [] } : output
  const { least } = minimumVersionOf(plan, target, settings)
  return {
    id: target.id,
    title: target.title,
    consumer: target.consumer,
    version: versionOf(settings, target.defaultVersion),
    settings,
    least,
    state: isRefused ? 'refused' : 'written',
    files: files.map(fileView),
    first,
    change,
    reported,
    cells: cellsOf(
      plan,
      items,
      target.capabilities(settings),
      featuresByItem(plan, itemOf),
      reported,
      isRefused ? undefined : locationsOf(files, itemOf),
    ),
    behaviour: target.behaviour(settings, plan.intent.manage),
  }
}

const fileView = (file: RenderedFile): ComparedFile =>
  'symlink' in file
    ? { path: file.path, symlink: file.symlink }
    : {
        path: file.path,
        mode: file.mode.toString(8).padStart(4, '0'),
        owner: file.owner,
        program: isProgram(file),
        text: file.content,
      }

/** Reports of the same message are one, with the items of all of them. */
function reportedBy({ diagnostics }: Output, itemOf: ItemOf, lineOf: LineOf): readonly Reported[] {
  const byMessage = groupBy(diagnostics, ({ code, message }) => `${code} ${message}`)
  return [...byMessage.values()].map((all) => {
    const [{ severity, code, message, fix, path }] = all
    const items = all.flatMap(({ origin }) => (origin === undefined ? [] : (itemOf(origin) ?? [])))
    return {
      severity: severity === 'error' ? 'error' : 'warning',
      code,
      message,
      fix,
      ...lineOf(path),
      items: [...new Set(items)],
    }
  })
}

const featuresByItem = (plan: KernelPlan, itemOf: ItemOf): ReadonlyMap<PlanItemId, readonly Feature[]> =>
  groupPairs(
    featuresOf(plan).flatMap(({ feature, origin }): readonly [PlanItemId, Feature][] => {
      const id = origin === undefined ? undefined : itemOf(origin)
      return id === undefined ? [] : [[id, feature]]
    }),
  )
