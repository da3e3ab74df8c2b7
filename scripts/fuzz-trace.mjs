// Fuzz test (`npm run fuzz:trace`): compares `multihome trace` with `ip route get`, for random plans and packets.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { buildSync } from 'esbuild'
import { readFuzzOptions } from './fuzz-options.mjs'

const usage = `npm run fuzz:trace -- [--seconds N] [--packets N] [--seed N]

Installs random plans in network namespaces, and looks up random packets of both families, locally generated and
forwarded, in the kernel and with trace. Stops at the first difference, and prints the plan that shows it. Otherwise it
prints how many packets met each selector, action, kind of route and kind of packet. With 50,000 packets or more, one
that no packet met is a failure too.

It does not test what \`ip route get\` does not show: the second IPv6 lookup for a socket without an address (trace has
a note; test/netns/again.test.ts tests sockets); packets from an IPv4 address that is not the host's, which the kernel
rejects before any rule; multicast; VRFs; and what changes while a host runs (carrier, neighbours).

  --seconds N  duration; default 60, or unlimited with --packets
  --packets N  maximum number of packets
  --seed N     first seed; by default a new one each time, which is printed

If namespaces are unavailable, it prints the reason and exits with 0; with MULTIHOME_REQUIRE_NETNS=1 it fails.`

const options = readFuzzOptions(usage, 'packets')

const root = fileURLToPath(new URL('..', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'multihome-fuzz-'))
const bundle = join(folder, 'fuzz.mjs')
buildSync({
  entryPoints: [join(root, 'test/netns/fuzz.ts')],
  bundle: true,
  format: 'esm',
  platform: 'node',
  outfile: bundle,
})
const { fuzz, whyNoNetns } = await import(bundle).finally(() => rmSync(folder, { recursive: true }))
// The module has printed the reason.
if (whyNoNetns !== undefined) process.exit(0)
console.log(`first seed: ${options.seed}`)
process.exitCode = (await fuzz(options, (text) => console.log(text))) ? 0 : 1
