// A question asked of a plan: the trace, what nobody can know of it, and what is to be said beside it.
import type { Fib } from '../lookup/fib.js'
import { traceIn, type Trace } from '../lookup/trace.js'
import { unknownIn, type Unknown } from '../lookup/unknown.js'
import type { Question } from './trace-questions.js'
import { remarksOf } from './trace-remarks.js'

export interface Told {
  readonly trace: Trace
  readonly unknown: readonly Unknown[]
  readonly remarks: readonly string[]
}

export function tell(fib: Fib, question: Question): Told {
  const trace = traceIn(fib, question.packet)
  return { trace, unknown: unknownIn(fib.plan, trace), remarks: remarksOf(fib, trace, question) }
}
