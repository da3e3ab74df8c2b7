// The provider's DHCP and router advertisements: dnsmasq, run out of a cached root, bound to the peer's end of the wire.
import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { ensureRoot } from './rootfs.js'
import { sleep } from './shell.js'

/** No DNS, no files, no probing of addresses (which would delay the first offer by three seconds). */
const always = [
  ...['--keep-in-foreground', '--conf-file=/dev/null', '--port=0', '--no-resolv', '--no-hosts', '--no-ping'],
  ...['--interface=wire', '--bind-interfaces', '--leasefile-ro', '--pid-file=', '--user=root'],
  ...['--dhcp-authoritative', '--log-facility=-'],
]

export type Lessor = { readonly child: ChildProcess }

export async function startLessor(netns: string, options: readonly string[]): Promise<Lessor> {
  const root = await ensureRoot('systemd', 13)
  const words = ['--pdeathsig', 'KILL', 'nsenter', `--net=/run/netns/${netns}`, 'chroot', root]
  const child = spawn('setpriv', [...words, '/usr/sbin/dnsmasq', ...always, ...options], {
    stdio: ['ignore', 'ignore', 'pipe'],
    detached: true,
  })
  let said = ''
  child.stderr.on('data', (chunk: Buffer) => void (said += chunk.toString()))
  await sleep(0.2)
  if (child.exitCode !== null) throw new Error(`dnsmasq in ${netns}: ${said}`)
  return { child }
}

export function endLessor({ child }: Lessor): void {
  if (child.exitCode === null) child.kill('SIGKILL')
}
