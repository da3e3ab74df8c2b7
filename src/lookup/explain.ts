// A question asked of a plan: the trace, what nobody can know of it, and what is to be said beside it.
import type { Fib } from './fib.js'
import { remarksOf, type PacketQuery } from './notes.js'
import { traceIn, type Trace } from './trace.js'
import { unknownIn, type Unknown } from './unknowns.js'

export interface Explanation {
  readonly trace: Trace
  readonly unknown: readonly Unknown[]
  readonly remarks: readonly string[]
}

export function explainPacket(fib: Fib, question: PacketQuery): Explanation {
  const trace = traceIn(fib, question.packet)
  return { trace, unknown: unknownIn(fib.plan, trace), remarks: remarksOf(fib, trace, question) }
}
