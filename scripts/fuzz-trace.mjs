// `npm run fuzz:trace`: holds `multihome trace` against `ip route get` in namespaces, on plans and packets drawn by a seed.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { buildSync } from 'esbuild'

const usage = `npm run fuzz:trace -- [--seconds N] [--packets N] [--seed N]

Lays random plans in network namespaces and asks random packets of both families, own and forwarded, of the kernel and
of the trace. Ends with the first difference and the plan that shows it, else with what was met how often: each selector,
action, kind of route and of packet. Of 50,000 packets or more, one of these that none has met is a failure as well.

What \`ip route get\` does not tell is not asked: the second look-up of IPv6 for a socket that binds no address (trace
tells it in a note; test/netns/again.test.ts asks sockets), packets from an IPv4 address that is not the host's, which
the kernel refuses before any rule, multicast, VRFs, and what changes while a host runs (carrier, neighbours).

  --seconds N  how long; default 60, with --packets as long as it takes
  --packets N  how many at most
  --seed N     where to begin; default another one each time, and it is told

Where no namespace is to be had it says so and ends well; with MULTIHOME_REQUIRE_NETNS=1 it fails.`

const told = read()
if (told.help) {
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
// Why is told already.
if (whyNoNetns !== undefined) process.exit(0)
console.log(`from seed ${seed} on`)
process.exitCode = (await fuzz({ seed, seconds, packets }, (text) => console.log(text))) ? 0 : 1

function read() {
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
  const value = told[name]
  if (value === undefined) return otherwise
  return /^[1-9]\d{0,8}$/.test(value)
    ? Number(value)
    : misuse(`--${name} ${value}: a number from 1 to 999999999`)
}

function misuse(message) {
  console.error(message)
  process.exit(2)
}
