// How one stack configures each plan item: its lines, a refusal, or why there is nothing to write.
import { groupPairs } from '../stdlib/group-by.js'
import type { Feature } from '../plan/features.js'
import type { KernelPlan } from '../plan/plan.js'
import type { Capabilities, Support } from '../targets/target.js'
import { compareVersions } from '../targets/version.js'
import {
  mechanisms,
  type Cell,
  type Location,
  type PlanItem,
  type PlanItemId,
  type Reported,
} from './comparison.js'

type Features = ReadonlyMap<PlanItemId, readonly Feature[]>

/** `locations`: absent if the stack refuses the plan. */
export function cellsOf(
  plan: KernelPlan,
  items: readonly PlanItem[],
  capabilities: Capabilities,
  features: Features,
  reported: readonly Reported[],
  locations: ReadonlyMap<PlanItemId, readonly Location[]> | undefined,
): Readonly<Record<PlanItemId, Cell>> {
  const reportedById = groupPairs(reported.flatMap((each) => each.items.map((id) => [id, each] as const)))
  return Object.fromEntries(
    items.map((item): readonly [PlanItemId, Cell] => {
      const supports = (features.get(item.id) ?? []).map((feature) => capabilities[feature])
      const ofItem = reportedById.get(item.id) ?? []
      const refusal = ofItem.find(({ severity }) => severity === 'error')
      const found = locations?.get(item.id) ?? []
      const cell = {
        limitations: ofItem.flatMap(({ severity, message }) => (severity === 'error' ? [] : [message])),
        notes: notesOf(supports),
        ...sinceOf(supports),
        locations: refusal === undefined ? found : [],
      }
      if (refusal !== undefined)
        return [item.id, { ...cell, mechanism: 'refused', why: refusal.message, alternative: refusal.fix }]
      if (locations === undefined) return [item.id, { ...cell, mechanism: 'blocked' }]
      const mechanism = mechanisms.findLast((each) => found.some((location) => location.mechanism === each))
      return [
        item.id,
        mechanism === undefined
          ? { ...cell, mechanism: 'not-needed', ...whyNothing(plan, item, supports) }
          : { ...cell, mechanism },
      ]
    }),
  )
}

const notesOf = (supports: readonly Support[]): readonly string[] => [
  ...new Set(supports.flatMap((support) => ('note' in support ? (support.note ?? []) : []))),
]

/** No minimum version for what no version can express. */
function sinceOf(supports: readonly Support[]): Pick<Cell, 'since'> {
  if (supports.some(({ how }) => how === 'unsupported')) return {}
  const all = supports.flatMap((support) => ('since' in support ? (support.since ?? []) : []))
  const [newest] = all.toSorted(compareVersions).reverse()
  return newest === undefined ? {} : { since: newest }
}

/** Every item without a line has one of these reasons (test/compare/item-support.test.ts). */
function whyNothing(
  plan: KernelPlan,
  { kind, parts }: PlanItem,
  supports: readonly Support[],
): { why?: string } {
  const [first = 0] = parts
  if (kind === 'link') {
    const link = plan.state.links[first]
    if (link?.managed === false)
      return { why: 'another program creates this link and its addresses, so there is nothing to write' }
  }
  if (kind === 'sysctl' && plan.state.sysctls[first]?.kernelRaOnly === true)
    return { why: 'the daemon itself processes router advertisements and sets this for its links' }
  const support = supports.find(({ how }) => how === 'not-needed')
  return support?.how === 'not-needed' ? { why: support.note } : {}
}
