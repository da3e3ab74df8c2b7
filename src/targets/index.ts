// Registry of targets, in display order.
import { netifrc } from './netifrc/index.js'
import { ifupdown } from './ifupdown/index.js'
import { nmDispatcher } from './nm-dispatcher/index.js'
import { nmKeyfile } from './nm-keyfile/index.js'
import { iproute2 } from './iproute2/index.js'
import { netplan } from './netplan/index.js'
import { networkd } from './networkd/index.js'
import type { Target } from './target.js'

export const targets = [
  netifrc,
  ifupdown,
  nmDispatcher,
  nmKeyfile,
  networkd,
  netplan,
  iproute2,
] as const satisfies readonly Target[]

export type TargetId = (typeof targets)[number]['id']

/** Targets that a description selects by `targets`; all without it. */
export const chosenTargets = (settings: Readonly<Record<string, unknown>> | undefined): readonly Target[] =>
  targets.filter(({ id }) => settings === undefined || Object.hasOwn(settings, id))

export const getTarget = (id: string): Target | undefined =>
  (targets as readonly Target[]).find((target) => target.id === id)
