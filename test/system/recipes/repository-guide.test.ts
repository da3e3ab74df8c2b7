// The commands of docs/guides/repository.md, in order, for 40 hosts. The program that reaches hosts is a placeholder.
import { execFileSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { everythingIn } from '../../node/folder.js'
import { commandFolder, repositoryFrom, root } from './tools.js'

const bin = commandFolder()
const guide = readFileSync(join(root, 'docs/guides/repository.md'), 'utf8')

/** By their section: `1. Create the repository`. */
const sections = new Map(
  guide
    .split(/^## /m)
    .slice(1)
    .map((section) => {
      const commands = [...section.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map(([, code = '']) => code)
      return [section.split('\n')[0] ?? '', commands.join('')]
    }),
)

/** Hosts behind the same two providers; the names and addresses differ. */
function addHosts(folder: string): void {
  const gate = readFileSync(join(folder, 'hosts/gate.yaml'), 'utf8')
  for (let host = 1; host < 40; host++)
    writeFileSync(join(folder, `hosts/gate${host}.yaml`), gate.replaceAll('10.0.0.', `10.0.${host}.`))
}

test('goes from 40 descriptions to a rollout', () => {
  const repository = repositoryFrom(undefined, bin)
  const { folder, run } = repository
  const network = join(folder, 'network')
  const programs = join(folder, 'programs')
  mkdirSync(programs)
  writeFileSync(join(programs, 'ansible-playbook'), '#!/bin/sh\necho "ansible-playbook $*"\n', {
    mode: 0o755,
  })
  const inSection = (name: string, where = network): string => {
    const commands = [...sections].find(([title]) => title.includes(name))?.[1]
    if (commands === undefined) throw new Error(`the guide has no section ${name}`)
    const { status, stdout, stderr } = run('sh', ['-euc', `cd "$0"\n${commands}`, where], {
      PATH: `${bin}:${programs}:${process.env['PATH'] ?? ''}`,
    })
    expect(status, `${name}\n${stdout}${stderr}`).toBe(0)
    return stdout
  }
  expect(inSection('1.', folder)).toContain('created  network/multihome.yaml')
  addHosts(network)
  expect(inSection('2.')).toBe('40 descriptions: good\n')
  inSection('4.')
  expect(readdirSync(join(network, 'rendered'))).toHaveLength(40)
  expect(everythingIn(join(network, 'rendered/gate'))).toContain('.multihome/apply.sh')
  const review = inSection('5.')
  expect(review).toContain('gate')
  expect(review).not.toContain('gate1')
  expect(inSection('6.')).toContain('ansible-playbook site.yml --check --diff')
  expect(inSection('7.')).toContain('ansible-playbook verify.yml')
  const committed = execFileSync('git', ['show', '--stat=200', '--format='], {
    cwd: network,
    encoding: 'utf8',
  })
  expect(committed).toContain('hosts/gate.yaml')
  expect(committed).toContain('rendered/gate/')
})

test('names a section of the examples that exists for each program that it copies', () => {
  for (const name of ['roles', 'site.yml', 'verify.yml', 'ansible.cfg']) {
    expect(guide).toContain(`\`${name}`)
    expect(readdirSync(join(root, 'examples/ansible'))).toContain(name)
  }
})
