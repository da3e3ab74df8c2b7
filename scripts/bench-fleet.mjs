// Benchmark of many hosts (`npm run bench:fleet`, `-- --hosts 100,10000,100000`): hosts a second to an archive and to trees,
// with peak memory; netplan's generator and cloud-init's renderer for the same hosts in the same run. All use all
// processors.
import { spawn, spawnSync } from 'node:child_process'
import { closeSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { availableParallelism, cpus, tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { compile } from '../dist/index.js'

const { values } = parseArgs({
  options: {
    hosts: { type: 'string', default: '100,10000' },
    /** Of the peers, whose time for each host does not depend on the number. */
    peers: { type: 'string', default: '500' },
  },
})
const root = fileURLToPath(new URL('..', import.meta.url))
const main = join(root, 'dist/cli/main.cjs')
const folder = mkdtempSync(join(tmpdir(), 'multihome-bench-fleet-'))
const processors = availableParallelism()

console.log(
  `Node ${process.version}, ${processors} × ${cpus()[0]?.model.trim() ?? 'unknown processor'}; one run each\n`,
)
/** A host with two providers, a LAN, and guests that use the second provider. */
function hostOf(index) {
  const [high, low] = [(index >> 8) & 255, index & 255]
  return {
    wan0: `203.0.113.${(index % 250) + 2}`,
    wan1: `198.51.100.${(index % 250) + 2}`,
    lan: `10.${high}.${low}.1`,
    guests: `10.${high}.${low}.128/25`,
  }
}

const descriptionOf = (index, targets) => {
  const { wan0, wan1, lan, guests } = hostOf(index)
  return `version: 1
links:
  wan0: { addresses: [${wan0}/24] }
  wan1: { addresses: [${wan1}/24] }
  lan0: { addresses: [${lan}/24] }
gateways:
  fiber: { link: wan0, via: 203.0.113.1 }
  cable: { link: wan1, via: 198.51.100.1 }
default: { failover: [fiber, cable] }
rules:
  - { name: guests, from: ${guests}, gateway: cable }
${targets === undefined ? '' : `targets: [${targets}]\n`}`
}

const nameOf = (index) => `gw${String(index).padStart(6, '0')}`

function writeDescriptions(name, count, targets) {
  const hosts = join(folder, name)
  mkdirSync(hosts)
  for (let index = 0; index < count; index++)
    writeFileSync(join(hosts, `${nameOf(index)}.yaml`), descriptionOf(index, targets))
  return hosts
}

async function measureFleet(count) {
  console.log(`${count} hosts\n    hosts/s  seconds  peak MB`)
  const one = writeDescriptions('one', count, 'networkd')
  const all = writeDescriptions('all', count)
  const out = join(folder, 'out')
  const tree = ['render', one, '--out', join(out, '{host}'), '--quiet']
  const tar = (hosts, ...more) => ['render', hosts, '--as', 'tar', '--keep-going', ...more]
  report(count, 'to tar, one target each', await run(tar(one)), 3000)
  report(count, 'to tar, all seven targets', await run(tar(all)), 1000)
  if (count <= 10_000)
    report(count, 'to tar in a file, one target each', await run(tar(one, '--out', join(folder, 'all.tar'))))
  rmSync(join(folder, 'all.tar'), { force: true })
  report(count, 'to new trees, one target each, --keep-going', await run([...tree, '--keep-going']))
  rmSync(out, { recursive: true })
  const cold = await run(tree)
  report(count, 'to new trees, one target each, all or none', cold)
  report(count, 'to trees, nothing changed', await run(tree), 2000)
  const loop = await run([], ['-e', LOOP, out, join(folder, 'copy')])
  report(count, 'a loop that only writes the same bytes', loop)
  console.log(`new trees take ${(cold.seconds / loop.seconds).toFixed(2)} × the loop (at most 2)\n`)
  for (const each of [one, all, out, join(folder, 'copy')]) rmSync(each, { recursive: true, force: true })
}

/** Reads all files below a folder first, and prints the seconds that writing them takes. */
const LOOP = `
const { mkdirSync, readdirSync, readFileSync, writeFileSync } = require('node:fs')
const { dirname, join } = require('node:path')
const [, from, to] = process.argv
let seconds = 0
for (const host of readdirSync(from)) {
  const files = readdirSync(join(from, host), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => [join(to, path.slice(from.length)), readFileSync(path)])
  const start = performance.now()
  for (const [path, bytes] of files) {
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, bytes)
  }
  seconds += (performance.now() - start) / 1000
}
console.log(seconds)
`

/** Output of the command goes nowhere. */
function run(words, node = [main, ...words]) {
  return new Promise((resolve, reject) => {
    const nothing = openSync('/dev/null', 'w')
    const start = performance.now()
    const child = spawn(process.execPath, node, {
      stdio: ['ignore', words.length > 0 ? nothing : 'pipe', 'pipe'],
    })
    closeSync(nothing)
    let peak = 0
    const watch = setInterval(() => (peak = Math.max(peak, peakOf(child.pid))), 50)
    let printed = ''
    let errors = ''
    child.stdout?.on('data', (text) => (printed += text))
    child.stderr.on('data', (text) => (errors += text))
    child.on('close', (code) => {
      clearInterval(watch)
      if (code !== 0)
        return reject(new Error(`${node.join(' ')} exits with ${code}: ${errors.slice(0, 500)}`))
      const took = (performance.now() - start) / 1000
      resolve({ seconds: words.length > 0 ? took : Number(printed), peak })
    })
  })
}

/** Peak of the resident memory in megabytes: proc(5), VmHWM. */
function peakOf(pid) {
  try {
    return Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1] ?? 0) / 1024
  } catch {
    // It has ended.
    return 0
  }
}

function report(count, name, { seconds, peak }, goal) {
  const speed = count / seconds
  const verdict =
    goal === undefined ? '' : `  (at least ${goal}: ${speed >= goal ? 'reached' : 'NOT reached'})`
  const cells = [speed.toFixed(0).padStart(11), seconds.toFixed(2).padStart(8), peak.toFixed(0).padStart(8)]
  console.log(`${cells.join(' ')}  ${name}${verdict}`)
}

/** The same hosts, one stack, with the fewest processes that each peer needs. */
async function measurePeers(count) {
  console.log(`Peers, ${count} hosts`)
  netplan(count)
  cloudInit(count)
}

/** Its generator without the Python command around it; one process for each host, on all processors. */
function netplan(count) {
  const generator = '/usr/libexec/netplan/generate'
  if (spawnSync('test', ['-x', generator]).status !== 0)
    return console.log('skipped: netplan is not installed')
  const roots = Array.from({ length: count }, (_, index) => {
    const { outputs } = compile(descriptionOf(index, 'netplan'))
    const at = join(folder, 'netplan', nameOf(index))
    for (const file of outputs.get('netplan').files)
      if (file.path.startsWith('/etc/netplan/')) {
        mkdirSync(dirname(at + file.path), { recursive: true })
        writeFileSync(at + file.path, file.content, { mode: file.mode })
      }
    return at
  })
  const start = performance.now()
  const { status, stderr } = spawnSync(
    'xargs',
    ['-P', String(processors), '-n', '1', generator, '--root-dir'],
    {
      input: roots.join('\n'),
      encoding: 'utf8',
    },
  )
  if (status !== 0) throw new Error(`netplan: ${stderr.slice(0, 500)}`)
  report(count, "netplan's generator", { seconds: (performance.now() - start) / 1000, peak: 0 })
}

/** Version 2 of its network configuration, which has no rules: links, addresses and default routes. */
const CONFIG = (index) => {
  const { wan0, wan1, lan } = hostOf(index)
  const route = (via, metric) => ({ to: '0.0.0.0/0', via, metric })
  return {
    version: 2,
    ethernets: {
      wan0: { addresses: [`${wan0}/24`], routes: [route('203.0.113.1', 100)] },
      wan1: { addresses: [`${wan1}/24`], routes: [route('198.51.100.1', 200)] },
      lan0: { addresses: [`${lan}/24`] },
    },
  }
}

/** Its own functions in one process for each processor, since its command takes 200 ms to start. */
const CLOUD_INIT = `
import json, logging, multiprocessing, os, sys, time
logging.disable(logging.CRITICAL)
from cloudinit.net import network_state, networkd
def host(item):
    path, text = item
    state = network_state.parse_net_config_data(json.loads(text))
    networkd.Renderer().render_network_state(state, target=path)
items = [tuple(item) for item in json.load(sys.stdin)]
for path, _ in items:
    os.makedirs(os.path.join(path, 'etc/systemd/network'))
with multiprocessing.Pool(${processors}) as pool:
    start = time.monotonic()
    pool.map(host, items, 16)
    print(time.monotonic() - start)
`

function cloudInit(count) {
  const items = Array.from({ length: count }, (_, index) => [
    join(folder, 'cloud-init', nameOf(index)),
    JSON.stringify(CONFIG(index)),
  ])
  const { status, stdout, stderr } = spawnSync('/usr/bin/python3', ['-c', CLOUD_INIT], {
    input: JSON.stringify(items),
    encoding: 'utf8',
  })
  if (status !== 0)
    return console.log(`skipped: cloud-init cannot run here: ${stderr.trim().split('\n').at(-1)}`)
  report(count, "cloud-init's renderer for networkd", { seconds: Number(stdout), peak: 0 })
}

try {
  for (const count of values.hosts.split(',').map(Number)) await measureFleet(count)
  await measurePeers(Number(values.peers))
} finally {
  rmSync(folder, { recursive: true, force: true })
}
