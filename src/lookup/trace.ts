// Why a packet goes where it goes: the look-up’s own walk, with a word on each rule that was asked.
import { findGateway } from '../plan/find-gateway.js'
import type { KernelPlan } from '../plan/plan.js'
import { createFib, type Fib } from './fib.js'
import { lookupWithTrace, type Answer, type Packet, type TraceStep } from './lookup.js'

export interface Trace {
  readonly packet: Packet
  /** Each rule that was asked, in order; those that a `goto` leaps over were not. `reasonOf` puts one into words. */
  readonly steps: readonly TraceStep[]
  /** The very one that `lookup` gives. */
  readonly answer: Answer
  /** Names of the gateways that the packet may leave by; of several the kernel’s hash takes one. */
  readonly gateways: readonly string[]
}

/**
 * For one packet of a plan whose links are up and hold what the plan gives them; it throws nothing. For many, make the
 * tables once: `createFib`, then `traceIn`. What a lease has not told yet is not there: `unknownIn` says whether the answer
 * hangs on it, `withSomeLeases` gives the plan that knows it. The packet is taken as it is told; `readPacketWords` reads
 * one, and `lookup` answers without the steps.
 */
export const trace = (plan: KernelPlan, packet: Packet): Trace => traceIn(createFib(plan), packet)

export function traceIn(fib: Fib, packet: Packet): Trace {
  const steps: TraceStep[] = []
  const answer = lookupWithTrace(fib, packet, (step) => steps.push(step))
  return { packet, steps, answer, gateways: gatewaysOf(fib.plan, answer) }
}

/** None where the packet stays here, is refused, or goes to a neighbour. */
export function gatewaysOf(plan: KernelPlan, answer: Answer): readonly string[] {
  if (answer.kind !== 'route') return []
  const { route, table, nexthops } = answer
  const names = nexthops.flatMap((nexthop) => findGateway(plan, route.family, table, nexthop)?.name ?? [])
  return [...new Set(names)]
}
