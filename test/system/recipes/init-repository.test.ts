// The repository that `init --repository` creates, in Git: its commands, its workflow, and its hooks.
import { spawn } from 'node:child_process'
import { appendFileSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { load } from 'js-yaml'
import { expect, onTestFinished, test, vi } from 'vitest'
import { z } from 'zod'
import { everythingIn, temporaryFolder } from '../../node/folder.js'
import { commandFolder, needs, repositoryFrom, type Repository } from './tools.js'

const bin = commandFolder()

/** With a commit on main, and multihome where `npm ci` installs it. */
function created(): Repository {
  const repository = repositoryFrom(undefined, bin)
  const { folder, must, commit } = repository
  must('multihome', ['init', '--repository'])
  must('multihome', ['render'])
  mkdirSync(join(folder, 'node_modules/.bin'), { recursive: true })
  symlinkSync(join(bin, 'multihome'), join(folder, 'node_modules/.bin/multihome'))
  appendFileSync(join(folder, '.git/info/exclude'), 'node_modules/\n')
  commit()
  return repository
}

const change = ({ folder }: Repository, from: string, to: string): void => {
  const path = join(folder, 'hosts/gate.yaml')
  writeFileSync(path, readFileSync(path, 'utf8').replace(from, to))
}

test('check, render and render --check work at once, also in a folder below', () => {
  const { folder, run, must } = repositoryFrom(undefined, bin)
  expect(must('multihome', ['init', '--repository', 'network'])).toContain(
    'created  network/multihome.yaml\n',
  )
  const within = (where: string, ...words: readonly string[]) =>
    run('sh', ['-c', `cd ${where} && exec multihome "$@"`, 'sh', ...words])
  expect(within('network', 'check')).toMatchObject({ status: 0, stdout: 'hosts/gate.yaml: good\n' })
  expect(within('network', 'render', '--check').status).toBe(1)
  expect(within('network/hosts', 'render').status).toBe(0)
  expect(everythingIn(join(folder, 'network/rendered/gate'))).toContain(
    'etc/systemd/network/10-multihome-lo.network',
  )
  expect(within('network', 'render', '--check')).toMatchObject({ status: 0, stderr: '' })
  expect(within('network', 'init', '--repository')).toMatchObject({ status: 1, stdout: '' })
})

test('a symbolic link in the repository does not lead render out of it', () => {
  const { folder, run, must } = repositoryFrom(undefined, bin)
  const elsewhere = temporaryFolder()
  must('multihome', ['init', '--repository'])
  mkdirSync(join(folder, 'rendered'))
  symlinkSync(elsewhere, join(folder, 'rendered/gate'))
  for (const words of [['render'], ['render', '--check']]) {
    const { status, stderr } = run('multihome', words)
    expect({ status, stderr }).toEqual({
      status: 2,
      stderr: expect.stringContaining('multihome: rendered/gate: rendered/gate is a symbolic link'),
    })
  }
  expect(everythingIn(elsewhere)).toEqual([])
  // The command line may.
  must('multihome', ['render', '--out', 'rendered/{host}'])
  expect(everythingIn(elsewhere)).not.toEqual([])
})

test('render --watch notices a change of multihome.yaml, also after an error in it', async () => {
  const { folder, must } = repositoryFrom(undefined, bin)
  must('multihome', ['init', '--repository'])
  const config = join(folder, 'multihome.yaml')
  const text = readFileSync(config, 'utf8')
  const watching = spawn(join(bin, 'multihome'), ['render', '--watch'], { cwd: folder })
  onTestFinished(() => void watching.kill())
  let said = ''
  for (const stream of [watching.stdout, watching.stderr])
    stream.setEncoding('utf8').on('data', (part: string) => (said += part))
  const saying = (words: string) => vi.waitFor(() => expect(said).toContain(words), { timeout: 20_000 })
  await saying('10 files written')
  writeFileSync(config, text.replace('strict', 'strickt'))
  await saying('unknown key `strickt`')
  writeFileSync(config, text.replace('rendered/{host}', 'elsewhere/{host}'))
  await saying('elsewhere/gate/.multihome/apply.sh')
})

test('Git finds no white space errors, and a clone with another configuration has the same bytes', () => {
  const { folder, run, must } = created()
  const empty = must('git', ['hash-object', '-t', 'tree', '/dev/null']).trim()
  expect(run('git', ['diff', '--check', empty, 'HEAD'])).toMatchObject({ status: 0, stdout: '' })
  const clone = join(temporaryFolder(), 'clone')
  must('git', ['clone', '--quiet', '--config', 'core.autocrlf=true', folder, clone])
  expect(run('sh', ['-c', `cd ${clone} && exec multihome render --check`]).status).toBe(0)
  expect(readFileSync(join(clone, 'hosts/gate.yaml'), 'utf8')).not.toContain('\r')
})

test('two branches that change a rendered file are a conflict, and a new render resolves it', () => {
  const repository = created()
  const { run, must, commit } = repository
  must('git', ['switch', '--quiet', '--create', 'other'])
  change(repository, 'via: 198.51.100.2', 'via: 198.51.100.1')
  change(repository, '[198.51.100.1/30]', '[198.51.100.2/30]')
  must('multihome', ['render'])
  commit()
  must('git', ['switch', '--quiet', 'main'])
  change(repository, 'table: 5000', 'table: 5001')
  must('multihome', ['render'])
  commit()
  expect(run('git', ['merge', '--quiet', 'other']).stdout).toContain('CONFLICT')
  must('multihome', ['render'])
  commit()
  must('multihome', ['render', '--check'])
})

const workflow = z.looseObject({
  jobs: z.strictObject({
    multihome: z.looseObject({
      steps: z.array(z.looseObject({ run: z.string().optional(), uses: z.string().optional() })),
    }),
  }),
})

/** The steps as a runner of GitHub starts them, until one fails; then those with `if: always()`. */
function runWorkflow({ folder, run }: Repository) {
  const { jobs } = workflow.parse(load(readFileSync(join(folder, '.github/workflows/network.yaml'), 'utf8')))
  const runner = temporaryFolder()
  // The package is in node_modules already.
  writeFileSync(join(runner, 'npm'), '#!/bin/sh\n[ "$*" = ci ]\n', { mode: 0o755 })
  const [added, summary] = [join(runner, 'path'), join(runner, 'summary')]
  writeFileSync(added, '')
  writeFileSync(summary, '')
  const failed: string[] = []
  let stderr = ''
  for (const step of jobs.multihome.steps) {
    if (step.run === undefined || (failed.length > 0 && step['if'] !== 'always()')) continue
    const path = [...readFileSync(added, 'utf8').split('\n').filter(Boolean), runner, '/usr/bin', '/bin']
    const ended = run('bash', ['--noprofile', '--norc', '-eo', 'pipefail', '-c', step.run], {
      PATH: [...path.slice(0, -2), join(process.execPath, '..'), ...path.slice(-2)].join(':'),
      ...{ GITHUB_PATH: added, GITHUB_STEP_SUMMARY: summary, GITHUB_BASE_REF: 'main' },
    })
    stderr += ended.stderr
    if (ended.status !== 0) failed.push(String(step['name']))
  }
  return { failed, stderr, summary: readFileSync(summary, 'utf8') }
}

test('the workflow passes for a good change, and its summary says what the change does', () => {
  const { folder: origin, must } = created()
  const clone = repositoryFrom(undefined, bin)
  must('git', ['-C', clone.folder, 'pull', '--quiet', origin, 'main'])
  must('git', ['-C', clone.folder, 'remote', 'add', 'origin', origin])
  must('git', ['-C', clone.folder, 'fetch', '--quiet', 'origin'])
  mkdirSync(join(clone.folder, 'node_modules/.bin'), { recursive: true })
  symlinkSync(join(bin, 'multihome'), join(clone.folder, 'node_modules/.bin/multihome'))
  expect(runWorkflow(clone)).toMatchObject({ failed: [] })

  change(clone, 'gateway: provider-b', 'gateway: provider-a')
  expect(runWorkflow(clone).failed).toEqual(['Rendered files are up to date'])
  must('sh', ['-c', `cd ${clone.folder} && multihome render`])
  const { failed, summary } = runWorkflow(clone)
  expect(failed).toEqual([])
  expect(summary).toContain('gate')
  expect(summary).toContain('provider-a')

  change(clone, 'gateway: provider-a', 'gateway: provider-c')
  expect(runWorkflow(clone).failed[0]).toBe('Descriptions have no errors and no warnings')
})

test('yamllint finds nothing in the YAML', (context) => {
  needs(context, 'yamllint')
  const { must } = repositoryFrom(undefined, bin)
  must('multihome', ['init', '--repository'])
  expect(must('yamllint', ['--strict', '.'])).toBe('')
})

test('pre-commit runs the hooks', (context) => {
  needs(context, 'pre-commit')
  const repository = created()
  const { run, must } = repository
  const env = { PRE_COMMIT_HOME: temporaryFolder() }
  const hooks = () => run('pre-commit', ['run', '--all-files', '--color', 'never'], env)
  expect(hooks()).toMatchObject({ status: 0, stderr: '' })
  change(repository, 'table: 5000', 'table: 5001')
  must('git', ['add', '--all'])
  const stale = hooks()
  expect(stale.stdout).toMatch(/descriptions have no errors and no warnings\.+Passed/)
  expect(stale.stdout).toMatch(/rendered files are up to date\.+Failed/)
  expect(stale.stdout).toContain('rendered/gate/etc/systemd/network/10-multihome-lo.network')
})
