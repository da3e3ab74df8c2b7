// What does a stack make of each idea: lines, a refusal, or nothing, and why?
import type { Feature } from '../plan/features.js'
import type { KernelPlan } from '../plan/plan.js'
import type { Capabilities, Support } from '../targets/target.js'
import { compareVersions } from '../targets/version.js'
import {
  costs,
  type Cell,
  type Location,
  type PlanItem,
  type PlanItemId,
  type Reported,
} from './comparison.js'

type Features = ReadonlyMap<PlanItemId, ReadonlySet<Feature>>

/** `places`: absent where the stack is refused. */
export function cellsOf(
  plan: KernelPlan,
  ideas: readonly PlanItem[],
  capabilities: Capabilities,
  features: Features,
  told: readonly Reported[],
  places: ReadonlyMap<PlanItemId, readonly Location[]> | undefined,
): Readonly<Record<PlanItemId, Cell>> {
  const refusals = new Map<PlanItemId, Reported>()
  const losses = new Map<PlanItemId, string[]>()
  for (const each of told)
    for (const id of each.ideas) {
      if (each.severity === 'error') refusals.set(id, refusals.get(id) ?? each)
      else losses.set(id, [...(losses.get(id) ?? []), each.message])
    }
  return Object.fromEntries(
    ideas.map((idea): readonly [PlanItemId, Cell] => {
      const supports = [...(features.get(idea.id) ?? [])].map((feature) => capabilities[feature])
      const common = {
        losses: losses.get(idea.id) ?? [],
        notes: notesOf(supports),
        ...sinceOf(supports),
      }
      const refusal = refusals.get(idea.id)
      const found = places?.get(idea.id) ?? []
      if (refusal !== undefined) return [idea.id, refusedCell(refusal, common)]
      if (places === undefined) return [idea.id, { ...common, cost: 'unwritten', places: [] }]
      if (found.length > 0) return [idea.id, { ...common, cost: highestOf(found), places: found }]
      return [idea.id, { ...common, cost: 'inherent', places: [], ...whyNothing(plan, idea, supports) }]
    }),
  )
}

const highestOf = (locations: readonly Location[]) =>
  costs.findLast((cost) => locations.some((location) => location.cost === cost)) ?? 'native'

type Common = Pick<Cell, 'losses' | 'notes' | 'since'>

const refusedCell = ({ message, fix }: Reported, common: Common): Cell => ({
  ...common,
  cost: 'refused',
  places: [],
  why: message,
  ...(fix === undefined ? {} : { instead: fix }),
})

const notesOf = (supports: readonly Support[]): readonly string[] => [
  ...new Set(supports.flatMap((support) => ('note' in support ? (support.note ?? []) : []))),
]

/** Of what no version can say there is no least one. */
function sinceOf(supports: readonly Support[]): Pick<Cell, 'since'> {
  if (supports.some(({ how }) => how === 'unsupported')) return {}
  const all = supports.flatMap((support) => ('since' in support ? (support.since ?? []) : []))
  const [newest] = all.toSorted(compareVersions).reverse()
  return newest === undefined ? {} : { since: newest }
}

/** Every idea that a stack has no line for has one of these reasons (test/compare/costs.test.ts). */
function whyNothing(
  plan: KernelPlan,
  { kind, parts }: PlanItem,
  supports: readonly Support[],
): { why?: string } {
  const [first = 0] = parts
  if (kind === 'link') {
    const link = plan.links[first]
    if (plan.manage === 'routing' || link?.manage === 'routing')
      return { why: 'another program makes this link and lays its addresses; nothing is to be written' }
  }
  if (kind === 'sysctl' && plan.sysctls[first]?.isForKernelRa === true)
    return { why: 'the daemon takes router advertisements itself, and settles it for its links' }
  const inherent = supports.find(({ how }) => how === 'inherent')
  return inherent?.how === 'inherent' ? { why: inherent.note } : {}
}
