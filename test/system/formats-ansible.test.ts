// Format `ansible`: the play of docs/formats.md, run by ansible-core with the variables of all trees.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import type { HostTree } from '../../src/formats/format.js'
import { fixtureTree } from '../formats/trees.js'
import {
  describeConsumer,
  formatted,
  hostileTree,
  run,
  snapshot,
  trees,
  temporaryFolder,
  writtenSnapshot,
} from './formats.js'

const document = fileURLToPath(new URL('../../docs/formats.md', import.meta.url))

function play(): string {
  const [, found] =
    /```yaml\n(- name: [^`]*multihome_trees[^`]*)```/.exec(readFileSync(document, 'utf8')) ?? []
  if (found === undefined) throw new Error(`no play in ${document}`)
  return found
}

const inventory = (hosts: readonly HostTree[]): string => {
  const folder = temporaryFolder()
  mkdirSync(join(folder, 'group_vars'))
  writeFileSync(join(folder, 'group_vars/all.yaml'), formatted('ansible', hosts))
  writeFileSync(join(folder, 'inventory'), hosts.map(({ host }) => `${host}\n`).join(''))
  return folder
}

const named = (list: readonly HostTree[]): readonly HostTree[] =>
  list.map((tree, index) => ({ ...tree, host: `host${index}` }))

describeConsumer('ansible-core', ['ansible-playbook', 'ansible-inventory'], () => {
  test('reads the same strings as from the format json', () => {
    const hosts = named(trees.map(([, tree]) => tree))
    const command = ['ansible-inventory', '-i', 'inventory', '--host', 'host0']
    const { multihome_trees: found } = JSON.parse(run(command, undefined, inventory(hosts)).output)
    const { trees: expected } = JSON.parse(new TextDecoder().decode(formatted('json', hosts)))
    const withOwner = ({ owner, group, ...file }: { readonly [key: string]: string }): object =>
      owner === undefined ? file : { ...file, owner: `${owner}:${group}` }
    for (const [index, tree] of found.entries())
      expect({ ...tree, files: tree.files.map(withOwner), control: tree.control.map(withOwner) }).toEqual(
        expected[index],
      )
  })

  test('writes a tree as the tree writer does, and changes nothing the second time', async () => {
    // Each file is a task of its own, and takes half a second.
    const { files } = hostileTree.output
    const few = [...files.slice(0, 5), ...files.slice(-2)]
    const { control } = fixtureTree('comments-everywhere', 'networkd').output
    const hosts = named([{ ...hostileTree, output: { ...hostileTree.output, files: few, control } }])
    const folder = inventory(hosts)
    writeFileSync(join(folder, 'play.yaml'), play())
    const folders = JSON.stringify({ folder: `${folder}/{{ inventory_hostname }}` })
    const command = `ansible-playbook -i inventory -c local --skip-tags install play.yaml -e`.split(' ')
    const first = run([...command, folders], undefined, folder)
    expect(first.status, first.output).toBe(0)
    for (const { host, output } of hosts)
      expect(snapshot(join(folder, host))).toEqual(
        await writtenSnapshot([...output.files, ...output.control]),
      )
    const second = run([...command, folders], undefined, folder)
    expect(second.output.match(/changed=\d+/g)).toEqual(hosts.map(() => 'changed=0'))
  })
})
