// Vitest reporter of skipped tests with their reasons: vitest's own omits them when many files run.
import type { Reporter, TestModule } from 'vitest/node'

function* reasonsIn(modules: readonly TestModule[]): Generator<string> {
  for (const testModule of modules) {
    for (const testCase of testModule.children.allTests('skipped')) {
      const result = testCase.result()
      if (result.state === 'skipped' && result.note !== undefined) yield result.note
    }
  }
}

/** `skipped: 3 × no chromium`, a line for each reason that a test gives with `context.skip(reason)`. */
export const skipReporter: Reporter = {
  onTestRunEnd(modules) {
    const counts = new Map<string, number>()
    for (const reason of reasonsIn(modules)) counts.set(reason, (counts.get(reason) ?? 0) + 1)
    for (const [reason, count] of counts) console.log(`skipped: ${count} × ${reason}`)
  },
}
