// Format `cloud-init`, given to cloud-init itself: its schema, its modules write_files and runcmd, and the script that
// runcmd writes. The roots are overlays of this machine's, in namespaces of their own.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { HostTree } from '../../src/formats/format.js'
import { quote } from '../../src/syntax/shell.js'
import { stepsAfterFiles, stepsBeforeFiles } from '../../src/targets/steps.js'
import type { Step } from '../../src/targets/target.js'
import { fixtureTree } from '../formats/trees.js'
import {
  describeConsumer,
  formatted,
  run,
  snapshot,
  temporaryFolder,
  trees,
  withoutFolders,
} from './formats.js'

/** Programs that steps call. */
const stubs = [
  'ifdown',
  'ifup',
  'networkctl',
  'netplan',
  'nmcli',
  'rc-service',
  'rc-update',
  'sysctl',
  'systemctl',
]

/** Writes its arguments to /calls, and the file of ifupdown at that time. */
const stub = `#!/bin/sh
echo "\${0##*/} $* ($(head -n 1 /etc/network/interfaces))" >> /calls
`

/** What its module scripts_user does with the script of runcmd is to run it. */
const withCloudInit = `for module in write_files runcmd; do
  cloud-init single --name $module --frequency always --file /input/user-data > /input/$module 2>&1 || exit
done
for script in /var/lib/cloud/instances/*/scripts/runcmd; do
  $script > /dev/null 2>&1 || echo failed >> /calls
done
`

/** The same by tar and a shell. */
function byHand({ output: { first } }: HostTree): string {
  const lines = (steps: readonly Step[]): string =>
    steps
      .map(
        ({ command }) => `sh -c ${quote(command)} > /dev/null 2>&1 || { echo failed >> /calls; exit 0; }\n`,
      )
      .join('')
  return `${lines(stepsBeforeFiles(first))}tar -x -f /input/tree.tar -C /\n${lines(stepsAfterFiles(first))}`
}

const inOverlay = `
set -e
folder=$1
mkdir "$folder/scratch" "$folder/root"
mount -t tmpfs none "$folder/scratch"
mkdir "$folder/scratch/upper" "$folder/scratch/work"
mount -t overlay -o "lowerdir=/,upperdir=$folder/scratch/upper,workdir=$folder/scratch/work" none "$folder/root"
mount -t proc none "$folder/root/proc"
mount -t tmpfs none "$folder/root/run"
mount --bind /dev "$folder/root/dev"
mkdir -p "$folder/root/stubs" "$folder/root/input" "$folder/root/etc/network"
mount --bind "$folder/input" "$folder/root/input"
echo previous > "$folder/root/etc/network/interfaces"
for name in ${stubs.join(' ')}; do install "$folder/input/stub" "$folder/root/stubs/$name"; done
PATH=/stubs:$PATH chroot "$folder/root" sh /input/script
cp -a "$folder/scratch/upper" "$folder/changed"
`

/** What changes below the root of a machine, without what cloud-init writes for itself. */
function changesBy(script: string, tree: HostTree): ReadonlyMap<string, string> {
  const folder = temporaryFolder()
  const input = join(folder, 'input')
  run(['mkdir', input])
  const output = { ...tree.output, control: [] }
  writeFileSync(join(input, 'user-data'), formatted('cloud-init', [tree]))
  writeFileSync(join(input, 'tree.tar'), formatted('tar', [{ ...tree, output }]))
  writeFileSync(join(input, 'stub'), stub)
  writeFileSync(join(input, 'script'), script)
  const command = [
    'unshare',
    '--mount',
    '--net',
    '--propagation',
    'private',
    'sh',
    '-c',
    inOverlay,
    'sh',
    folder,
  ]
  expect(run(command)).toEqual({ status: 0, output: '' })
  const changed = withoutFolders(snapshot(join(folder, 'changed')))
  return new Map(
    [...changed].filter(([path]) => !/^\/(stubs|root|tmp|var\/(lib\/cloud|log|cache))\//.test(path)),
  )
}

/** cloud-init's own merge of parts; prints the first file and the first command, and fails if the last part is not there. */
const merging = `
import os, sys, tempfile, yaml
from cloudinit.handlers.cloud_config import CloudConfigPartHandler
class Paths:
    def get_ipath(self, name): return merged
merged = os.path.join(tempfile.mkdtemp(), 'merged')
handler = CloudConfigPartHandler(Paths())
handler.handle_part(None, '__begin__', None, None, None, {})
for part in sys.argv[1:]: handler.handle_part(None, 'text/cloud-config', part, open(part).read(), None, {})
handler.handle_part(None, '__end__', None, None, None, {})
config = yaml.safe_load(open(merged))
print(config['write_files'][0]['path'], config['runcmd'][0])
assert len(config['write_files']) == 7 and config['runcmd'][1][:2] == ['sh', '-c']
`

describeConsumer('cloud-init', ['cloud-init', 'unshare', 'tar'], () => {
  // What boots in formats-boot.test.ts is left out, except for trees with links and with steps before the files.
  const others = trees.filter(([name]) => !/^two-isps-balanced, (networkd|nm-keyfile)|netplan$/.test(name))

  test.for(others)('installs %s as tar and the steps do', ([, tree]) => {
    expect(changesBy(withCloudInit, tree)).toEqual(changesBy(byHand(tree), tree))
  })

  test('keeps the files and commands of an earlier part', () => {
    const folder = temporaryFolder()
    writeFileSync(
      join(folder, 'user-data'),
      formatted('cloud-init', [fixtureTree('two-isps-balanced', 'networkd')]),
    )
    const own = '#cloud-config\nwrite_files:\n- { path: /own, content: x }\nruncmd:\n- own command\n'
    writeFileSync(join(folder, 'own'), own)
    const ran = run(['/usr/bin/python3', '-c', merging, join(folder, 'own'), join(folder, 'user-data')])
    expect(ran).toEqual({ status: 0, output: '/own own command\n' })
  })

  test.for(trees.filter((_, index) => index % 4 === 0))('finds no mistake in %s', ([, tree]) => {
    const file = join(temporaryFolder(), 'user-data')
    writeFileSync(file, formatted('cloud-init', [tree]))
    expect(run(['cloud-init', 'schema', '--config-file', file])).toEqual({
      status: 0,
      output: `Valid schema ${file}\n`,
    })
  })
})
