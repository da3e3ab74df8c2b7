import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'
import { skipReporter } from './test/skip-reporter.js'

// By itself vitest would leave one processor idle: half of a small machine.
const maxWorkers = availableParallelism()

const project = (name: string, include: string[], exclude: string[] = []) => ({
  // Hooks remove folders of tests, which takes long where other processes write.
  test: { name, include, exclude, testTimeout: 300_000, hookTimeout: 120_000, maxWorkers },
})

/** Files share the modules of their worker, and with them rendered fixtures: loading anew for each took a third of the time. */
const shared = (...words: Parameters<typeof project>) => ({
  test: { ...project(...words).test, isolate: false },
})

const inBrowser = 'test/page/in-browser.test.ts'

/** `npm test`: needs neither root nor the network nor an installed stack. */
const forEverybody = [
  shared(
    'unit',
    ['test/**/*.test.ts'],
    ['test/golden.test.ts', 'test/{netns,native,system,fleet}/**', 'test/boot/*.test.ts', inBrowser],
  ),
  shared('golden', ['test/golden.test.ts']),
]

/** What draws its cases (test/helpers/amount.ts). */
const drawing = [
  'test/{properties,support}.test.ts',
  'test/**/*.property.test.ts',
  'test/{compare,verify}/random.test.ts',
  'test/lint/truth.test.ts',
  'test/lint/rules/*.test.ts',
  'test/packets/forwarding-diagram.test.ts',
  'test/diff/reroutes.test.ts',
  'test/description/decode.test.ts',
  'test/kernel/address.test.ts',
  'test/yaml/source.test.ts',
]

/** `npm run test:system`: namespaces of the kernel, the stacks' own parsers, a browser, and more of what is drawn. */
const ofTheSystem = [
  { test: { ...shared('drawn', drawing).test, env: { MULTIHOME_DRAW_MANY: '1' } } },
  // Timing of the kernel's own workers: a failed test is repeated once, and the run marks it.
  { test: { ...project('netns', ['test/netns/**/*.test.ts']).test, retry: 1 } },
  project('native', ['test/native/**/*.test.ts']),
  project('system', ['test/system/**/*.test.ts']),
  project('page', [inBrowser]),
]

/** `npm run test:boot`. Much of a boot is waiting: hosts at a time are bounded by test/boot/lab/process/boot-semaphore.ts. */
const boot = {
  test: {
    ...project('boot', ['test/boot/*.test.ts']).test,
    globalSetup: 'test/boot/run/setup.ts',
    setupFiles: 'test/boot/run/record-tests.ts',
    testTimeout: 600_000,
    // A failed boot is repeated once, and the run names it: a shared machine may be too slow for a stack's own timeout.
    retry: 1,
    maxWorkers: 2,
    maxConcurrency: 8 * availableParallelism(),
  },
}

/** `npm run test:fleet`: Ansible, and booted hosts. */
const fleet = project('fleet', ['test/fleet/*.test.ts'])

export default defineConfig({
  test: {
    reporters: ['default', skipReporter],
    projects: [...forEverybody, ...ofTheSystem, boot, fleet],
  },
})
