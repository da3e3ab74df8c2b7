// examples/pre-commit, run by pre-commit, which builds the hooks of this project with npm.
import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../../node/folder.js'
import { commandFolder, description, needs, repositoryFrom, root, skipOrFail } from './tools.js'

const bin = commandFolder()
const config = '.pre-commit-config.yaml'

/** What each hook says: `descriptions have no errors: Passed`. */
const results = (stdout: string): readonly string[] =>
  [...stdout.matchAll(/^(.*?)\.{3,}.*?(Passed|Failed)$/gm)].map(([, name, result]) => `${name}: ${result}`)

/** This work tree, with what is not committed yet, as a repository. */
function projectRepository(): { readonly url: string; readonly revision: string } {
  const { folder, commit } = repositoryFrom(undefined, bin)
  const files = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
    encoding: 'utf8',
  })
  for (const file of files.split('\0'))
    // Golden files and tests are most of the project. A deleted file is still in the index.
    if (existsSync(join(root, file)) && file !== '' && !/^test\/|^fixtures\/.*\/expected\//.test(file))
      cpSync(join(root, file), join(folder, file), { verbatimSymlinks: true })
  return { url: `file://${folder}`, revision: commit() }
}

test('pre-commit installs the hooks of this project from a clone, and runs them', (context) => {
  needs(context, 'pre-commit', 'npm')
  const { folder, must, run } = repositoryFrom('pre-commit', bin)
  const { url, revision } = projectRepository()
  const text = readFileSync(join(folder, config), 'utf8')
    .replace(/repo: .*/, `repo: ${url}`)
    .replace(/rev: .*/, `rev: ${revision}`)
  mkdirSync(join(folder, 'hosts'))
  writeFileSync(join(folder, 'multihome.yaml'), 'version: 1\n')
  writeFileSync(join(folder, config), text)
  writeFileSync(join(folder, 'hosts/gate.yaml'), description())
  must('multihome', ['render', '--quiet'])
  must('git', ['add', '--all'])

  const env = {
    PRE_COMMIT_HOME: temporaryFolder(),
    npm_config_prefer_offline: 'true',
    npm_config_audit: 'false',
  }
  const installed = run('pre-commit', ['install-hooks'], env)
  if (/ENOTFOUND|ECONNREFUSED|ETIMEDOUT|EAI_AGAIN|ENOTCACHED/.test(installed.stdout))
    skipOrFail(context, 'the registry of packages does not answer')
  expect(installed.status, installed.stdout + installed.stderr).toBe(0)

  const commit = (host: string) => {
    writeFileSync(join(folder, 'hosts/gate.yaml'), host)
    must('git', ['add', '--all'])
    return run('pre-commit', ['run', '--color', 'never'], env)
  }
  const check = 'descriptions have no errors'
  const render = 'rendered trees are up to date'
  const good = commit(description())
  expect(results(good.stdout)).toEqual([`${check}: Passed`, `${render}: Passed`])
  expect(good.status).toBe(0)
  const stale = commit(description('203.0.113.2'))
  expect(results(stale.stdout)).toEqual([`${check}: Passed`, `${render}: Failed`])
  expect(stale.stdout).toContain('rendered/gate/etc/systemd/network/10-multihome-wan0.network')
  expect(stale.status).toBe(1)
  const wrong = commit(description('192.0.2.1'))
  expect(results(wrong.stdout)).toContain(`${check}: Failed`)
  expect(wrong.stdout).toMatch(/hosts\/gate\.yaml:7:\d+/)

  // The hook that renders fails because it changes a file, and passes once that is staged.
  writeFileSync(join(folder, config), text.replace('multihome-render-check', 'multihome-render'))
  for (const result of ['Failed', 'Passed'])
    expect(results(commit(description('203.0.113.2')).stdout)).toEqual([
      `${check}: Passed`,
      `trees are rendered: ${result}`,
    ])
})
