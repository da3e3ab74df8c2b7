// Origins for plans that a test writes by hand.
import { anyPrefix } from '../../src/kernel/prefix.js'
import type { Origin } from '../../src/plan/plan.js'

/** `main: route to default`. */
export const routeOrigin: Origin = {
  kind: 'route',
  home: { kind: 'main' },
  dst: anyPrefix('inet'),
  path: ['routes', 0],
}

/** `rule 1: table main`, for the index 0. */
export const ruleOrigin = (index: number, comment?: string): Origin => ({
  kind: 'rule',
  name: String(index + 1),
  action: 'table main',
  path: ['rules', index],
  comment,
})
