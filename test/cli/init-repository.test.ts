// `init --repository`: the files that it creates, and what it says.
import { join } from 'node:path'
import { check } from 'prettier'
import { load } from 'js-yaml'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { expect, test } from 'vitest'
import { compile } from '../../src/compile.js'
import { describeRepositorySchema } from '../../src/description/schema/repository.js'
import { repositoryFiles } from '../../src/cli/embedded.generated.js'
import { ok } from '../../src/stdlib/result.js'
import { fixtureNamed } from '../helpers/fixtures.js'
import { runIn } from './fake-io.js'

const files = Object.entries(repositoryFiles)
const yaml = files.filter(([path]) => path.endsWith('.yaml'))

test('the files are created, and named with the next commands', async () => {
  const { code, stdout, texts } = await runIn({}, 'init', '--repository', 'network')
  expect(code).toBe(0)
  expect([...texts]).toEqual(files.map(([path, text]) => [join('network', path), text]))
  expect(stdout).toMatchInlineSnapshot(`
    "created  network/.gitattributes
    created  network/.github/workflows/network.yaml
    created  network/.pre-commit-config.yaml
    created  network/hosts/gate.yaml
    created  network/multihome.yaml
    created  network/site.yaml

    Next, in network:
      multihome check     what is wrong with the hosts
      multihome render    their files, into rendered/
      git add .           for a commit that a team can review
    "
  `)
})

test('without a folder they are created in the current one', async () => {
  const { stdout, texts } = await runIn({}, 'init', '--repository')
  expect([...texts.keys()]).toEqual(files.map(([path]) => path))
  expect(stdout).toContain('\nNext:\n')
})

test('nothing is written if some exist, which are listed', async () => {
  const existing = { 'network/site.yaml': '', 'network/hosts/gate.yaml': '' }
  const { code, stdout, stderr, texts } = await runIn({ files: existing }, 'init', '--repository', 'network')
  expect({ code, stdout, texts: texts.size }).toEqual({ code: 1, stdout: '', texts: 0 })
  expect(stderr).toMatchInlineSnapshot(`
    "exists   network/hosts/gate.yaml
    exists   network/site.yaml
    Nothing was written. fix: name another folder, or move these files away
    "
  `)
})

test.each([
  [['--repository', '--list']],
  [['--repository', '--scenario', 'post']],
  [['--repository', '--format', 'json']],
  [['network']],
  [['--repository', 'a', 'b']],
])('wrong usage: init %j', async (words) => {
  const { code, stderr, texts } = await runIn({}, 'init', ...words)
  expect({ code, texts: texts.size }).toEqual({ code: 2, texts: 0 })
  expect(stderr).toContain('multihome init: ')
})

test.each(yaml)('%s is formatted as prettier does without a configuration', async (_path, text) => {
  expect(await check(text, { parser: 'yaml' })).toBe(true)
})

test('the host is that of README, with the values of site.yaml', () => {
  const readme = compile(fixtureNamed('one-lan-by-second-provider').text)
  const { plan, diagnostics } = compile(repositoryFiles['hosts/gate.yaml'] ?? '', {
    file: 'hosts/gate.yaml',
    load: () => ok({ file: 'site.yaml', text: repositoryFiles['site.yaml'] ?? '' }),
  })
  expect(diagnostics).toEqual([])
  const rulesOf = (one: typeof plan) => one?.state.rules.map(({ pref, selector }) => ({ pref, selector }))
  expect(rulesOf(plan)).toEqual(rulesOf(readme.plan))
})

test('multihome.yaml fits the JSON Schema that an editor has', () => {
  const validate = new Ajv2020({ strict: false }).compile(describeRepositorySchema())
  expect(validate(load(repositoryFiles['multihome.yaml'] ?? '')), JSON.stringify(validate.errors)).toBe(true)
  expect(validate({ version: 1, hosts: 'hosts/' })).toBe(false)
  expect(validate({ descriptions: 'hosts/' })).toBe(false)
  expect(validate({ version: 1, output: '/etc' })).toBe(false)
})

test('schema --repository prints that schema', async () => {
  const { code, stdout } = await runIn({}, 'schema', '--repository')
  expect(code).toBe(0)
  expect(JSON.parse(stdout)).toEqual(JSON.parse(JSON.stringify(describeRepositorySchema())))
  expect((await runIn({}, 'schema', 'plan', '--repository')).code).toBe(2)
})
