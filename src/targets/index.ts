// The registry: which targets there are, in the order in which they are always listed.
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

/** Those that a description chooses by its `targets`; all where it has none. */
export const chosenTargets = (settings: Readonly<Record<string, unknown>> | undefined): readonly Target[] =>
  targets.filter(({ id }) => settings === undefined || Object.hasOwn(settings, id))

export const getTarget = (id: string): Target | undefined =>
  (targets as readonly Target[]).find((target) => target.id === id)
