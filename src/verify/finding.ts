// Findings: differences between a host and its plan, with commands to show and to fix each.
import type { Family } from '../kernel/family.js'
import type { Origin } from '../plan/plan.js'

export const findingKinds = ['missing', 'different', 'shadowed', 'foreign', 'idle', 'unchecked'] as const

/**
 * `missing`: planned, but absent. `different`: present, but not as planned. `shadowed`: present, but an unplanned rule
 * answers its packets first. `foreign`: present, but not planned. `idle`: a link without carrier. `unchecked`: the
 * collected state does not contain it.
 */
export type FindingKind = (typeof findingKinds)[number]

export const findingThings = ['link', 'address', 'lease', 'rule', 'route', 'sysctl', 'mark'] as const
export type FindingThing = (typeof findingThings)[number]

export interface Finding {
  /** A note is expected or harmless. The host is still in sync. */
  readonly severity: 'error' | 'note'
  readonly kind: FindingKind
  readonly what: FindingThing
  /** Set for rules, routes and addresses. */
  readonly family?: Family
  /** The planned item in iproute2's syntax; for `foreign`, the live one. */
  readonly words: string
  /** For `different` and `shadowed`: the live item. */
  readonly live?: string
  /** One explaining clause. */
  readonly why?: string
  /** The command that shows the live state. */
  readonly show: string
  /** The command that fixes it until the next boot; absent if one command is not enough. */
  readonly fix?: string
  /** The software that it belongs to, by its numbers. */
  readonly software?: string
  /** A packet that is routed differently than planned, in the syntax of `ip route get`. */
  readonly packet?: string
  /** Origin of the planned item. */
  readonly origin?: Origin
}

/** Whether the host matches the plan. */
export const isInSync = (findings: readonly Finding[]): boolean =>
  findings.every(({ severity }) => severity === 'note')
