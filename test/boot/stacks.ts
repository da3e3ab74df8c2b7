// How is exactly one stack started in a root that holds several: which units it wants, which must be silent?
import type { RootKind } from './rootfs.js'
import type { TreeFile, TreeLink } from './tree.js'

export const stackIds = [
  'networkd',
  'netplan',
  'netplan-nm',
  'nm',
  'ifupdown',
  'ifupdown2',
  'ifupdown-ng',
  'netifrc',
  'iproute2',
] as const
export type StackId = (typeof stackIds)[number]

export type Stack = {
  readonly id: StackId
  readonly root: RootKind
  readonly init: 'systemd' | 'openrc'
  /** Units started by multi-user.target. */
  readonly wants: readonly string[]
  /** A command that returns when the stack says that it has done what it can do at boot. */
  readonly ready?: string
}

const networkd = ['systemd-networkd.service']
const manager = ['NetworkManager.service']
const whenStarted = 'nm-online -s -q -t 30'

const stacks: Readonly<Record<StackId, Omit<Stack, 'id'>>> = {
  networkd: { root: 'systemd', init: 'systemd', wants: networkd },
  netplan: { root: 'systemd', init: 'systemd', wants: networkd },
  'netplan-nm': { root: 'systemd', init: 'systemd', wants: manager, ready: whenStarted },
  nm: { root: 'systemd', init: 'systemd', wants: manager, ready: whenStarted },
  ifupdown: { root: 'systemd', init: 'systemd', wants: ['networking.service'] },
  ifupdown2: { root: 'ifupdown2', init: 'systemd', wants: ['networking.service'] },
  'ifupdown-ng': { root: 'ifupdown-ng', init: 'systemd', wants: ['networking.service'] },
  netifrc: { root: 'openrc', init: 'openrc', wants: [] },
  iproute2: { root: 'systemd', init: 'systemd', wants: ['multihome-lab.service'] },
}

export function stackOf(id: StackId): Stack {
  return { id, ...stacks[id] }
}

/** Services and sockets that lay addresses, routes or rules; all but the wanted are masked. */
const networkUnits = [
  'networking.service',
  'systemd-networkd.service',
  'systemd-networkd.socket',
  'systemd-networkd-varlink.socket',
  'NetworkManager.service',
  'NetworkManager-dispatcher.service',
  'networkd-dispatcher.service',
]

/** What a host in a namespace has no use for: terminals, timers, the clock; and the waits that would delay the boot. */
const idleUnits = [
  'apt-daily.timer',
  'apt-daily-upgrade.timer',
  'console-getty.service',
  'dpkg-db-backup.timer',
  'e2scrub_all.timer',
  'fstrim.timer',
  'getty.target',
  'getty-static.service',
  'ifupdown-wait-online.service',
  'ModemManager.service',
  'NetworkManager-wait-online.service',
  'nftables.service',
  'systemd-logind.service',
  'systemd-networkd-wait-online.service',
  'systemd-resolved.service',
  'systemd-timesyncd.service',
  'systemd-udevd.service',
  'systemd-udevd-control.socket',
  'systemd-udevd-kernel.socket',
  'systemd-udev-trigger.service',
  'systemd-udev-settle.service',
]

const unitFolder = '/etc/systemd/system'

function companions(stack: Stack, tree: readonly TreeFile[]): readonly string[] {
  if (stack.wants.includes('NetworkManager.service')) return ['NetworkManager-dispatcher.service']
  if (!stack.wants.includes('systemd-networkd.service')) return []
  const hooks = tree.some((file) => file.path.startsWith('/etc/networkd-dispatcher/'))
  return ['systemd-networkd.socket', 'systemd-networkd-varlink.socket'].concat(
    hooks ? ['networkd-dispatcher.service'] : [],
  )
}

function wantedUnits(stack: Stack, tree: readonly TreeFile[]): readonly string[] {
  const own = tree
    .filter((file) => file.path.startsWith(`${unitFolder}/`) && file.path.endsWith('.service'))
    .map((file) => file.path.slice(unitFolder.length + 1))
    .filter((name) => !name.includes('/'))
  const wants = stack.id === 'iproute2' && own.length > 0 ? [] : stack.wants
  return [
    ...wants,
    ...own,
    ...companions(stack, tree).filter((name) => name.startsWith('networkd-dispatcher')),
  ]
}

/** Links of /etc/systemd/system as `systemctl mask` and `systemctl enable` would make them. */
export function unitLinks(stack: Stack, tree: readonly TreeFile[]): readonly TreeLink[] {
  const allowed = new Set([...stack.wants, ...companions(stack, tree)])
  const masks = [...networkUnits.filter((unit) => !allowed.has(unit)), ...idleUnits]
  const sockets = companions(stack, tree).filter((unit) => unit.endsWith('.socket'))
  return [
    { path: `${unitFolder}/default.target`, to: '/lib/systemd/system/multi-user.target' },
    ...masks.map((unit) => ({ path: `${unitFolder}/${unit}`, to: '/dev/null' })),
    ...wantedUnits(stack, tree).map((unit) => ({
      path: `${unitFolder}/multi-user.target.wants/${unit}`,
      to: unitPath(unit, tree),
    })),
    ...sockets.map((unit) => ({
      path: `${unitFolder}/sockets.target.wants/${unit}`,
      to: unitPath(unit, tree),
    })),
  ]
}

function unitPath(unit: string, tree: readonly TreeFile[]): string {
  const inEtc = unit === 'multihome-lab.service' || tree.some((file) => file.path === `${unitFolder}/${unit}`)
  return inEtc ? `${unitFolder}/${unit}` : `/lib/systemd/system/${unit}`
}

/** Files that every booted host has beside the rendered ones. */
export function hostFiles(stack: Stack, tree: readonly TreeFile[]): readonly TreeFile[] {
  const common = [
    file('/etc/hostname', 'host\n'),
    file('/etc/hosts', '127.0.0.1 localhost host\n::1 localhost\n'),
    file('/etc/machine-id', '0123456789abcdef0123456789abcdef\n'),
  ]
  return stack.init === 'systemd'
    ? [...common, ...systemdFiles(stack, tree)]
    : [...common, ...openrcFiles(tree)]
}

function systemdFiles(stack: Stack, tree: readonly TreeFile[]): readonly TreeFile[] {
  const script = tree.find((one) => one.path.endsWith('.sh'))
  // /proc/sys is read-only but for net/, so that no boot changes the machine below it; the unit's condition asks for all of it.
  const sysctl = file(
    `${unitFolder}/systemd-sysctl.service.d/lab.conf`,
    '[Unit]\nConditionPathIsReadWrite=\n',
  )
  if (stack.id !== 'iproute2' || script === undefined) return [sysctl]
  return [sysctl, file(`${unitFolder}/multihome-lab.service`, oneshot(script.path))]
}

function oneshot(script: string): string {
  return [
    '[Unit]',
    'Description=the plain script, as a host without a network stack would run it',
    'After=systemd-sysctl.service',
    '[Service]',
    'Type=oneshot',
    'RemainAfterExit=yes',
    `ExecStart=${script} up`,
    `ExecStop=${script} down`,
    '',
  ].join('\n')
}

function openrcFiles(_tree: readonly TreeFile[]): readonly TreeFile[] {
  return []
}

function file(path: string, text: string, mode = 0o644): TreeFile {
  return { path, mode, text }
}
