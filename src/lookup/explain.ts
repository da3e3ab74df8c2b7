// Explanation of a packet query: trace, unknowns and notes.
import type { Fib } from './fib.js'
import { notesOf, type PacketQuery } from './notes.js'
import { traceIn, type Trace } from './trace.js'
import { findUnknowns, type Unknown } from './unknowns.js'

export interface Explanation {
  readonly trace: Trace
  readonly unknown: readonly Unknown[]
  readonly notes: readonly string[]
}

export function explainPacket(fib: Fib, query: PacketQuery): Explanation {
  const trace = traceIn(fib, query.packet)
  return { trace, unknown: findUnknowns(fib.plan, trace), notes: notesOf(fib, trace, query) }
}
