// examples/pre-commit, run by pre-commit: hooks of this project, which pre-commit builds with npm, and local ones.
import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../../node/folder.js'
import {
  commandFolder,
  description,
  needs,
  repositoryFrom,
  root,
  skipOrFail,
  type Repository,
} from './tools.js'

const bin = commandFolder()
const config = '.pre-commit-config.yaml'

/** What `init --repository` creates, with one host, its tree, and an environment of pre-commit's own. */
function repository(): { readonly repository: Repository; readonly env: Record<string, string> } {
  const repository = repositoryFrom('pre-commit', bin)
  rmSync(join(repository.folder, config))
  repository.must('multihome', ['init', '--repository'])
  writeFileSync(join(repository.folder, 'hosts/gate.yaml'), description())
  repository.must('multihome', ['render', '--quiet'])
  return { repository, env: { PRE_COMMIT_HOME: temporaryFolder(), npm_config_prefer_offline: 'true' } }
}

/** What each hook says: `descriptions have no errors: Passed`. */
const results = (stdout: string): readonly string[] =>
  [...stdout.matchAll(/^(.*?)\.{3,}.*?(Passed|Failed|Skipped)$/gm)].map(
    ([, name, result]) => `${name}: ${result}`,
  )

/** A commit with a good description, one with a stale tree, and one with an error; the names are those of the hooks. */
function expectHooks(
  { folder, must, run }: Repository,
  env: Record<string, string>,
  [check, render]: readonly [string, string],
): void {
  must('git', ['add', '--all'])
  const hooks = () => run('pre-commit', ['run', '--color', 'never'], env)
  expect(results(hooks().stdout)).toEqual([`${check}: Passed`, `${render}: Passed`])

  writeFileSync(join(folder, 'hosts/gate.yaml'), description('203.0.113.2'))
  must('git', ['add', '--all'])
  const stale = hooks()
  expect(results(stale.stdout)).toEqual([`${check}: Passed`, `${render}: Failed`])
  expect(stale.stdout).toContain('rendered/gate/etc/systemd/network/10-multihome-wan0.network')
  expect(stale.status).toBe(1)

  writeFileSync(join(folder, 'hosts/gate.yaml'), description('192.0.2.1'))
  must('git', ['add', '--all'])
  const wrong = hooks()
  expect(results(wrong.stdout)).toContain(`${check}: Failed`)
  expect(wrong.stdout).toMatch(/hosts\/gate\.yaml:7:\d+/)
}

test('local hooks run the command that npm has installed', (context) => {
  needs(context, 'pre-commit')
  const { repository: repo, env } = repository()
  mkdirSync(join(repo.folder, 'node_modules/.bin'), { recursive: true })
  writeFileSync(join(repo.folder, '.gitignore'), 'node_modules/\n')
  symlinkSync(join(bin, 'multihome'), join(repo.folder, 'node_modules/.bin/multihome'))
  expectHooks(repo, env, ['descriptions have no errors and no warnings', 'rendered files are up to date'])
})

/** This work tree, with what is not committed yet, as a repository. */
function projectRepository(): { readonly url: string; readonly revision: string } {
  const { folder, commit } = repositoryFrom('pre-commit', bin)
  const files = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
    encoding: 'utf8',
  })
  for (const file of files.split('\0'))
    // Golden files are most of the project.
    if (file !== '' && !/^fixtures\/.*\/expected\//.test(file))
      cpSync(join(root, file), join(folder, file), { verbatimSymlinks: true })
  return { url: `file://${folder}`, revision: commit() }
}

test('hooks of this project: pre-commit installs them from a clone', (context) => {
  needs(context, 'pre-commit', 'npm')
  const { repository: repo, env } = repository()
  const { url, revision } = projectRepository()
  const text = readFileSync(join(root, 'examples/pre-commit', config), 'utf8')
  writeFileSync(
    join(repo.folder, config),
    text.replace(/repo: .*/, `repo: ${url}`).replace(/rev: .*/, `rev: ${revision}`),
  )
  repo.must('git', ['add', '--all'])
  const installed = repo.run('pre-commit', ['install-hooks'], env)
  if (/ENOTFOUND|ECONNREFUSED|ETIMEDOUT|EAI_AGAIN|ENOTCACHED/.test(installed.stdout))
    skipOrFail(context, 'the registry of packages does not answer')
  expect(installed.status, installed.stdout + installed.stderr).toBe(0)
  const check = 'descriptions have no errors'
  expectHooks(repo, env, [check, 'rendered trees are up to date'])

  // The third hook renders; pre-commit fails because the file changes, and passes once it is staged.
  writeFileSync(join(repo.folder, 'hosts/gate.yaml'), description('203.0.113.2'))
  writeFileSync(
    join(repo.folder, config),
    text
      .replace(/repo: .*/, `repo: ${url}`)
      .replace(/rev: .*/, `rev: ${revision}`)
      .replace('multihome-render-check', 'multihome-render'),
  )
  const hooks = () => {
    repo.must('git', ['add', '--all'])
    return results(repo.run('pre-commit', ['run', '--color', 'never'], env).stdout)
  }
  expect(hooks()).toEqual([`${check}: Passed`, 'trees are rendered: Failed'])
  expect(hooks()).toEqual([`${check}: Passed`, 'trees are rendered: Passed'])
})
