// Rendering in examples/ansible: on the controller, and on several machines.
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { bundleCommand, runCommand } from '../cli/bundle.js'
import { copyExample, whyNoAnsible } from './ansible-run.js'

const why = whyNoAnsible(['ansible-playbook', 'git'])
const main = bundleCommand()
const example = copyExample(main)
const { folder } = example

const repository = join(folder, 'repository')
const machines = ['render1', 'render2', 'render3']
const hostNames = Array.from({ length: 40 }, (_, n) => `router${n + 1}`)

/** Descriptions of 40 hosts, committed. */
function createRepository(): void {
  mkdirSync(join(repository, 'hosts'), { recursive: true })
  const common = readFileSync(join(folder, 'common.yaml'))
  writeFileSync(join(repository, 'common.yaml'), common)
  const berlin = readFileSync(join(folder, 'hosts/berlin.yaml'), 'utf8')
  for (const [n, name] of hostNames.entries())
    writeFileSync(
      join(repository, `hosts/${name}.yaml`),
      berlin.replaceAll(/(192\.0\.2|198\.51\.100)\.11/g, `$1.${n + 10}`),
    )
  const identity = ['-c', 'user.name=test', '-c', 'user.email=test@example.net']
  for (const words of [
    ['init', '-q', '-b', 'main'],
    ['add', '.'],
    [...identity, 'commit', '-q', '-m', 'hosts'],
  ]) {
    const { status, stderr } = spawnSync('git', words, { cwd: repository })
    if (status !== 0) throw new Error(stderr.toString())
  }
}

const archivesIn = (build: string): ReadonlyMap<string, string> =>
  new Map(
    readdirSync(build)
      .filter((name) => name.endsWith('.tar'))
      .sort()
      .map((name) => [name, readFileSync(join(build, name)).toString('base64')]),
  )

describe.skipIf(why !== undefined)('rendering', () => {
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  test('an error in any description ends the play before a host is contacted', async () => {
    example.setInventory({})
    example.edit('hosts/munich.yaml', (text) => text.replace('via: 192.0.2.1 ', 'via: 203.0.113.1 '))
    const { code, output, recap } = await example.play('site.yml')
    expect(output).toContain('hosts/munich.yaml:9:17')
    expect(output).not.toContain('UNREACHABLE')
    expect({ code, hosts: Object.keys(recap) }).toEqual({
      code: 2,
      hosts: ['berlin', 'cologne', 'hamburg', 'munich'],
    })
    expect(existsSync(join(folder, 'build'))).toBe(false)
  })

  test('the shards of three machines are the archives of one', async () => {
    createRepository()
    const hosts = machines.map((name) => [
      name,
      {
        ansible_connection: 'local',
        render_folder: join(folder, name),
        render_repository: repository,
      },
    ])
    example.setInventory({ renderers: { hosts: Object.fromEntries(hosts) } })
    const { code, output } = await example.play('shards.yml')
    expect(code, output).toBe(0)
    const words = ['render', 'hosts/', '--as', 'tar', '--out', join(folder, 'whole/{host}.tar')]
    expect(runCommand(main, words, { cwd: repository }).code).toBe(0)
    const whole = archivesIn(join(folder, 'whole'))
    expect([...whole.keys()]).toEqual(hostNames.map((name) => `${name}.tar`).sort())
    expect(archivesIn(join(folder, 'build'))).toEqual(whole)
    const counts = machines.map((name) => archivesIn(join(folder, name, 'build')).size)
    expect(counts.every((count) => count > 5)).toBe(true)
    expect(counts.reduce((sum, count) => sum + count)).toBe(hostNames.length)
  })
})
