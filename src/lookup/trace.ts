// Trace of a lookup: the result of every evaluated rule.
import { findGateway } from '../plan/find-gateway.js'
import type { KernelPlan } from '../plan/plan.js'
import { createFib, type Fib } from './fib.js'
import { isVrfRule } from './vrfs.js'
import { lookupWithTrace, type Answer, type Packet, type TraceStep } from './lookup.js'

export interface Trace {
  readonly packet: Packet
  /** Every evaluated rule in order, without those that a `goto` skips. `mismatchText` explains one. */
  readonly steps: readonly TraceStep[]
  /** The answer of `lookup`. */
  readonly answer: Answer
  /** Names of the gateways that the packet may leave by; the flow hash selects one of several. */
  readonly gateways: readonly string[]
}

/**
 * Traces one packet in a plan whose links are up and configured. Never throws. For many packets, build the FIB once:
 * `createFib`, then `traceIn`. Leases are absent: `findUnknowns` says whether the answer depends on them, and
 * `applyPartialLeases` adds known ones. `parsePacketTokens` parses a packet; `lookup` answers without the steps.
 */
export const trace = (plan: KernelPlan, packet: Packet): Trace => traceIn(createFib(plan), packet)

export function traceIn(fib: Fib, packet: Packet): Trace {
  const steps: TraceStep[] = []
  const answer = lookupWithTrace(fib, packet, (step) => {
    const previous = steps.at(-1)
    // The kernel has one rule for all VRFs.
    if (previous === undefined || !isVrfRule(previous.rule) || !isVrfRule(step.rule)) steps.push(step)
    else if (previous.outcome === 'passed') steps[steps.length - 1] = step
  })
  return { packet, steps, answer, gateways: gatewaysOf(fib.plan, answer) }
}

/** Empty if the packet is local, rejected, or on-link. */
export function gatewaysOf(plan: KernelPlan, answer: Answer): readonly string[] {
  if (answer.kind !== 'route') return []
  const { route, table, nexthops } = answer
  const names = nexthops.flatMap((nexthop) => findGateway(plan, route.family, table, nexthop)?.name ?? [])
  return [...new Set(names)]
}
