// JSON output: every document that a command prints is valid by the schema in the package.
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import { describe, expect, test } from 'vitest'
import { jsonCommands, jsonSchemaOf, type JsonCommand } from '../../src/cli/json/schemas.js'
import { fixtureNamed, fixtures, goodFixtures } from '../helpers/fixtures.js'
import { treeNames, treesFolder } from '../import/trees.js'
import { run } from '../../src/cli/cli.js'
import { fakeHost, GOOD, runIn, type World } from './fake-io.js'

const ajv = new Ajv2020({ allErrors: true, strict: true, strictRequired: false, allowUnionTypes: true })
const validators = new Map<JsonCommand, ValidateFunction>(
  jsonCommands.map((command) => [command, ajv.compile(jsonSchemaOf(command))]),
)

/** Runs `multihome COMMAND WORDS --format json`, and returns the validated output. */
async function validated(world: World, command: JsonCommand, ...words: readonly string[]): Promise<unknown> {
  const { stdout, stderr } = await runIn(world, command, ...words, '--format', 'json')
  if (stdout === '') throw new Error(`multihome ${command} printed nothing: ${stderr}`)
  return check(command, words, stdout)
}

function check(command: JsonCommand, words: readonly string[], stdout: string): unknown {
  const document: unknown = JSON.parse(stdout)
  const validate = validators.get(command)
  const isValid = validate?.(document)
  const problems = validate?.errors?.map(
    ({ instancePath, message, params }) => `${instancePath} ${message ?? ''} ${JSON.stringify(params)}`,
  )
  expect({ command, words, isValid, problems }).toEqual({
    command,
    words,
    isValid: true,
    problems: undefined,
  })
  return document
}

const GATHERED = join(import.meta.dirname, '../verify/gathered')
const state = readFileSync(join(GATHERED, 'debian-12.txt'), 'utf8')

describe('the JSON of a fixture is valid for', () => {
  test.each(goodFixtures)('$name', async ({ text }) => {
    const world = { files: { 'a.yaml': text, 'b.yaml': GOOD }, printed: state }
    await validated(world, 'render', 'a.yaml', '--out', 'o')
    await validated(world, 'plan', 'a.yaml', '--resolved')
    await validated(world, 'compare', 'a.yaml')
    await validated(world, 'requires', 'a.yaml')
    await validated(world, 'verify', 'a.yaml')
    await validated(world, 'trace', 'a.yaml', '8.8.8.8')
  })

  test.each(fixtures.filter(({ name }) => name.startsWith('invalid/')))('$name', async ({ text }) => {
    await validated({ files: { 'a.yaml': text } }, 'check', 'a.yaml')
  })
})

describe('the JSON of a change is valid for', () => {
  const pairs = [
    ['two-leases-failover', 'leases-balanced'],
    ['vrf-for-management', 'vlan-over-bond-made'],
    ['users-by-gateway', 'low-delay-by-tos'],
    ['whole-host-balance', 'whole-host-failover'],
    ['post', 'link-of-another-program'],
    ['ipv6-only', 'ipv6-source-chosen'],
  ] as const
  test.each(pairs)('%s → %s', async (old, now) => {
    const files = { 'a.yaml': fixtureNamed(old).text, 'b.yaml': fixtureNamed(now).text }
    await validated({ files }, 'diff', 'a.yaml', 'b.yaml')
  })

  test('connections that are no longer marked', async () => {
    const { text } = fixtureNamed('port-forward-by-two-providers')
    const files = { 'a.yaml': text, 'b.yaml': text.replace(/^marks: .*$/m, '') }
    const document = await validated({ files }, 'diff', 'a.yaml', 'b.yaml')
    expect(document).toHaveProperty('state.connmarks.0.kind', 'removed')
  })
})

test('the JSON of every kind of answer to a packet is valid', async () => {
  const kinds = new Set<string>()
  for (const [name, ...packet] of [
    ['two-providers', '10.0.0.9', 'from', '192.0.2.9', 'iif', 'wan0'],
    ['two-providers', '203.0.113.10'],
    ['two-providers', '203.0.113.1', 'from', '10.0.0.130', 'iif', 'lan0', 'ipproto', 'tcp', 'dport', '25'],
    ['refuse-by-rule', '172.16.0.1'],
    ['ipv6-only', '192.0.2.1'],
    ['ipv6-only', '192.0.2.1', 'oif', 'eth0'],
    ['two-leases-failover', '8.8.8.8'],
    ['vrf-for-management', '8.8.8.8', 'oif', 'mgmt'],
    ['two-isps-balanced', '8.8.8.8'],
  ] as const) {
    const files = { 'a.yaml': fixtureNamed(name).text }
    const document = await validated({ files }, 'trace', 'a.yaml', ...packet)
    const { packets } = document as { packets: { answer: { kind: string }; unknown?: unknown }[] }
    for (const { answer, unknown } of packets) kinds.add(unknown === undefined ? answer.kind : 'unknown')
  }
  expect([...kinds].sort()).toEqual(['local', 'none', 'onlink', 'reject', 'route', 'unknown'])
})

describe('the JSON of an import is valid for', () => {
  test.each(readdirSync(GATHERED).filter((each) => each.includes('debian')))('%s', async (name) => {
    const printed = readFileSync(join(GATHERED, name), 'utf8')
    await validated({ printed }, 'import', '--live', 'here')
  })

  test.each(treeNames)('%s', async (name) => {
    const { io, outcome } = fakeHost({})
    const isFolder = (path: string): boolean =>
      statSync(path, { throwIfNoEntry: false })?.isDirectory() === true
    await run(['import', join(treesFolder, name, 'root'), '--format', 'json'], { ...io, isFolder })
    check('import', [name], outcome().stdout)
  })
})

test('the JSON of recorded hosts is valid', async () => {
  for (const name of readdirSync(GATHERED).filter((each) => each.includes('debian'))) {
    const printed = readFileSync(join(GATHERED, name), 'utf8')
    await validated({ files: { 'a.yaml': GOOD }, printed }, 'verify', 'a.yaml')
  }
})

test('the JSON of a stale folder, of kernel options and of lists is valid', async () => {
  const differences = [{ path: '/etc/x', what: 'content', text: 'differs' } as const]
  const world: World = {
    files: { 'a.yaml': GOOD },
    compare: () => ({ ok: true, value: differences }),
    kernelConfig: 'CONFIG_SYSCTL=y\nCONFIG_PROC_SYSCTL=m\n',
  }
  const report = await validated(world, 'render', 'a.yaml', '--out', 'o', '--check')
  expect(report).toHaveProperty('differences.0.what', 'content')
  expect(await validated(world, 'requires', 'a.yaml', '--kernel-config', 'c')).toHaveProperty(
    'kernel.options.0.state',
  )
  await validated(world, 'targets')
  await validated(world, 'init', '--list')
  await validated(world, 'explain')
  expect(await validated(world, 'explain', 'host-bits')).toHaveProperty('diagnostics.0.example.printed')
})

describe('the schema of every command', () => {
  test.each(jsonCommands)(
    '%s has a title, version 1 and a meaning or a telling name for each key',
    async (command) => {
      const { stdout } = await runIn({}, 'schema', command)
      expect(JSON.parse(stdout)).toEqual(jsonSchemaOf(command))
      expect(jsonSchemaOf(command)).toMatchObject({
        title:
          command === 'trees'
            ? 'multihome render --as json'
            : command === 'diff-revision'
              ? 'multihome diff REV --format json'
              : `multihome ${command} --format json`,
        required: expect.arrayContaining(['version']) as unknown,
        properties: { version: { const: 1 } },
        additionalProperties: false,
      })
    },
  )

  test('rejects an unknown key, and a missing one', () => {
    const validate = validators.get('targets')
    expect(validate?.({ version: 1, variants: [], features: [] })).toBe(true)
    expect(validate?.({ version: 1, variants: [], features: [], more: 1 })).toBe(false)
    expect(validate?.({ version: 1, variants: [] })).toBe(false)
  })
})
