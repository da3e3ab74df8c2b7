// The single executable: the same answers as the command, where there is no Node.
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { fixtureNamed, goodFixtures } from '../helpers/fixtures.js'
import { copyProject, manifest } from '../helpers/packed.js'
import { everythingIn } from '../node/folder.js'
import { nodeRelease } from './needs.js'

test('the executable answers as the command does, without Node', { timeout: 240_000 }, (context) => {
  const node = nodeRelease(context, '24.21.0')
  const folder = mkdtempSync(join(tmpdir(), 'multihome-executable-'))
  try {
    const copy = copyProject(folder)
    const executable = join(folder, 'multihome')
    const build = (program: string, ...words: readonly string[]) => {
      const { status, stderr, stdout } = spawnSync(program, words, { cwd: copy, encoding: 'utf8' })
      expect(status, `${stdout}\n${stderr}`).toBe(0)
    }
    build('npm', 'run', '--silent', 'build')
    build(node, 'scripts/build-executable.mjs', executable)
    expect(readFileSync(`${executable}.licences`, 'utf8')).toContain('Node.js v24.21.0')

    writeFileSync(join(folder, 'host.yaml'), fixtureNamed('one-lan-by-second-provider').text)
    mkdirSync(join(folder, 'hosts'))
    for (const { name, text } of goodFixtures) writeFileSync(join(folder, 'hosts', `${name}.yaml`), text)
    const run = (program: string, words: readonly string[]) => {
      const { status, stdout, stderr } = spawnSync(program, words, {
        cwd: folder,
        encoding: 'utf8',
        env: { PATH: '/nonexistent' },
      })
      return { status, stdout, stderr }
    }
    const same = (...words: readonly string[]): string => {
      const answer = run(executable, words)
      expect(answer).toEqual(run(node, [join(copy, 'dist/cli/main.cjs'), ...words]))
      return answer.stdout
    }
    expect(same('--version')).toBe(`${manifest.version}\n`)
    expect(same('init')).toContain('version: 1')
    expect(same('render', 'host.yaml', '--target', 'netplan')).toContain('routing-policy')
    same('compare', 'host.yaml', '--html=page.html')
    same('explain', 'no-such-code')
    // Many hosts are rendered on worker threads.
    const trees = ['executable', 'command'].map((out) => join(folder, out, '{host}'))
    const [first = '', second = ''] = trees
    const render = ['render', 'hosts', '--target', 'iproute2', '--keep-going', '--quiet', '--out']
    run(executable, [...render, first])
    run(node, [join(copy, 'dist/cli/main.cjs'), ...render, second])
    const written = everythingIn(join(folder, 'executable'))
    expect(written.length).toBeGreaterThan(goodFixtures.length)
    expect(written).toEqual(everythingIn(join(folder, 'command')))
    const diff = run(executable, [...render, second, '--diff'])
    expect(diff.stdout).toBe('')
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})
