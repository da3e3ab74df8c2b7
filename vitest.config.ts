import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'

const project = (name: string, include: string[], exclude: string[] = []) => ({
  // By itself vitest would leave one processor idle: half of a small machine.
  test: { name, include, exclude, testTimeout: 30_000, maxWorkers: availableParallelism() },
})

/** Hosts that boot need the machine for themselves: they come last, a few at a time. */
const boot = {
  test: {
    ...project('boot', ['test/boot/**/*.test.ts']).test,
    globalSetup: 'test/boot/run/setup.ts',
    testTimeout: 600_000,
    // What differs is booted once more, and the run names it: time on a shared machine is not the stack's fault.
    retry: 1,
    // Much of a boot is waiting: for a carrier, a lease, an outage to end. Hosts at a time are bounded by lab/slots.ts.
    maxWorkers: 2,
    maxConcurrency: 6 * availableParallelism(),
    sequence: { groupOrder: 1 },
  },
}

export default defineConfig({
  test: {
    projects: [
      project('unit', ['test/**/*.test.ts'], ['test/golden.test.ts', 'test/{netns,native,boot,page}/**']),
      project('golden', ['test/golden.test.ts']),
      project('netns', ['test/netns/**/*.test.ts']),
      project('page', ['test/page/**/*.test.ts']),
      project('native', ['test/native/**/*.test.ts']),
      boot,
    ],
  },
})
