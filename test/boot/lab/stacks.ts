// Stacks of the lab, and the units that start exactly one of them in a root file system with several.
import type { RootKind } from './rootfs/rootfs.js'
import type { TreeEntry, TreeLink } from './rootfs/tree.js'

/** Columns of the results: a program, and how it is configured. */
export const stackIds = [
  'networkd',
  'netplan',
  'netplan-nm',
  'nm-dispatcher',
  'nm-keyfile',
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
  /** The stack itself writes to /sys; a writable /sys makes other stacks wait for udev. */
  readonly writesSys?: true
  /** A command that returns when the stack has finished its work at boot. */
  readonly ready?: string
}

const networkd = ['systemd-networkd.service']
const manager = ['NetworkManager.service']
const whenStarted = 'nm-online -s -q -t 30'

/**
 * On a real host udev makes systemd run this for each link that appears; no udevd runs here. ifupdown-ng has no such
 * rule.
 */
const hotplug = 'for link in $(ifquery --list --allow=hotplug); do ifup --allow=hotplug "$link"; done'

const stacks: Readonly<Record<StackId, Omit<Stack, 'id'>>> = {
  networkd: { root: 'systemd', init: 'systemd', wants: networkd },
  netplan: { root: 'systemd', init: 'systemd', wants: networkd },
  'netplan-nm': { root: 'systemd', init: 'systemd', wants: manager, ready: whenStarted },
  'nm-dispatcher': { root: 'systemd', init: 'systemd', wants: manager, ready: whenStarted },
  'nm-keyfile': { root: 'systemd', init: 'systemd', wants: manager, ready: whenStarted },
  ifupdown: { root: 'systemd', init: 'systemd', wants: ['networking.service'], ready: hotplug },
  // It sets a link's MTU through /sys.
  ifupdown2: { root: 'ifupdown2', init: 'systemd', wants: ['networking.service'], writesSys: true },
  'ifupdown-ng': { root: 'ifupdown-ng', init: 'systemd', wants: ['networking.service'] },
  netifrc: { root: 'openrc', init: 'openrc', wants: [] },
  iproute2: { root: 'systemd', init: 'systemd', wants: [] },
}

export function stackOf(id: StackId): Stack {
  return { id, ...stacks[id] }
}

/** Services and sockets that configure addresses, routes or rules; all except the wanted ones are masked. */
const networkUnits = [
  'networking.service',
  'systemd-networkd.service',
  'systemd-networkd.socket',
  'systemd-networkd-varlink.socket',
  'NetworkManager.service',
  'NetworkManager-dispatcher.service',
  'networkd-dispatcher.service',
  'dhcpcd.service',
]

/** Units that are useless in a namespace: terminals, timers, the clock, the machine's kernel; and waits. */
const idleUnits = [
  'dev-hugepages.mount',
  'ldconfig.service',
  'sys-fs-fuse-connections.mount',
  'sys-kernel-debug.mount',
  'sys-kernel-tracing.mount',
  'systemd-journal-catalog-update.service',
  'systemd-modules-load.service',
  'systemd-update-done.service',
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

export const unitFolder = '/etc/systemd/system'

function helperUnits(stack: Stack, tree: readonly TreeEntry[]): readonly string[] {
  if (stack.wants.includes('NetworkManager.service')) return ['NetworkManager-dispatcher.service']
  if (!stack.wants.includes('systemd-networkd.service')) return []
  const hooks = tree.some((file) => file.path.startsWith('/etc/networkd-dispatcher/'))
  return ['systemd-networkd.socket', 'systemd-networkd-varlink.socket'].concat(
    hooks ? ['networkd-dispatcher.service'] : [],
  )
}

/** Units among the files are started, unless the files include a symlink that starts them. */
function wantedUnits(stack: Stack, files: readonly TreeEntry[]): readonly string[] {
  const own = files
    .filter((file) => file.path.startsWith(`${unitFolder}/`) && file.path.endsWith('.service'))
    .map((file) => file.path.slice(unitFolder.length + 1))
    .filter((name) => !name.includes('/'))
    .filter((name) => !files.some(({ path }) => path.endsWith(`.wants/${name}`)))
  const hooks = helperUnits(stack, files).filter((name) => name === 'networkd-dispatcher.service')
  return [...new Set([...stack.wants, ...own, ...hooks])]
}

/** Symlinks in /etc/systemd/system, as `systemctl mask` and `systemctl enable` create them. */
export function unitLinks(stack: Stack, files: readonly TreeEntry[]): readonly TreeLink[] {
  const allowed = new Set([...stack.wants, ...helperUnits(stack, files)])
  const masks = [...networkUnits.filter((unit) => !allowed.has(unit)), ...idleUnits]
  const sockets = helperUnits(stack, files).filter((unit) => unit.endsWith('.socket'))
  return [
    { path: `${unitFolder}/default.target`, symlink: '/lib/systemd/system/multi-user.target' },
    ...masks.map((unit) => ({ path: `${unitFolder}/${unit}`, symlink: '/dev/null' })),
    ...wantedUnits(stack, files).map((unit) => ({
      path: `${unitFolder}/multi-user.target.wants/${unit}`,
      symlink: unitPath(unit, files),
    })),
    ...sockets.map((unit) => ({
      path: `${unitFolder}/sockets.target.wants/${unit}`,
      symlink: unitPath(unit, files),
    })),
  ]
}

function unitPath(unit: string, files: readonly TreeEntry[]): string {
  const inEtc = files.some((file) => file.path === `${unitFolder}/${unit}`)
  return inEtc ? `${unitFolder}/${unit}` : `/lib/systemd/system/${unit}`
}
