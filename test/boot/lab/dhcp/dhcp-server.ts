// The provider's DHCP and router advertisements: dnsmasq, run out of a cached root, bound to the peer's end of the wire.
import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { inCgroup } from '../process/cgroup.js'
import { ensureRoot } from '../rootfs/rootfs.js'
import { sleep } from '../process/shell.js'
import { inside } from '../network/veth-topology.js'

/** No DNS, no files, no probing of addresses (which would delay the first offer by three seconds). */
const always = [
  ...['--keep-in-foreground', '--conf-file=/dev/null', '--port=0', '--no-resolv', '--no-hosts', '--no-ping'],
  ...['--interface=wire', '--bind-interfaces', '--leasefile-ro', '--pid-file=', '--user=root'],
  // Of always the same name: who has renewed from the one before renews from the next one.
  ...['--dhcp-authoritative', '--log-facility=-', '--dhcp-duid=32473,01'],
]

export type Lessor = { readonly child: ChildProcess; readonly said: () => string }

/** It runs in a cgroup of the lab, with which it ends where this process is killed outright. */
export async function startLessor(
  netns: string,
  cgroup: string,
  options: readonly string[],
): Promise<Lessor> {
  const root = await ensureRoot('systemd', 13)
  const dnsmasq = ['chroot', root, '/usr/sbin/dnsmasq', ...always, ...options]
  const words = inCgroup(cgroup, inside(netns, dnsmasq))
  const child = spawn('setpriv', ['--pdeathsig', 'KILL', ...words], {
    stdio: ['ignore', 'ignore', 'pipe'],
    detached: true,
  })
  let said = ''
  child.stderr.on('data', (chunk: Buffer) => void (said += chunk.toString()))
  await sleep(0.2)
  if (child.exitCode !== null) throw new Error(`dnsmasq in ${netns}: ${said}`)
  return { child, said: () => said }
}

export function endLessor({ child }: Lessor): void {
  if (child.exitCode === null) child.kill('SIGKILL')
}

export async function untilEnded(lessor: Lessor): Promise<void> {
  const ended = lessor.child.exitCode === null ? once(lessor.child, 'exit') : undefined
  endLessor(lessor)
  await ended
}
