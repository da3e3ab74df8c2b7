// Versions of the stacks in the root file systems.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { netifrcTree } from '../lab/lab.js'
import { debians, isRootThere, rootFolder } from '../lab/rootfs/rootfs.js'
import { stackIds, stackOf } from '../lab/stacks.js'
import type { StackId } from '../lab/stacks.js'

/** Stack → Debian → `systemd 257.13`. */
export type Versions = Readonly<Partial<Record<StackId, Readonly<Record<string, string>>>>>

const packages: Readonly<Record<StackId, readonly string[]>> = {
  networkd: ['systemd'],
  netplan: ['netplan.io', 'systemd'],
  'netplan-nm': ['netplan.io', 'network-manager'],
  'nm-dispatcher': ['network-manager'],
  'nm-keyfile': ['network-manager'],
  ifupdown: ['ifupdown'],
  ifupdown2: ['ifupdown2'],
  'ifupdown-ng': ['ifupdown-ng'],
  netifrc: ['openrc'],
  iproute2: ['iproute2'],
}

const names: Readonly<Record<string, string>> = {
  'netplan.io': 'netplan',
  'network-manager': 'NetworkManager',
}

/** `257.13-1~deb13u1` becomes 257.13. */
const upstream = (version: string): string => version.replace(/^\d+:/, '').replace(/[-+~].*$/, '')

function installed(root: string, name: string): string {
  const status = readFileSync(join(root, 'var/lib/dpkg/status'), 'utf8')
  const version = new RegExp(`^Package: ${name.replace('.', '[.]')}\\n(?:.+\\n)*?Version: (.*)$`, 'm').exec(
    status,
  )?.[1]
  if (version === undefined) throw new Error(`no ${name} in ${root}`)
  return `${names[name] ?? name} ${upstream(version)}`
}

function netifrcVersion(): readonly string[] {
  const file = join(netifrcTree() ?? '', 'lib/netifrc/version')
  return netifrcTree() !== undefined && existsSync(file)
    ? [`netifrc ${readFileSync(file, 'utf8').trim()}`]
    : []
}

/** Versions in the root file systems that are built. */
export function versionsBooted(): Versions {
  const of = (stack: StackId): Readonly<Record<string, string>> => {
    const { root } = stackOf(stack)
    const builtDebians = debians.filter((debian) => isRootThere(root, debian))
    const entries = builtDebians.map((debian) => {
      const netifrc = stack === 'netifrc' ? netifrcVersion() : []
      return [
        debian,
        [...netifrc, ...packages[stack].map((name) => installed(rootFolder(root, debian), name))].join(', '),
      ]
    })
    return Object.fromEntries(entries) as Readonly<Record<string, string>>
  }
  return Object.fromEntries(stackIds.map((stack) => [stack, of(stack)]))
}
