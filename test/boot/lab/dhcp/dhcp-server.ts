// DHCP server and router advertisements of a provider: dnsmasq from a cached root file system, in the peer's
// namespace.
import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { inCgroup } from '../process/cgroup.js'
import { ensureRoot } from '../rootfs/rootfs.js'
import { sleep } from '../process/shell.js'
import { inNetns } from '../network/veth-topology.js'

/** No DNS, no files, and no pings before an offer, which would delay the first one by three seconds. */
const commonOptions = [
  ...['--keep-in-foreground', '--conf-file=/dev/null', '--port=0', '--no-resolv', '--no-hosts', '--no-ping'],
  ...['--interface=wire', '--bind-interfaces', '--leasefile-ro', '--pid-file=', '--user=root'],
  // A constant DUID: leases of an earlier server are renewed by the next one.
  ...['--dhcp-authoritative', '--log-facility=-', '--dhcp-duid=32473,01'],
]

export type DhcpServer = { readonly child: ChildProcess; readonly output: () => string }

/** Runs in a cgroup of the lab, and ends with it even if this process is killed. */
export async function startDhcpServer(
  netns: string,
  cgroup: string,
  options: readonly string[],
): Promise<DhcpServer> {
  const root = await ensureRoot('systemd', 13)
  const dnsmasq = ['chroot', root, '/usr/sbin/dnsmasq', ...commonOptions, ...options]
  const words = inCgroup(cgroup, inNetns(netns, dnsmasq))
  const child = spawn('setpriv', ['--pdeathsig', 'KILL', ...words], {
    stdio: ['ignore', 'ignore', 'pipe'],
    detached: true,
  })
  let output = ''
  child.stderr.on('data', (chunk: Buffer) => void (output += chunk.toString()))
  await sleep(0.2)
  if (child.exitCode !== null) throw new Error(`dnsmasq in ${netns}: ${output}`)
  return { child, output: () => output }
}

export function killDhcpServer({ child }: DhcpServer): void {
  if (child.exitCode === null) child.kill('SIGKILL')
}

export async function stopDhcpServer(dhcpServer: DhcpServer): Promise<void> {
  const ended = dhcpServer.child.exitCode === null ? once(dhcpServer.child, 'exit') : undefined
  killDhcpServer(dhcpServer)
  await ended
}
