// Root file systems of the stacks, and the folder of their cache.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { buildRoot, keepRoot } from './rootfs-cache.js'

export type Debian = 13 | 12 | 11
export const debians: readonly Debian[] = [13, 12, 11]

/** One root file system contains all stacks that can be installed together; conflicting ones have their own. */
export type RootKind = 'systemd' | 'ifupdown2' | 'ifupdown-ng' | 'openrc'

export const suites: Readonly<Record<Debian, string>> = { 13: 'trixie', 12: 'bookworm', 11: 'bullseye' }

/** All three DHCP clients; a boot hides the unused ones (test/boot/lab/dhcp/dhcp-clients.ts). */
const base = ['iproute2', 'iputils-ping', 'procps', 'netcat-openbsd', 'isc-dhcp-client', 'udhcpc']
const dhcpcd = (debian: Debian): string => (debian === 11 ? 'dhcpcd5' : 'dhcpcd-base')
const systemd = ['systemd', 'systemd-sysv', 'dbus', 'udev', ...base]

const packages: Readonly<Record<RootKind, readonly string[]>> = {
  // The peers run dnsmasq from this root file system.
  systemd: [
    ...systemd,
    'ifupdown',
    'network-manager',
    'netplan.io',
    'networkd-dispatcher',
    'nftables',
    'dnsmasq-base',
  ],
  ifupdown2: [...systemd, 'ifupdown2', 'nftables'],
  'ifupdown-ng': [...systemd, 'ifupdown-ng', 'nftables'],
  openrc: ['openrc', 'sysvinit-core', 'kmod', 'nftables', ...base],
}

export function cacheFolder(): string {
  const named = process.env['MULTIHOME_BOOT_CACHE']
  if (named !== undefined && named !== '') return named
  const xdg = process.env['XDG_CACHE_HOME']
  return join(xdg !== undefined && xdg !== '' ? xdg : join(homedir(), '.cache'), 'multihome')
}

/**
 * Debian's OpenRC starts Debian's init scripts, which a Gentoo host does not have. Debian 13 adds a suffix to the
 * commands of ifupdown-ng, and its users call them without.
 */
const hooks: Readonly<Partial<Record<RootKind, string>>> = {
  openrc: 'rm -f "$1"/etc/runlevels/*/*',
  'ifupdown-ng':
    'for name in ifup ifdown ifquery; do test -e "$1/sbin/$name" || ln -s "$name-ng" "$1/sbin/$name"; done',
}

/** Arguments of mmdebstrap. Their hash is part of the folder's name, so a changed recipe builds a new one. */
function recipe(kind: RootKind, debian: Debian): readonly string[] {
  const hook = hooks[kind]
  const include = `--include=${[...packages[kind], dhcpcd(debian)].join(',')}`
  return [
    suites[debian],
    '--variant=minbase',
    include,
    ...(hook === undefined ? [] : [`--customize-hook=${hook}`]),
  ]
}

export function rootFolder(kind: RootKind, debian: Debian): string {
  const hash = createHash('sha256').update(recipe(kind, debian).join('\n')).digest('hex').slice(0, 8)
  return join(cacheFolder(), `root-${debian}-${kind}-${hash}`)
}

const kept = new Map<string, Promise<string>>()

/** The folder, built if it does not exist; it stays until this process ends. */
export function ensureRoot(kind: RootKind, debian: Debian): Promise<string> {
  const root = rootFolder(kind, debian)
  const [suite = '', ...options] = recipe(kind, debian)
  const known = kept.get(root) ?? buildAndKeep(root, ['mmdebstrap', ...options, suite])
  kept.set(root, known)
  return known
}

async function buildAndKeep(root: string, command: readonly string[]): Promise<string> {
  while (!(await keepRoot(root))) await buildRoot(root, command)
  return root
}

export const isRootThere = (kind: RootKind, debian: Debian): boolean => existsSync(rootFolder(kind, debian))

/** Name in messages. */
export const rootNameOf = (kind: RootKind, debian: Debian): string =>
  `the root file system of Debian ${debian} with ${kind === 'systemd' ? 'its stacks' : kind}`

/** The reason why this machine cannot build it; undefined if it can. */
export function whyNoRoot(kind: RootKind, debian: Debian): string | undefined {
  if (kind === 'ifupdown-ng' && debian === 11) return 'no ifupdown-ng in Debian 11'
  if (isRootThere(kind, debian)) return undefined
  const found = spawnSync('mmdebstrap', ['--version']).status === 0
  return found ? undefined : 'no mmdebstrap (apt-get install mmdebstrap)'
}
