// `render --as` on the command line: the bytes are those of the library, with any number of threads.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { compile } from '../../src/compile.js'
import { formats, formatTrees } from '../../src/formats/index.js'
import type { HostTree } from '../../src/formats/format.js'
import { bundleCommand, runCommand } from '../cli/bundle.js'
import { fixtureNamed } from '../helpers/fixtures.js'
import { temporaryFolder } from './formats.js'

const main = bundleCommand()

const names = ['comments-everywhere', 'leases-balanced', 'two-isps-balanced', 'two-providers']

const folder = temporaryFolder()
mkdirSync(join(folder, 'hosts'))
for (const name of names) writeFileSync(join(folder, `hosts/${name}.yaml`), fixtureNamed(name).text)

function treeFor(host: string, isMany: boolean): HostTree {
  const file = `${host}.yaml`
  const output = compile(fixtureNamed(host).text, { file, targets: 'networkd' }).outputs.get('networkd')
  if (output === undefined) throw new Error(`${host} is not rendered`)
  return { host, target: 'networkd', output, folder: isMany ? host : '' }
}

const render = (...words: readonly string[]): void => {
  const { code, stderr } = runCommand(main, ['render', '-t', 'networkd', '-q', ...words], { cwd: folder })
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
}

describe.for(formats)('render --as $id', (format) => {
  test('gives the same for a host as the library', () => {
    render('--as', format.id, 'hosts/leases-balanced.yaml', '-o', 'one')
    const expected = formatTrees(format, [treeFor('leases-balanced', false)])
    expect(readFileSync(join(folder, 'one')).equals(expected)).toBe(true)
  })

  test('gives a file for each host', () => {
    render('--as', format.id, 'hosts/', '-o', `${format.id}/{host}.${format.extension}`)
    for (const host of names) {
      const expected = formatTrees(format, [treeFor(host, false)])
      const found = readFileSync(join(folder, format.id, `${host}.${format.extension}`))
      expect(found.equals(expected), host).toBe(true)
    }
  })

  test.runIf(format.isMany).for(['1', '2'])('gives one file of all hosts with %s threads', (jobs) => {
    render('--as', format.id, 'hosts/', '-o', 'all', '--jobs', jobs)
    const expected = formatTrees(
      format,
      names.map((host) => treeFor(host, true)),
    )
    expect(readFileSync(join(folder, 'all')).equals(expected)).toBe(true)
  })
})
