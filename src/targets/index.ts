// The registry: which targets there are, in the order in which they are always listed.
import { nmDispatcher } from './nm-dispatcher/index.js'
import type { Target } from './target.js'

export const targets = [nmDispatcher] as const satisfies readonly Target[]

export type TargetId = string

export const getTarget = (id: string): Target | undefined =>
  (targets as readonly Target[]).find((target) => target.id === id)
