// Completeness and consistency of the fixtures: every feature and code has one, and each shows what its name says.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { load } from 'js-yaml'
import { describe, expect, it } from 'vitest'
import { catalogue, isDiagnosticCode, type DiagnosticCode } from '../src/diagnostics/catalogue/catalogue.js'
import { featuresOf, features } from '../src/plan/features.js'
import type { KernelPlan } from '../src/plan/plan.js'
import { createFib } from '../src/lookup/fib.js'
import { lookupIn } from '../src/lookup/lookup.js'
import { formatAnswer, parsePacketTokens } from '../src/syntax/route-get.js'
import { compileFixture, fixtures, goodFixtures, type Fixture } from './helpers/fixtures.js'
import { withGivenLeases } from './helpers/apply-fixture-leases.js'
import { compileSiteHost, site, siteHosts } from './helpers/site.js'

/** They need a missing file, a megabyte of YAML (test/yaml), thousands of rules (test/lint, test/cli), or are of multihome.yaml or of `import` (test/cli). */
const withoutFixture: readonly DiagnosticCode[] = [
  'file-unreadable',
  'file-too-large',
  'host-too-large',
  'format-refused',
  'rules-unexamined',
  'repository-owner',
  'repository-path',
  'import-unknown',
  'import-without-effect',
]

const invalidFixtures = fixtures.filter(({ name }) => name.startsWith('invalid/'))

/** `invalid/CODE` or `invalid/CODE-WORD`; the longest code that fits. */
function codeOf({ name }: Fixture): DiagnosticCode | undefined {
  const words = name.replace('invalid/', '').split('-')
  for (let length = words.length; length > 0; length--) {
    const code = words.slice(0, length).join('-')
    if (isDiagnosticCode(code)) return code
  }
  return undefined
}

const codesOf = (fixture: Fixture): readonly string[] =>
  compileFixture(fixture).diagnostics.map(({ code }) => code)

type Decisions = readonly { readonly get: string; readonly answer: string }[]

const decisionsIn = (path: string): Decisions =>
  existsSync(path) ? (load(readFileSync(path, 'utf8')) as Decisions) : []

const decisionsOf = ({ folder }: Fixture): Decisions => decisionsIn(join(folder, 'decisions.yaml'))

describe('a good fixture', () => {
  it.each(goodFixtures)('$name: the description has no finding', (fixture) => {
    const { plan, diagnostics } = compileFixture(fixture)
    // A target that cannot express the host says so in its expected/; the description is still good.
    expect(diagnostics.filter(({ target }) => target === undefined)).toEqual([])
    expect(plan).toBeDefined()
  })

  it('exists for every feature', () => {
    const shown = new Set(
      goodFixtures.flatMap((fixture) => {
        const { plan } = compileFixture(fixture)
        return plan === undefined ? [] : featuresOf(plan).map(({ feature }) => feature)
      }),
    )
    expect(features.filter((feature) => !shown.has(feature))).toEqual([])
  })
})

describe('an invalid fixture', () => {
  it.each(invalidFixtures)('$name: is reported with its location', (fixture) => {
    const { diagnostics } = compileFixture(fixture)
    const code = codeOf(fixture)
    if (code === undefined) {
      expect(fixture.name).toMatch(/^invalid\/several-/)
      expect(new Set(codesOf(fixture)).size).toBeGreaterThan(1)
    } else {
      const reported = diagnostics.filter((diagnostic) => diagnostic.code === code)
      expect(reported, `codes: ${codesOf(fixture).join(', ')}`).not.toEqual([])
      for (const { span } of reported) expect(span?.start.line).toBeGreaterThan(0)
    }
  })

  it('reports no other code', () => {
    const mixed = invalidFixtures
      .filter((fixture) => codeOf(fixture) !== undefined)
      .flatMap((fixture) => {
        const others = new Set(
          compileFixture(fixture)
            .diagnostics.filter(({ target, code }) => target === undefined && code !== codeOf(fixture))
            .map(({ code }) => code),
        )
        return others.size === 0 ? [] : [`${fixture.name}: ${[...others].join(', ')}`]
      })
    expect(mixed).toEqual([])
  })

  it('exists for every code', () => {
    const shown = new Set<string>(invalidFixtures.flatMap(codesOf))
    const named = new Set<string>(invalidFixtures.map((fixture) => codeOf(fixture) ?? ''))
    const missing = Object.keys(catalogue).filter(
      (code) =>
        isDiagnosticCode(code) && !withoutFixture.includes(code) && !(shown.has(code) && named.has(code)),
    )
    expect(missing).toEqual([])
  })

  it('has no plan exactly if it has an error', () => {
    for (const fixture of invalidFixtures) {
      const { plan, diagnostics } = compileFixture(fixture)
      const isWrong = diagnostics.some(({ severity, target }) => severity === 'error' && target === undefined)
      expect([fixture.name, plan === undefined]).toEqual([fixture.name, isWrong])
    }
  })
})

describe('decisions', () => {
  const decided = fixtures.filter((fixture) => decisionsOf(fixture).length > 0)

  it.each(decided)('$name: agree with lookups in the plan', (fixture) => {
    const { plan } = compileFixture(fixture)
    if (plan === undefined) throw new Error('the fixture does not compile')
    const decisions = decisionsOf(fixture)
    expect(answersOf(withGivenLeases(fixture, plan), decisions)).toEqual(decisions)
  })

  it.each(siteHosts)(`${site.name}, %s: agree with lookups in the plan`, (host) => {
    const { plan, diagnostics } = compileSiteHost(host)
    if (plan === undefined) throw new Error('the host does not compile')
    expect(diagnostics.filter(({ target }) => target === undefined)).toEqual([])
    const decisions = decisionsIn(join(site.folder, 'decisions', `${host}.yaml`))
    expect(decisions).not.toEqual([])
    expect(answersOf(plan, decisions)).toEqual(decisions)
  })
})

/** The decisions with the answers of the plan. */
function answersOf(plan: KernelPlan, decisions: Decisions): Decisions {
  const fib = createFib(plan)
  return decisions.map(({ get, answer }) => {
    const read = parsePacketTokens(get)
    const found = read.ok ? formatAnswer(lookupIn(fib, read.value)) : read.problem
    return { get, answer: isSameAnswer(answer, found) ? answer : found }
  })
}

/** Ignores the order of next hops. */
function isSameAnswer(expected: string, found: string): boolean {
  const hops = (answer: string) =>
    answer
      .replace(/^one of: /, '')
      .split(' | ')
      .sort()
  return JSON.stringify(hops(expected)) === JSON.stringify(hops(found))
}

describe('the folder', () => {
  it.each(fixtures)('$name: the first line is a sentence in a comment', ({ name, text }) => {
    if (/^invalid\/(yaml|file|string|description)-/.test(name)) return
    expect(text.split('\n')[0]).toMatch(/^# \S.{15,}[.!?]$/)
  })

  it('contains only the files that fixtures/README.md lists', () => {
    const known = ['description.yaml', 'decisions.yaml', 'leases.yaml', 'extended', 'expected']
    const unknown = fixtures.flatMap(({ name, folder }) =>
      readdirSync(folder)
        .filter((entry) => !known.includes(entry))
        .map((entry) => `${name}/${entry}`),
    )
    expect(unknown).toEqual([])
  })
})
