// A fleet: booted hosts that answer SSH, each behind a provider of its own, and the inventory that reaches them.
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { openLab } from '../boot/lab/lab.js'
import type { Lab } from '../boot/lab/lab.js'
import type { Peer } from '../boot/lab/network/veth-topology.js'
import type { StackId } from '../boot/lab/stacks.js'
import { readTree } from '../boot/lab/rootfs/tree.js'
import type { TreeEntry } from '../boot/lab/rootfs/tree.js'
import { admin } from './rootfs.js'

export type FleetHost = {
  readonly name: string
  readonly stack: StackId
  /** Rendered files with which it boots. */
  readonly tree: string
  readonly peers: readonly Peer[]
}

/** The private key of the user on every host, in this folder. */
export const keyFile = (folder: string): string => join(folder, 'id_ed25519')

export function createKey(folder: string): void {
  const { status, stderr } = spawnSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', keyFile(folder)])
  if (status !== 0) throw new Error(`ssh-keygen: ${stderr.toString()}`)
}

export async function bootFleet(
  folder: string,
  hosts: readonly FleetHost[],
): Promise<ReadonlyMap<string, Lab>> {
  const login = loginFiles(readFileSync(`${keyFile(folder)}.pub`, 'utf8'))
  const booting = hosts.map(async ({ name, stack, tree, peers }): Promise<[string, Lab]> => {
    const files = readTree(tree).filter(({ path }) => !path.startsWith('/.multihome/'))
    return [name, await openLab({ stack, debian: 13, tree: [...files, ...login], peers })]
  })
  return new Map(await Promise.all(booting))
}

/** The key of the user, who may become root. */
const loginFiles = (key: string): readonly TreeEntry[] => [
  { path: `/etc/ssh/authorized_keys`, mode: 0o644, content: key },
  {
    path: '/etc/ssh/sshd_config.d/fleet.conf',
    mode: 0o644,
    content: 'AuthorizedKeysFile /etc/ssh/authorized_keys\nUseDNS no\n',
  },
  { path: `/etc/sudoers.d/${admin}`, mode: 0o440, content: `${admin} ALL=(ALL) NOPASSWD: ALL\n` },
]

/**
 * Variables of a host with which SSH reaches it through the network of the provider of this link, and so only as long
 * as its own network works.
 */
export async function connectionOf(lab: Lab, link: string, folder: string): Promise<Record<string, string>> {
  const { stdout } = await lab.peerExec(link, 'ip netns identify $$')
  const options = [
    `-o ProxyCommand="nsenter --net=/run/netns/${stdout.trim()} busybox nc %h %p"`,
    '-o StrictHostKeyChecking=no',
    '-o UserKnownHostsFile=/dev/null',
    '-o LogLevel=ERROR',
  ]
  return {
    ansible_user: admin,
    ansible_ssh_private_key_file: keyFile(folder),
    ansible_ssh_common_args: options.join(' '),
  }
}
