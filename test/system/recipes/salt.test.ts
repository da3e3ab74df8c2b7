// examples/salt without Salt, which Debian does not have: the state is rendered with Jinja and YAML, and its commands
// run on a host in their order.
import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { z } from 'zod'
import { quote } from '../../../src/syntax/shell.js'
import { openGuest, whyNoGuest, type Guest } from '../../netns/guest.js'
import { commandFolder, repositoryFrom, root, skipOrFail, type Repository } from './tools.js'

const bin = commandFolder()

/** What Salt gives to the state: its grains, and the pillar through `salt['pillar.get']`. Lists of pairs are merged. */
const renderer = `
import jinja2, json, sys, yaml
arguments = json.load(sys.stdin)
pillar = lambda key, default: arguments['pillar'].get(key, default)
environment = jinja2.Environment(undefined=jinja2.StrictUndefined, keep_trailing_newline=True)
text = environment.from_string(arguments['text']).render(grains={'id': 'gate'}, salt={'pillar.get': pillar})
merged = lambda pairs: {key: value for pair in pairs for key, value in pair.items()}
states = []
for id, functions in yaml.safe_load(text).items():
    (function, pairs), = functions.items()
    state = {'id': id, 'function': function, **merged(pairs)}
    states.append({**state, 'env': merged(state.get('env', [])), 'require': merged(state.get('require', []))})
print(json.dumps(states))
`

const common = { id: z.string(), name: z.string(), require: z.record(z.string(), z.string()) }
const file = z.strictObject({
  ...common,
  function: z.literal('file.managed'),
  source: z.string(),
  mode: z.string(),
  env: z.strictObject({}),
})
const command = z.strictObject({
  ...common,
  function: z.literal('cmd.run'),
  env: z.record(z.string(), z.string()),
  unless: z.string().optional(),
  stateful: z.boolean().optional(),
})
const states = z.array(z.discriminatedUnion('function', [file, command]))

function renderState(pillar: Readonly<Record<string, string | number>>): z.infer<typeof states> {
  const text = readFileSync(join(root, 'examples/salt/init.sls'), 'utf8')
  const { stdout, stderr, status } = spawnSync('/usr/bin/python3', ['-c', renderer], {
    input: JSON.stringify({ text, pillar }),
    encoding: 'utf8',
  })
  expect(status, stderr).toBe(0)
  return states.parse(JSON.parse(stdout))
}

/** In parts, since the argument of a program is at most 128 KiB. */
async function copy(guest: Guest, from: string, to: string): Promise<void> {
  const parts =
    readFileSync(from)
      .toString('base64')
      .match(/.{1,100000}/g) ?? []
  await guest.must(`mkdir -p "$(dirname ${to})"; : >${to}.base64`)
  for (const part of parts) await guest.must(`printf %s ${part} >>${to}.base64`)
  await guest.must(`base64 -d ${to}.base64 >${to} && rm ${to}.base64`)
}

/** What each command did. Each state requires the one before, so the first that fails is the last. */
async function applyState(
  guest: Guest,
  salt: string,
  check: string,
  seconds: number,
): Promise<readonly string[]> {
  const results: string[] = []
  for (const state of renderState({ 'multihome:check': check, 'multihome:seconds': seconds })) {
    if (state.function === 'file.managed') {
      await copy(guest, join(salt, state.source.replace('salt://', '')), state.name)
      await guest.must(`chmod ${state.mode} ${state.name}`)
    } else if (state.unless !== undefined && (await guest.run(state.unless)).status === 0)
      results.push(`${state.id}: no change`)
    else {
      const variables = Object.entries(state.env).map(([name, value]) => `export ${name}=${quote(value)}\n`)
      const { status, stdout, stderr } = await guest.run(`${variables.join('')}${state.name}`)
      const last = stdout.trimEnd().split('\n').at(-1) ?? ''
      if (state.stateful === true) expect(last, stdout + stderr).toMatch(/^changed=(yes|no)$/)
      results.push(
        `${state.id}: ${status !== 0 ? 'failed' : last === 'changed=no' ? 'no change' : 'changed'}`,
      )
      if (status !== 0) break
    }
  }
  return results
}

const description = (via: string): string => `version: 1
targets: [iproute2]
links:
  wan0: { addresses: [203.0.113.10/24] }
gateways:
  fiber: { link: wan0, via: ${via} }
default: fiber
`

/** What README.md says for the master. */
function renderOnMaster({ folder, must }: Repository, text: string): void {
  writeFileSync(join(folder, 'hosts/gate.yaml'), text)
  const readme = readFileSync(join(folder, 'README.md'), 'utf8')
  const [, script = ''] = /```sh\n([^]*?)```/.exec(readme) ?? []
  must('sh', ['-euc', script.replaceAll('/srv/salt', `${folder}/srv`)])
}

const guests: Guest[] = []
afterAll(() => guests.forEach((guest) => guest.close()))

test('the state installs a tree once, and fails if the check does', { timeout: 120_000 }, async (context) => {
  if (whyNoGuest !== undefined) skipOrFail(context, whyNoGuest)
  if (spawnSync('/usr/bin/python3', ['-c', 'import jinja2, yaml']).status !== 0)
    skipOrFail(context, 'python3-jinja2 or python3-yaml not installed')
  const repo = repositoryFrom('salt', bin)
  mkdirSync(join(repo.folder, 'hosts'))
  const guest = await openGuest([{ link: 'wan0', neighbour: ['203.0.113.1/24', '203.0.113.2/24'] }])
  guests.push(guest)
  const apply = (check: string, seconds = 20) => applyState(guest, join(repo.folder, 'srv'), check, seconds)

  const requirements = renderState({}).map(({ id, require }) => [id, require])
  expect(requirements).toEqual([
    ['multihome-archive', {}],
    ['multihome-tree', { file: 'multihome-archive' }],
    ['multihome-apply', { cmd: 'multihome-tree' }],
  ])

  renderOnMaster(repo, description('203.0.113.1'))
  // Quotes of the command survive Jinja, YAML and the shell.
  const check = `test "it's" != '"' && ping -c 1 -W 1 203.0.113.1`
  expect(await apply(check)).toEqual(['multihome-tree: changed', 'multihome-apply: changed'])
  expect(await guest.must('ip route show default')).toContain('203.0.113.1')
  expect(await guest.must('stat -c %a /var/lib/multihome-tree/.multihome/apply.sh')).toBe('755\n')
  expect(await apply(check)).toEqual(['multihome-tree: no change', 'multihome-apply: no change'])

  renderOnMaster(repo, description('203.0.113.2'))
  expect(await apply('false', 3)).toEqual(['multihome-tree: changed', 'multihome-apply: failed'])
  expect(await guest.must('ip route show default')).toContain('203.0.113.1')
  expect(await apply(check)).toEqual(['multihome-tree: no change', 'multihome-apply: changed'])
  expect(await guest.must('ip route show default')).toContain('203.0.113.2')
})
