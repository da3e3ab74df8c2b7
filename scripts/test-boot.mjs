// Boot tests (`npm run test:boot`): boots the real stacks, and compares their kernel state with the plan.
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { buildSync } from 'esbuild'

const usage = `npm run test:boot -- [--fixture NAME]… [--stack ID]… [--debian N]… [--file NAME]…
                         [--kernel NAME] [--unproven] [--sample] [--at-most N] [--record] [-- ARGUMENTS]

Boots each fixture on each stack of each Debian in a network namespace, and compares the kernel state with the plan.

  --fixture NAME  only this fixture; --stack and --debian work alike. Each may be repeated, or take a list with commas.
  --file NAME     only the tests of test/boot/NAME.test.ts
  --kernel NAME   host: this machine's; 6.12, 6.1, 5.10: those of Debian 13, 12 and 11, as user-mode Linux; own: each
                  Debian on its own. By default the host's, and 6.12 for a cell that the host's cannot boot.
                  Other kernels boot only the matrix.
  --unproven      only cells and tests without an entry in docs/booted.json for the current files and test code
  --sample        only a fixed sample, one cell in 48; with --unproven both sets, as in CI
  --at-most N     fails at once if more than N cells must boot, since the record is too old
  --record        saves results in docs/booted.json as they come; \`npm run docs\` then renews the tables of the documents
  --help          this text
  -- ARGUMENTS    for vitest, as in \`-- -t tailscale\`

It needs root on Debian. If mmdebstrap or another program is missing, apt-get installs it. The root file systems are
built once, in $MULTIHOME_BOOT_CACHE or ~/.cache/multihome. If this machine cannot boot hosts, it prints the reason and
exits with 0; with MULTIHOME_REQUIRE_BOOT=1 it fails.`

const root = fileURLToPath(new URL('..', import.meta.url))
const end = process.argv.indexOf('--', 2)
const ownArguments = process.argv.slice(2, end < 0 ? undefined : end)
const forVitest = end < 0 ? [] : process.argv.slice(end + 1)

const values = parseOptions()
if (values.help) {
  console.log(usage)
  process.exit(0)
}
const { stackIds, debians, ownKernels } = await namesOfLab()
if (values.kernel !== undefined) {
  const kernels = ['host', 'own', ...Object.values(ownKernels)]
  if (!kernels.includes(values.kernel)) misuse(`--kernel ${values.kernel}: one of ${kernels.join(', ')}`)
  process.env.MULTIHOME_BOOT_KERNEL = values.kernel
}
const selected = {
  fixture: selectedNames('fixture', fixtures()),
  stack: selectedNames('stack', stackIds),
  debian: selectedNames('debian', debians.map(String)),
}
const suffix = '.test.ts'
const testFolder = join(root, 'test/boot')
const allFiles = readdirSync(testFolder).flatMap((name) =>
  name.endsWith(suffix) ? [name.slice(0, -suffix.length)] : [],
)
const selectedFiles = selectedNames('file', allFiles)
const obstacle = reasonToSkip()
if (obstacle !== undefined) {
  console.log(`boot: skipped: ${obstacle}`)
  process.exit(process.env.MULTIHOME_REQUIRE_BOOT === '1' ? 1 : 0)
}
installMissing()
for (const [name, list] of Object.entries(selected))
  if (list.length > 0) process.env[`MULTIHOME_BOOT_${name.toUpperCase()}`] = list.join(',')
if (values.sample) process.env.MULTIHOME_BOOT_SAMPLE = '1'
if (values['at-most'] !== undefined) process.env.MULTIHOME_BOOT_AT_MOST = values['at-most']
if (values.record) process.env.MULTIHOME_BOOT_RECORD = '1'
if (values.unproven) process.env.MULTIHOME_BOOT_UNPROVEN = '1'
// This process becomes vitest, so that a signal to it is a signal to vitest.
process.chdir(root)
process.argv.splice(2, Infinity, 'run', '--project', 'boot', ...testFiles(), ...forVitest)
await import(new URL('../node_modules/vitest/vitest.mjs', import.meta.url).href)

function parseOptions() {
  const list = { type: 'string', multiple: true, default: [] }
  const flag = { type: 'boolean', default: false }
  const options = {
    ...{ fixture: list, stack: list, debian: list, file: list },
    ...{ unproven: flag, sample: flag, record: flag, help: flag, 'at-most': { type: 'string' } },
    kernel: { type: 'string' },
  }
  try {
    return parseArgs({ args: ownArguments, options }).values
  } catch (error) {
    return misuse(`${error.message}\n\n${usage}`)
  }
}

function misuse(message) {
  console.error(message)
  process.exit(2)
}

function selectedNames(name, known) {
  const names = values[name].flatMap((list) => list.split(',')).filter((part) => part !== '')
  const unknown = names.find((part) => !known.includes(part))
  return unknown === undefined ? names : misuse(`--${name} ${unknown}: one of ${known.join(', ')}`)
}

function fixtures() {
  const folder = join(root, 'fixtures')
  return readdirSync(folder)
    .filter((name) => existsSync(join(folder, name, 'description.yaml')))
    .sort()
}

/** Names of stacks and Debian versions, from the lab. */
function namesOfLab() {
  const contents = `export { stackIds } from './stacks.js'; export { debians } from './rootfs/rootfs.js'
export { ownKernels } from '../kernel/kernels.js'`
  const stdin = { contents, resolveDir: join(root, 'test/boot/lab') }
  const made = buildSync({ stdin, bundle: true, format: 'esm', platform: 'node', write: false })
  const [{ text }] = made.outputFiles
  return import(`data:text/javascript;base64,${Buffer.from(text).toString('base64')}`)
}

function reasonToSkip() {
  if (process.getuid?.() !== 0) return 'only root can boot a host'
  const release = existsSync('/etc/os-release') ? readFileSync('/etc/os-release', 'utf8') : ''
  return /^ID="?debian"?$/m.test(release) ? undefined : 'only Debian has the programs that boot the hosts'
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
    // For the kernels of user-mode Linux.
    ...{ modprobe: 'kmod', mke2fs: 'e2fsprogs' },
  }
  const isInstalled = (command) => spawnSync('sh', ['-c', `command -v ${command}`]).status === 0
  const missing = Object.entries(packages).flatMap(([command, name]) => (isInstalled(command) ? [] : [name]))
  if (missing.length === 0) return
  const names = [...new Set(missing)]
  console.log(`boot: installing ${names.join(', ')} by apt-get, once`)
  const begun = Date.now()
  const script = `apt-get update -qq && apt-get install -y -qq --no-install-recommends ${names.join(' ')}`
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  const { status, stderr } = spawnSync('sh', ['-c', script], { env, encoding: 'utf8' })
  const seconds = Math.round((Date.now() - begun) / 1000)
  // Tests that need a missing program report it themselves.
  console.log(`boot: ${status === 0 ? 'installed' : `apt-get failed: ${stderr.trim()},`} after ${seconds} s`)
}

/** With --fixture, only the test files that boot fixtures. */
function testFiles() {
  const textOf = (name) => readFileSync(join(testFolder, `${name}${suffix}`), 'utf8')
  const ofFixtures = () => allFiles.filter((name) => /selectedCells|cellsByKernel/.test(textOf(name)))
  if (values.kernel !== undefined && values.kernel !== 'host' && selectedFiles.length === 0)
    return [join(testFolder, `kernels${suffix}`)]
  const names = selectedFiles.length === 0 && selected.fixture.length > 0 ? ofFixtures() : selectedFiles
  return names.map((name) => join(testFolder, `${name}${suffix}`))
}
