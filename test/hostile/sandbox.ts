// Sandbox: runs the shell code of a tree, without privileges and with stubs for every program that changes a host.
import { spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { Output, TextFile } from '../../src/targets/target.js'
import { quote } from '../../src/syntax/shell.js'
import { CANARY } from './cases.js'

/** Records its name and arguments, one call a line. */
const STUB = `#!/bin/sh
line=\${0##*/}
for word; do line="$line [$word]"; done
printf '%s\\n' "$line" >>/tmp/calls
exit \${STUB_STATUS-0}
`
const STUBS = [
  ...[
    'ip',
    'sysctl',
    'nft',
    'networkctl',
    'nmcli',
    'netplan',
    'systemctl',
    'service',
    'rc-service',
    'rc-update',
  ],
  ...[
    'ifup',
    'ifdown',
    'ifquery',
    'ifreload',
    'sleep',
    'udevadm',
    'modprobe',
    'dhclient',
    'udhcpc',
    'dhcpcd',
    'logger',
  ],
  CANARY,
]

/**
 * In namespaces of its own (user, mounts, network, processes), as an ordinary user outside: what the code may write to
 * are empty folders of this run. The current folder has `tree`, `stubs` and `run.sh`.
 */
const SETUP = `
set -eu
mount --make-rprivate /
mount -t tmpfs hostile /tmp
cp -a /etc/alternatives /tmp/ 2>/dev/null || :
for folder in /etc /run /var /usr/local /opt /root /home /dev/shm; do [ ! -d $folder ] || mount -t tmpfs hostile $folder; done
[ ! -d /tmp/alternatives ] || mv /tmp/alternatives /etc/
mount -t proc proc /proc
cp -R tree /tmp/tree
for folder in /etc /usr/local /opt; do [ ! -d tree$folder ] || cp -R tree$folder/. $folder/; done
mkdir -p /usr/local/sbin /tmp/work /var/lib
cp -R stubs /tmp/stubs
cp stubs/* /usr/local/sbin/
# The programs set PATH themselves: /usr/sbin is first in it.
mount -t overlay -o lowerdir=/tmp/stubs:/usr/sbin overlay /usr/sbin
cp run.sh /tmp/run.sh
cd /tmp/work
PATH=/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin sh /tmp/run.sh >/tmp/output 2>&1 || :
printf '%s\\n' '--- made'; ls -A /tmp/work
printf '%s\\n' '--- calls'; cat /tmp/calls 2>/dev/null || :
printf '%s\\n' '--- output'; cat /tmp/output
`

const isRoot = process.getuid?.() === 0
const NOBODY = ['setpriv', '--reuid', '65534', '--regid', '65534', '--clear-groups']
const UNSHARE = [
  ...['unshare', '--user', '--map-root-user', '--mount', '--net', '--pid', '--fork', '--kill-child'],
  ...['sh', '-c', SETUP],
]

export interface Ran {
  /** Calls of the stubs, as `ip [rule] [add]`. */
  readonly calls: readonly string[]
  readonly problems: readonly string[]
}

/** `status`: exit status of the stubs. Undefined where this machine has no such namespaces. */
export function runOutput(output: Output, links: readonly string[], status: 0 | 1 = 0): Ran | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'multihome-hostile-'))
  try {
    chmodSync(folder, 0o755)
    const files = [...output.files, ...output.control].filter((file): file is TextFile => 'content' in file)
    for (const { path, content, mode } of files) write(join(folder, 'tree', path), content, mode | 0o444)
    for (const name of STUBS) write(join(folder, 'stubs', name), STUB, 0o755)
    write(join(folder, 'run.sh'), runScript(files, output, links, status), 0o644)
    const [program = '', ...words] = isRoot ? [...NOBODY, ...UNSHARE] : UNSHARE
    const { stdout } = spawnSync(program, words, {
      cwd: folder,
      encoding: 'utf8',
      timeout: 120_000,
      maxBuffer: 1 << 26,
      env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' },
    })
    const [, made, calls, printed] =
      /^--- made\n([\s\S]*?)^--- calls\n([\s\S]*?)^--- output\n([\s\S]*)$/m.exec(stdout) ?? []
    if (made === undefined || calls === undefined || printed === undefined) return undefined
    return { calls: calls.split('\n').slice(0, -1), problems: problemsIn(made, calls, printed) }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function write(path: string, content: string, mode: number): void {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, content)
  chmodSync(path, mode)
}

/** Options of ip(8) that the rendered code uses. */
const OPTIONS = /^-(?:4|6|o|br|brief|json|N|d|details|batch|force|all|M|s|oneline|h|V)$/

function problemsIn(made: string, calls: string, printed: string): readonly string[] {
  const lines = calls.split('\n').filter((line) => line !== '')
  const options = lines
    .filter((line) => line.startsWith('ip '))
    .flatMap((line) => [...line.matchAll(/ \[(-[^\]]*)\]/g)].map(([, option = '']) => option))
  return [
    ...(made === '' ? [] : [`files were made: ${made}`]),
    ...lines.filter((line) => line.startsWith(CANARY)).map(() => 'the payload was executed'),
    ...options.filter((option) => !OPTIONS.test(option)).map((option) => `ip got the option ${option}`),
    ...lines
      .filter((line) => !/^[a-z0-9-]+(?: \[.*\])*$/.test(line))
      .map((line) => `a word with a line end: ${line}`),
    ...printed
      .split('\n')
      .filter((line) =>
        /^PARSER|syntax error|unexpected|unterminated|bad substitution|bad array subscript/i.test(line),
      ),
  ]
}

/** Every piece of shell code of the tree, under dash and bash. */
function runScript(
  files: readonly TextFile[],
  { first, change, remove }: Output,
  links: readonly string[],
  status: 0 | 1,
): string {
  const lines = files.flatMap(({ path, content }) => fileCommands(path, content, links))
  const steps = [...first, ...change, ...(remove ?? [])].map(({ command }) => `"$shell" -c ${quote(command)}`)
  const commands = [...new Set([...lines, ...steps])].map((command) => `limit ${command}`)
  return `limit() { timeout 2 "$@" </dev/null; }
all() {
:
${commands.join('\n')}
}
export STUB_STATUS=${status}
for shell in dash bash; do all & done
wait
# The parsers of the stacks, where they are installed; the stubs hide them.
umount /usr/sbin
PATH=/usr/sbin:/usr/bin:/sbin:/bin
accepts() {
  command -v "$1" >/dev/null || return 0
  timeout 60 "$@" >/tmp/parser 2>&1 || { echo "PARSER $*"; sed 's/^/PARSER /' /tmp/parser; }
}
${files.flatMap(({ path }) => parserCommands(path)).join('\n')}
`
}

function parserCommands(path: string): readonly string[] {
  const file = quote(`/tmp/tree${path}`)
  if (path.includes('/netplan/')) return ['accepts netplan generate --root-dir /tmp/tree']
  if (path.endsWith('.nft')) return [`accepts nft -c -f ${file}`]
  return path.endsWith('.nmconnection')
    ? [`accepts nmcli --offline connection modify connection.autoconnect yes <${file}`]
    : []
}

function fileCommands(path: string, content: string, links: readonly string[]): readonly string[] {
  const file = quote(`/tmp/tree${path}`)
  const ways = (...arguments_: readonly string[]): readonly string[] => [
    `"$shell" -n ${file}`,
    ...arguments_.map((words) => `"$shell" ${file} ${words}`),
  ]
  const forLinks = links.map((link) => [`${quote(link)} up`, `${quote(link)} down`]).flat()
  if (path.endsWith('/apply.sh')) return ways('--print', '--dry-run')
  if (path.endsWith('/multihome-tracker')) return ways('refresh', 'forget')
  if (path.endsWith('/multihome-lease'))
    return ways(...links.flatMap((link) => [`up ${quote(link)}`, `down ${quote(link)}`]))
  if (path.includes('/dispatcher.d/')) return ways(...forLinks)
  if (/\/if-(?:up|down)\.d\//.test(path))
    return [
      `"$shell" -n ${file}`,
      ...links.map((link) => `env IFACE=${quote(link)} MODE=start "$shell" ${file}`),
    ]
  if (path.startsWith('/etc/conf.d/') || /-hooks(?:\.d)?\//.test(path))
    return [
      `"$shell" -n ${file}`,
      ...links.map(
        (link) =>
          `env interface=${quote(link)} IFACE=${quote(link)} reason=BOUND new_ip_address=192.0.2.77 new_routers=192.0.2.1 "$shell" -c ${quote(`. ${file}; for f in preup postup predown postdown; do command -v $f >/dev/null && $f; done; :`)}`,
      ),
    ]
  if (content.startsWith('#!/sbin/openrc-run')) return ways()
  if (content.startsWith('#!/bin/sh')) return ways('up', 'status', 'down')
  if (path.includes('/network/interfaces'))
    return content.split('\n').flatMap((line) => {
      const command = /^\s+(?:(?:pre|post)-)?(?:up|down) (.*)$/.exec(line)?.[1]
      return command === undefined ? [] : [`"$shell" -c ${quote(command)}`]
    })
  return []
}
