// `npm run test:boot`: boots the real stacks, all of them or those that are named, and compares them with the plan.
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { buildSync } from 'esbuild'

const usage = `npm run test:boot -- [--fixture NAME]… [--stack ID]… [--debian N]… [--file NAME]…
                         [--unproven] [--sample] [--at-most N] [--record] [-- ARGUMENTS]

Boots each fixture on each stack of each Debian in a network namespace, and holds the kernel's state against the plan.

  --fixture NAME  only this one; --stack and --debian alike. Each may be repeated, or take several with commas between.
  --file NAME     only the tests of test/boot/NAME.test.ts
  --unproven      only what docs/booted.json does not have for the files that are rendered today and for today's tests
  --sample        only a fixed part: one cell in 24; with --unproven both, as CI boots
  --at-most N     fails at once where more cells are to be booted: the record is too old
  --record        keeps the results in docs/booted.json as they come; \`npm run docs\` then renews the tables of README
  --help          this text
  -- ARGUMENTS    for vitest, as in \`-- -t tailscale\`

It needs root on Debian. Where mmdebstrap or another program is missing, apt-get installs it. The root file systems are
built once, in $MULTIHOME_BOOT_CACHE or ~/.cache/multihome. Where none can boot it says so and ends well; with
MULTIHOME_REQUIRE_BOOT=1 it fails.`

const root = fileURLToPath(new URL('..', import.meta.url))
const end = process.argv.indexOf('--', 2)
const own = process.argv.slice(2, end < 0 ? undefined : end)
const forVitest = end < 0 ? [] : process.argv.slice(end + 1)

const told = read()
if (told.help) {
  console.log(usage)
  process.exit(0)
}
const { stackIds, debians } = await placesOfLab()
const chosen = {
  fixture: chosenOf('fixture', fixtures()),
  stack: chosenOf('stack', stackIds),
  debian: chosenOf('debian', debians.map(String)),
}
const suffix = '.test.ts'
const testFolder = join(root, 'test/boot')
const allFiles = readdirSync(testFolder).flatMap((name) =>
  name.endsWith(suffix) ? [name.slice(0, -suffix.length)] : [],
)
const chosenFiles = chosenOf('file', allFiles)
const obstacle = whyNot()
if (obstacle !== undefined) {
  console.log(`boot: skipped: ${obstacle}`)
  process.exit(process.env.MULTIHOME_REQUIRE_BOOT === '1' ? 1 : 0)
}
installMissing()
for (const [name, list] of Object.entries(chosen))
  if (list.length > 0) process.env[`MULTIHOME_BOOT_${name.toUpperCase()}`] = list.join(',')
if (told.sample) process.env.MULTIHOME_BOOT_SAMPLE = '1'
if (told['at-most'] !== undefined) process.env.MULTIHOME_BOOT_AT_MOST = told['at-most']
if (told.record) process.env.MULTIHOME_BOOT_RECORD = '1'
if (told.unproven) process.env.MULTIHOME_BOOT_UNPROVEN = '1'
// This process becomes vitest, so that a signal to it is a signal to vitest.
process.chdir(root)
process.argv.splice(2, Infinity, 'run', '--project', 'boot', ...files(), ...forVitest)
await import(new URL('../node_modules/vitest/vitest.mjs', import.meta.url).href)

function read() {
  const list = { type: 'string', multiple: true, default: [] }
  const flag = { type: 'boolean', default: false }
  const options = {
    ...{ fixture: list, stack: list, debian: list, file: list },
    ...{ unproven: flag, sample: flag, record: flag, help: flag, 'at-most': { type: 'string' } },
  }
  try {
    return parseArgs({ args: own, options }).values
  } catch (error) {
    return misuse(`${error.message}\n\n${usage}`)
  }
}

function misuse(message) {
  console.error(message)
  process.exit(2)
}

function chosenOf(name, known) {
  const words = told[name].flatMap((list) => list.split(',')).filter((word) => word !== '')
  const unknown = words.find((word) => !known.includes(word))
  return unknown === undefined ? words : misuse(`--${name} ${unknown}: one of ${known.join(', ')}`)
}

function fixtures() {
  const folder = join(root, 'fixtures')
  return readdirSync(folder)
    .filter((name) => existsSync(join(folder, name, 'description.yaml')))
    .sort()
}

/** The names as the lab itself has them. */
function placesOfLab() {
  const contents = `export { stackIds } from './stacks.js'; export { debians } from './rootfs.js'`
  const stdin = { contents, resolveDir: join(root, 'test/boot/lab') }
  const made = buildSync({ stdin, bundle: true, format: 'esm', platform: 'node', write: false })
  const [{ text }] = made.outputFiles
  return import(`data:text/javascript;base64,${Buffer.from(text).toString('base64')}`)
}

function whyNot() {
  if (process.getuid?.() !== 0) return 'only root can boot a host'
  const release = existsSync('/etc/os-release') ? readFileSync('/etc/os-release', 'utf8') : ''
  return /^ID="?debian"?$/m.test(release) ? undefined : 'this is no Debian, whose programs boot the hosts'
}

function installMissing() {
  const packages = {
    ...{ mmdebstrap: 'mmdebstrap', ip: 'iproute2', sysctl: 'procps', ping: 'iputils-ping', nft: 'nftables' },
    ...{
      flock: 'util-linux',
      nsenter: 'util-linux',
      setpriv: 'util-linux',
      unshare: 'util-linux',
      tar: 'tar',
    },
  }
  const isThere = (command) => spawnSync('sh', ['-c', `command -v ${command}`]).status === 0
  const missing = Object.entries(packages).flatMap(([command, name]) => (isThere(command) ? [] : [name]))
  if (missing.length === 0) return
  const names = [...new Set(missing)]
  console.log(`boot: installing ${names.join(', ')} by apt-get, once`)
  const begun = Date.now()
  const script = `apt-get update -qq && apt-get install -y -qq --no-install-recommends ${names.join(' ')}`
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  const { status, stderr } = spawnSync('sh', ['-c', script], { env, encoding: 'utf8' })
  const seconds = Math.round((Date.now() - begun) / 1000)
  // What cannot run without them says so itself.
  console.log(`boot: ${status === 0 ? 'installed' : `apt-get failed: ${stderr.trim()},`} after ${seconds} s`)
}

/** Where a fixture is named, tests of other descriptions have nothing to do. */
function files() {
  const textOf = (name) => readFileSync(join(testFolder, `${name}${suffix}`), 'utf8')
  const ofFixtures = () => allFiles.filter((name) => textOf(name).includes('wantedCells'))
  const names = chosenFiles.length === 0 && chosen.fixture.length > 0 ? ofFixtures() : chosenFiles
  return names.map((name) => join(testFolder, `${name}${suffix}`))
}
