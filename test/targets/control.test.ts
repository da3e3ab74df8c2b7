// Control files of each tree: one program for all, and data in which no text of a description can become a command.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { compileFixture, fixtureNamed, goodFixtures } from '../helpers/fixtures.js'

const source = readFileSync(join(import.meta.dirname, '../../templates/programs/apply.sh'), 'utf8')

const outputs = goodFixtures.flatMap((fixture) =>
  [...compileFixture(fixture).outputs].map(([target, output]) => ({ name: fixture.name, target, output })),
)

const dataOf = (output: (typeof outputs)[number]['output']): readonly string[] => {
  const data = output.control.find(({ path }) => path === '/.multihome/apply.conf')
  return data?.content.trimEnd().split('\n') ?? []
}

describe('control files', () => {
  test('are the same executable program and data for every output with files', () => {
    for (const { output } of outputs) {
      if (output.files.length === 0) expect(output.control).toEqual([])
      else {
        expect(output.control.map(({ path, mode }) => [path, mode])).toEqual([
          ['/.multihome/apply.sh', 0o755],
          ['/.multihome/apply.conf', 0o644],
        ])
        expect(output.control[0]?.content).toBe(source)
      }
    }
  })

  test('name every file, rule and step of the output', () => {
    for (const { output } of outputs.filter((each) => each.output.files.length > 0)) {
      const lines = dataOf(output)
      const paths = lines.flatMap((line) => /^(?:file \S+ \S+|symlink \S+) (.*)$/.exec(line)?.[1] ?? [])
      expect(paths).toEqual(output.files.map(({ path }) => path))
      const steps = lines.flatMap((line) => /^(?:first|change)(?:-before)? (.*)$/.exec(line)?.[1] ?? [])
      expect(steps.toSorted()).toEqual(
        [...output.first, ...output.change].map(({ command }) => command).toSorted(),
      )
    }
  })

  test('have known keywords only', () => {
    const known =
      /^(?:#|$|(?:format|description|target|title|stack|flavour|manage|service|program|version|link|created|file|symlink|why|(?:first|change|remove)(?:-before)?|boot|rule -[46]|route -[46]|default [46]$|sysctl) ?)/
    for (const { output } of outputs) for (const line of dataOf(output)) expect(line).toMatch(known)
  })

  test('list the kernel state of the plan as arguments of ip', () => {
    const output = compileFixture(fixtureNamed('two-providers')).outputs.get('networkd')
    if (output === undefined) throw new Error('no output')
    const lines = dataOf(output)
    expect(lines).toContain('rule -4 pref 20012 ipproto 6 dport 25 unreachable')
    expect(lines).toContain('route -6 unreachable default table 102 metric 2000000000')
    expect(lines).toContain('sysctl net/ipv4/conf/wan0/rp_filter')
  })
})
