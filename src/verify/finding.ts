// One thing in which a host is not as planned, with what it takes to look at it and to put it right by hand.
import type { Family } from '../kernel/family.js'
import type { Origin } from '../plan/plan.js'

export const findingKinds = ['missing', 'different', 'shadowed', 'foreign', 'idle', 'unchecked'] as const

/**
 * `missing`: planned and not there. `different`: there, but not as planned. `shadowed`: planned and there, but a rule
 * that nobody planned takes its packets first. `foreign`: there and not planned. `idle`: a link without carrier.
 * `unchecked`: the state does not tell.
 */
export type FindingKind = (typeof findingKinds)[number]

export const findingThings = ['link', 'address', 'lease', 'rule', 'route', 'sysctl', 'mark'] as const
export type FindingThing = (typeof findingThings)[number]

export interface Finding {
  /** A note tells of what is expected or does no harm; the plan is held all the same. */
  readonly severity: 'error' | 'note'
  readonly kind: FindingKind
  readonly what: FindingThing
  /** Of rules, routes, addresses. */
  readonly family?: Family
  /** In iproute2's words: what is planned; of what is foreign what is there. */
  readonly words: string
  /** Where it is different, or shadowed: what is there. */
  readonly live?: string
  /** One clause that says more. */
  readonly why?: string
  /** The command that shows it. */
  readonly show: string
  /** What puts it right until the next boot; absent where that is not one command. */
  readonly mend?: string
  /** Whose it is, as its numbers tell. */
  readonly software?: string
  /** In the words of `ip route get`: one that goes another way than planned. */
  readonly packet?: string
  /** Of what is planned. */
  readonly origin?: Origin
}

/** Whether the host holds the plan. */
export const isInSync = (findings: readonly Finding[]): boolean =>
  findings.every(({ severity }) => severity === 'note')
