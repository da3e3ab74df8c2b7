// Format `ignition`, given to Ignition itself: its validator, and its stage `files` on a root.
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { fixtureTree } from '../formats/trees.js'
import {
  withoutFolders,
  describeConsumer,
  formatNamed,
  formatted,
  run,
  snapshot,
  temporaryFolder,
  trees,
  writtenSnapshot,
} from './formats.js'

/** Debian installs the program for dracut only. */
const program = '/usr/lib/dracut/modules.d/30ignition/ignition'

const [accepted, refused] = [true, false].map((isAccepted) =>
  trees.filter(([, tree]) => (formatNamed('ignition').refusal(tree) === undefined) === isAccepted),
)

/** Debian's Ignition labels what it wrote for SELinux, in any root: the program that does so is a stub. */
function rootWithLabels(): string {
  const root = temporaryFolder()
  mkdirSync(join(root, 'etc/selinux/targeted/contexts/files'), { recursive: true })
  writeFileSync(join(root, 'etc/selinux/config'), 'SELINUX=permissive\nSELINUXTYPE=targeted\n')
  writeFileSync(join(root, 'etc/selinux/targeted/contexts/files/file_contexts'), '')
  for (const list of ['etc/passwd', 'etc/group']) copyFileSync(`/${list}`, join(root, list))
  return root
}

function ignite(config: string, root: string): void {
  const state = temporaryFolder()
  writeFileSync(join(state, 'setfiles'), '#!/bin/sh\n')
  chmodSync(join(state, 'setfiles'), 0o755)
  const stage = (name: string): readonly string[] => [
    ...['env', `IGNITION_CONFIG_FILE=${config}`, `PATH=${state}:${process.env['PATH'] ?? ''}`],
    ...[program, '--platform', 'file', '--stage', name, '--root', root, '--log-to-stdout'],
    ...[
      '--config-cache',
      join(state, 'cache'),
      '--state-file',
      join(state, 'state'),
      '--neednet',
      join(state, 'net'),
    ],
  ]
  const fetched = run(stage('fetch-offline'))
  expect(fetched.status, fetched.output).toBe(0)
  const { status, output } = run(stage('files'))
  expect(status, output).toBe(0)
}

describeConsumer('ignition', [program, 'ignition-validate'], () => {
  test.for(accepted ?? [])('writes %s as the tree writer writes it', async ([, tree]) => {
    const root = rootWithLabels()
    const before = snapshot(root)
    const config = join(temporaryFolder(), 'config.ign')
    writeFileSync(config, formatted('ignition', [tree]))
    expect(run(['ignition-validate', config])).toEqual({ status: 0, output: '' })
    ignite(config, root)
    const own = [...snapshot(root)].filter(
      ([path]) =>
        !before.has(path) && !/^\/etc\/(\.ignition-result\.json|systemd\/system-preset\/)/.test(path),
    )
    const expected = [...(await writtenSnapshot(tree.output.files))].filter(([path]) => !before.has(path))
    expect(new Map(own)).toEqual(new Map(expected))
    const preset = join(root, 'etc/systemd/system-preset/20-ignition.preset')
    const enables = tree.output.first.some(({ command }) => command.startsWith('systemctl enable '))
    expect(existsSync(preset) ? readFileSync(preset, 'utf8') : '').toBe(
      enables ? 'enable systemd-networkd.service\n' : '',
    )
  })

  test('replaces files and links of an image', async () => {
    const tree = fixtureTree('leases-balanced', 'networkd')
    const root = rootWithLabels()
    for (const file of tree.output.files) {
      mkdirSync(dirname(join(root, file.path)), { recursive: true })
      if ('content' in file) writeFileSync(join(root, file.path), 'of the image', { mode: 0o600 })
      else symlinkSync('nowhere', join(root, file.path))
    }
    const config = join(temporaryFolder(), 'config.ign')
    writeFileSync(config, formatted('ignition', [tree]))
    ignite(config, root)
    const found = snapshot(root)
    for (const [path, entry] of withoutFolders(await writtenSnapshot(tree.output.files)))
      expect(found.get(path), path).toBe(entry)
  })
})

test('refuses what a boot with its files alone would not start', () => {
  expect(refused?.map(([name]) => name)).toEqual([
    'two-isps-balanced, netifrc',
    'two-isps-balanced, iproute2',
  ])
})
