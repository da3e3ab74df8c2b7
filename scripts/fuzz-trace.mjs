// Fuzz test (`npm run fuzz:trace`): compares `multihome trace` with `ip route get`, for random plans and packets.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { buildSync } from 'esbuild'

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

const values = parseOptions()
if (values.help) {
  console.log(usage)
  process.exit(0)
}
const packets = numberOf('packets', Infinity)
const seconds = numberOf('seconds', packets === Infinity ? 60 : Infinity)
const seed = numberOf('seed', Math.floor(Date.now() / 1000) % 1_000_000_000)

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
console.log(`first seed: ${seed}`)
process.exitCode = (await fuzz({ seed, seconds, packets }, (text) => console.log(text))) ? 0 : 1

function parseOptions() {
  const text = { type: 'string' }
  try {
    return parseArgs({
      options: { seconds: text, packets: text, seed: text, help: { type: 'boolean', default: false } },
    }).values
  } catch (error) {
    return misuse(`${error.message}\n\n${usage}`)
  }
}

function numberOf(name, otherwise) {
  const value = values[name]
  if (value === undefined) return otherwise
  return /^[1-9]\d{0,8}$/.test(value)
    ? Number(value)
    : misuse(`--${name} ${value}: a number from 1 to 999999999`)
}

function misuse(message) {
  console.error(message)
  process.exit(2)
}
