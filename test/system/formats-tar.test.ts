// Format `tar`, extracted as root by GNU tar, bsdtar and Python: the result is that of the tree writer.
import { lstatSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { fixtureTree } from '../formats/trees.js'
import {
  describeConsumer,
  formatted,
  run,
  snapshot,
  temporaryFolder,
  trees,
  writtenSnapshot,
} from './formats.js'

const extract: Readonly<Record<string, readonly string[]>> = {
  tar: ['tar', '-x'],
  bsdtar: ['bsdtar', '-x', '-f', '-'],
  python3: [
    'python3',
    '-c',
    'import sys, tarfile; tarfile.open(fileobj=sys.stdin.buffer, mode="r|").extractall(filter="fully_trusted")',
  ],
}

beforeAll(() => {
  // Missing folders get the mode that the umask leaves, as with mkdir.
  process.umask(0o022)
})

describe.for(Object.entries(extract))('%s', ([program, command]) => {
  describeConsumer(program, [program], () => {
    test.for(trees)('extracts %s as the tree writer writes it', async ([, tree]) => {
      const root = temporaryFolder()
      expect(run(command, formatted('tar', [tree]), root)).toEqual({ status: 0, output: '' })
      expect(snapshot(root)).toEqual(await writtenSnapshot([...tree.output.files, ...tree.output.control]))
    })
  })
})

describeConsumer('an archive of several trees', ['tar'], () => {
  test('gives one of them by its folder', async () => {
    const [one, other] = [
      fixtureTree('two-isps-balanced', 'networkd'),
      fixtureTree('two-providers', 'netplan'),
    ]
    const bytes = formatted('tar', [
      { ...one, folder: 'gw1' },
      { ...other, folder: 'gw2/netplan' },
    ])
    const root = temporaryFolder()
    expect(run(['tar', '-x', '--strip-components=2', 'gw2/netplan'], bytes, root)).toEqual({
      status: 0,
      output: '',
    })
    expect(snapshot(root)).toEqual(await writtenSnapshot([...other.output.files, ...other.output.control]))
  })

  test('is a valid archive without any', () => {
    expect(run(['tar', '-t'], formatted('tar', []))).toEqual({ status: 0, output: '' })
  })
})

describeConsumer('a root with files of its own', ['tar'], () => {
  test('keeps its symbolic links to folders, and the modes of its folders', () => {
    const root = temporaryFolder()
    mkdirSync(join(root, 'usr/lib'), { recursive: true })
    symlinkSync('usr/lib', join(root, 'lib'))
    mkdirSync(join(root, 'etc/NetworkManager/system-connections'), { recursive: true })
    run(['chmod', '700', 'etc/NetworkManager/system-connections'], undefined, root)
    const path = '/lib/dhcpcd/dhcpcd-hooks/90-multihome'
    const keyfiles = fixtureTree('two-isps-balanced', 'nm-keyfile')
    const files = [...keyfiles.output.files, { path, mode: 0o644, owner: 'root:root', content: 'x' } as const]
    const bytes = formatted('tar', [{ ...keyfiles, output: { ...keyfiles.output, files } }])
    expect(run(['tar', '-x'], bytes, root)).toEqual({ status: 0, output: '' })
    expect(lstatSync(join(root, 'lib')).isSymbolicLink()).toBe(true)
    expect(readFileSync(join(root, 'usr', path), 'utf8')).toBe('x')
    expect(lstatSync(join(root, 'etc/NetworkManager/system-connections')).mode & 0o777).toBe(0o700)
  })
})
