// Differences between the plan of a description and that of its imported tree.
import { diff } from '../../src/diff/diff.js'
import { stateOf } from '../../src/diff/state.js'
import type { KernelPlan } from '../../src/plan/plan.js'

/** What differs between two plans, a line each; numbers that keep the order are equal. */
export function differencesOf(before: KernelPlan, after: KernelPlan): readonly string[] {
  const { manage: _manage, links, ...lists } = stateOf(before, after)
  // A link that another program creates is in no file.
  const known = new Set(before.state.links.flatMap(({ name, managed }) => (managed ? [name] : [])))
  const changes = [
    ...links.filter((change) => known.has((change.kind === 'removed' ? change.before : change.after).name)),
    ...Object.values(lists).flat(),
  ]
  const isMoved = changes.some((change) => change.kind === 'moved')
  const isSame = isMoved && diff(before, after).reroutes.length === 0
  return changes.flatMap((change) =>
    // The order of rules of packets that no two of them share.
    change.kind === 'moved' && 'selector' in change.after && isSame
      ? []
      : [JSON.stringify(change, (key, value: unknown) => (key === 'origin' ? undefined : value))],
  )
}
