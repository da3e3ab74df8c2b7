// Fuzz test (`npm run fuzz:trace`): compares `multihome trace` with `ip route get`, for random plans and packets.
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { readFuzzOptions } from './fuzz-options.mjs'
import { withBundle, withModule } from './with-module.mjs'

const usage = `npm run fuzz:trace -- [--seconds N] [--packets N] [--seed N] [--kernel NAME]

Installs random plans in network namespaces, and looks up random packets of both families, locally generated and
forwarded, in the kernel and with trace. Half of the plans have VRFs, if the kernel has them. Stops at the first
difference, and prints the plan that shows it. Otherwise it prints how many packets met each selector, action, kind of
route and kind of packet. With 50,000 packets or more, one that no packet met is a failure too.

It does not test what \`ip route get\` does not show: the second IPv6 lookup for a socket without an address (trace has
a note; test/netns/again.test.ts tests sockets); packets from an IPv4 address that is not the host's, which the kernel
rejects before any rule; multicast; and what changes while a host runs (carrier, neighbours).

  --seconds N    duration; default 60, or unlimited with --packets
  --packets N    maximum number of packets
  --seed N       first seed; by default a new one each time, which is printed
  --kernel NAME  host: this machine's; 6.12, 6.1: that of Debian 13 or 12, as user-mode Linux, which has VRFs. It needs
                 root on Debian, as test:boot does, and prints its output at the end. The kernel of Debian 11 differs:
                 before Linux 5.14 the address of an IPv4 network is local, before 5.18 VRFs have other rules

If namespaces or the kernel are unavailable, it prints the reason and exits with 0; with MULTIHOME_REQUIRE_NETNS=1 it
fails.`

const { kernel, ...options } = readFuzzOptions(usage, 'packets', { kernel: 'host' })

const root = fileURLToPath(new URL('..', import.meta.url))
process.exitCode = await withBundle(root, 'test/netns/fuzz-program.ts', (program) => {
  console.log(`first seed: ${options.seed}`)
  const command = [process.execPath, program, ...[options.seed, options.seconds, options.packets].map(String)]
  if (kernel !== 'host') return statusOnKernel(command)
  return spawnSync(command[0], command.slice(1), { stdio: 'inherit' }).status ?? 1
})

async function statusOnKernel(command) {
  const folder = 'test/boot/kernel'
  const { ownKernels, whyNoKernel } = await withModule(root, `${folder}/kernels.ts`, (exports) => exports)
  const names = Object.values(ownKernels).filter((name) => name !== '5.10')
  if (!names.includes(kernel)) {
    console.error(`--kernel ${kernel}: one of host, ${names.join(', ')}`)
    return 2
  }
  const obstacle = process.getuid?.() === 0 ? whyNoKernel(kernel) : 'only root can start it'
  if (obstacle !== undefined) {
    console.log(`fuzz: skipped: Linux ${kernel}: ${obstacle}`)
    return process.env.MULTIHOME_REQUIRE_NETNS === '1' ? 1 : 0
  }
  // Packets take longer there: some 150 a second.
  const maxSeconds = 300 + Math.min(options.seconds, options.packets / 50)
  const env = { MULTIHOME_REQUIRE_NETNS: process.env.MULTIHOME_REQUIRE_NETNS }
  const job = { kernel, command, env, lowerFolders: [], maxSeconds }
  const { code, stdout, stderr } = await withModule(root, `${folder}/user-mode-linux.ts`, ({ runOnKernel }) =>
    runOnKernel(job),
  )
  console.log(`${stdout}${stderr}`.trimEnd())
  return code
}
