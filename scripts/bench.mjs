// Benchmark (`npm run bench`): run times of the command, of an empty Node and of other programs, measured in turns
// (A B C, A B C, …), so that a machine that slows down slows all of them.
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { availableParallelism, cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { compile, createFib, diff, importTree, lint, parsePacketTokens, traceIn } from '../dist/index.js'
import { writeTree } from '../dist/node/index.js'
import { withModule } from './with-module.mjs'

const RUNS = Number(process.argv[2] ?? 21)
const root = fileURLToPath(new URL('..', import.meta.url))
const main = join(root, 'dist/cli/main.cjs')
const description = join(root, 'fixtures/two-providers/description.yaml')
/** The host of README.md. */
const ofReadme = join(root, 'fixtures/one-lan-by-second-provider/description.yaml')
const folder = mkdtempSync(join(tmpdir(), 'multihome-bench-'))

const median = (numbers) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)]
const isInstalled = (command) => spawnSync('sh', ['-c', `command -v ${command}`]).status === 0
const pad = (text, width) => String(text).padStart(width)

console.log(
  `Node ${process.version}, ${availableParallelism()} × ${cpus()[0]?.model.trim() ?? 'unknown processor'}; medians of ${RUNS} runs each, after a warm-up run\n`,
)
if (process.env.NODE_EXTRA_CA_CERTS !== undefined)
  console.log(
    'NODE_EXTRA_CA_CERTS is set: each Node reads the certificates first, so the ratios are smaller.\n',
  )
try {
  compareCommands(await commands())
  hostOfReadme()
  scale()
  traces()
  thousandsOfRules()
  thousandsOfLinks()
  imports()
  console.log(`\n${await withModule(root, 'scripts/bench/edits.ts', ({ editTables }) => editTables(root))}`)
} finally {
  rmSync(folder, { recursive: true, force: true })
}

async function commands() {
  const out = join(folder, 'out')
  const list = [
    { name: 'node -e 0', words: [process.execPath, '-e', '0'] },
    { name: 'multihome --version', words: [process.execPath, main, '--version'], maxRatio: 1.3 },
    {
      name: 'multihome render --stdout (one of seven)',
      words: [process.execPath, main, 'render', ofReadme, '--target', 'networkd', '--stdout'],
      maxRatio: 1.3,
    },
    {
      name: 'multihome render --stdout (all seven)',
      words: [process.execPath, main, 'render', ofReadme, '--stdout'],
      maxRatio: 1.5,
    },
    {
      name: 'multihome render --out (all seven, unchanged)',
      words: [process.execPath, main, 'render', description, '--out', out],
      maxRatio: 1.7,
    },
    {
      name: 'multihome render --out (all seven, new)',
      words: [process.execPath, main, 'render', description, '--out', out],
      before: () => rmSync(out, { recursive: true, force: true }),
    },
    {
      name: 'multihome trace (one packet)',
      words: [process.execPath, main, 'trace', description, ...'8.8.8.8 from 10.0.0.200 iif lan0'.split(' ')],
    },
  ]
  const { outputs } = compile(readFileSync(description, 'utf8'))
  const tree = join(folder, 'netplan')
  await writeTree(tree, outputs.get('netplan').files)
  if (isInstalled('netplan'))
    list.push({
      name: 'netplan generate --root-dir (the same host, one stack)',
      words: ['netplan', 'generate', '--root-dir', tree],
    })
  else console.log('skipped: netplan is not installed')
  if (isInstalled('cloud-init')) list.push(cloudInit())
  else console.log('skipped: cloud-init is not installed')
  return list
}

/** The same links, addresses and routes in version 2 of its network configuration, which cannot express the rest. */
function cloudInit() {
  const input = join(folder, 'network-config.yaml')
  writeFileSync(
    input,
    `version: 2
ethernets:
  wan0: { addresses: [203.0.113.10/24], routes: [{ to: 0.0.0.0/0, via: 203.0.113.1, metric: 100 }] }
  wan1: { addresses: [198.51.100.10/24], routes: [{ to: 0.0.0.0/0, via: 198.51.100.1, metric: 200 }] }
  lan0: { addresses: [10.0.0.1/24] }
`,
  )
  const out = join(folder, 'cloud-init')
  mkdirSync(out)
  return {
    name: 'cloud-init devel net-convert (the same links, one stack)',
    words: [
      'cloud-init',
      'devel',
      'net-convert',
      '-p',
      input,
      '-k',
      'yaml',
      '-d',
      out,
      '-D',
      'debian',
      '-O',
      'networkd',
    ],
  }
}

function compareCommands(list) {
  const times = list.map(() => [])
  for (let run = -1; run < RUNS; run++) {
    for (const [index, { words, before }] of list.entries()) {
      before?.()
      const [command, ...rest] = words
      const start = performance.now()
      const { status, stderr } = spawnSync(command, rest, { stdio: ['ignore', 'pipe', 'pipe'] })
      const took = performance.now() - start
      if (status !== 0 && run === -1)
        console.log(`${words.join(' ')} exits with ${status}: ${String(stderr)}`)
      if (run >= 0) times[index].push(took)
    }
  }
  const base = median(times[0])
  console.log(`${pad('ms', 8)} ${pad('min', 8)} ${pad('ratio', 7)}  command`)
  for (const [index, { name, maxRatio }] of list.entries()) {
    const middle = median(times[index])
    const ratio = middle / base
    const verdict =
      maxRatio === undefined
        ? ''
        : `  (at most ${maxRatio}: ${ratio <= maxRatio ? 'reached' : 'NOT reached'})`
    console.log(
      `${pad(middle.toFixed(1), 8)} ${pad(Math.min(...times[index]).toFixed(1), 8)} ${pad(ratio.toFixed(2), 7)}  ${name}${verdict}`,
    )
  }
}

/** A host with `count` gateways, each with a link, a mark and a rule for `networks` networks. */
function hostWith(count, networks = 1) {
  const numbers = Array.from({ length: count }, (_, index) => index)
  const octets = (index) => `10.${Math.floor(index / 250)}.${index % 250}`
  const network = (index) => `172.${16 + Math.floor(index / 250)}.${index % 250}.0/24`
  const from = (n) =>
    `[${Array.from({ length: networks }, (_, index) => network(n * networks + index)).join(', ')}]`
  return `version: 1
links:
${numbers.map((n) => `  up${n}: { addresses: [${octets(n)}.2/24] }`).join('\n')}
gateways:
${numbers.map((n) => `  g${n}: { link: up${n}, via: ${octets(n)}.1, fwmark: ${n + 1}/0xffff }`).join('\n')}
default: g0
rules:
${numbers.map((n) => `  - { from: ${from(n)}, gateway: g${n} }`).join('\n')}
allocate: { tables: 1000, priorities: 100 }
`
}

/** Minimum of many runs in a warm process: the time that the code needs when nothing else runs. */
function hostOfReadme() {
  const text = readFileSync(ofReadme, 'utf8')
  console.log("\nIn one process, README's host: text in, files out; minima, in ms.")
  for (const { name, targets, most } of [
    { name: 'before any target', targets: [] },
    { name: 'one target (networkd)', targets: ['networkd'], most: 0.4 },
    { name: 'all seven', targets: 'all', most: 1 },
  ]) {
    let least = Number.POSITIVE_INFINITY
    for (let run = 0; run < 3000; run++) {
      const start = performance.now()
      compile(text, { targets })
      least = Math.min(least, performance.now() - start)
    }
    const verdict =
      most === undefined ? '' : `  (at most ${most}: ${least <= most ? 'reached' : 'NOT reached'})`
    console.log(`${pad(least.toFixed(2), 8)}  ${name}${verdict}`)
  }
}

function scale() {
  console.log(
    `\nIn one process, all seven stacks: text in, files out.\n${pad('gateways', 10)} ${pad('ms', 9)} ${pad('ms each', 9)}`,
  )
  const each = new Map()
  for (const count of [2, 100, 1000]) {
    const text = hostWith(count)
    const runs = count === 1000 ? 5 : 25
    const times = []
    for (let run = -3; run < runs; run++) {
      const start = performance.now()
      const { outputs, diagnostics } = compile(text)
      const took = performance.now() - start
      if (run >= 0) times.push(took)
      const error = diagnostics.find(({ severity }) => severity === 'error')
      if (error !== undefined) throw new Error(`${error.message} (${outputs.size} outputs)`)
    }
    const middle = median(times)
    each.set(count, middle / count)
    console.log(`${pad(count, 10)} ${pad(middle.toFixed(1), 9)} ${pad((middle / count).toFixed(3), 9)}`)
  }
  const ratio = each.get(1000) / each.get(100)
  console.log(
    `Time for each gateway, of 1,000 compared with 100: ${ratio.toFixed(2)} × (at most 1.2: ${ratio <= 1.2 ? 'reached' : 'NOT reached'})`,
  )
}

/** 1,000 gateways in both families and 5,000 rules: packets for each kind of rule, and packets that match none. */
function traces() {
  const numbers = Array.from({ length: 1000 }, (_, index) => index)
  const octets = (n) => `10.${Math.floor(n / 250)}.${n % 250}`
  const site = (n) => `172.${16 + Math.floor(n / 250)}.${n % 250}`
  const groups = (n) => `2001:db8:${n.toString(16)}:`
  const { plan } = compile(
    `version: 1
links:
${numbers.map((n) => `  up${n}: { addresses: [${octets(n)}.2/24, '${groups(n)}:2/64'] }`).join('\n')}
  lan0: { addresses: [192.168.0.1/16] }
gateways:
${numbers.map((n) => `  g${n}: { link: up${n}, via: [${octets(n)}.1, '${groups(n)}:1'], fwmark: ${n + 1}/0xffff }`).join('\n')}
default: g0
rules:
${numbers.map((n) => `  - { from: ${site(n)}.0/24, gateway: g${n} }`).join('\n')}
allocate: { tables: 1000, priorities: 100 }
`,
    { targets: [] },
  )
  const kinds = {
    'by mark': (n) => `8.8.8.8 mark ${n + 1}`,
    'by mark, IPv6': (n) => `2001:4860::8 mark ${n + 1}`,
    'by an own source': (n) => `8.8.8.8 from ${octets(n)}.2`,
    'by its network': (n) => `8.8.8.8 from ${site(n)}.7 iif lan0`,
    'by no rule': (n) => `8.8.8.8 from 192.168.${n % 250}.7 iif lan0 ipproto tcp dport ${n + 1}`,
    'by no rule, IPv6': (n) => `2600::${n} from 2600:1::7 iif lan0`,
    'to a neighbour': (n) => `${octets(n)}.77`,
  }
  const fib = createFib(plan)
  const samples = Object.entries(kinds).map(([kind, words]) => ({
    kind,
    packets: numbers.map((n) => {
      const read = parsePacketTokens(words(n))
      if (!read.ok) throw new Error(read.problem)
      return read.value
    }),
  }))
  for (const { packets } of samples) for (const packet of packets) traceIn(fib, packet)
  console.log(
    `\nTraces through ${plan.rules.length} rules of 1,000 gateways with all steps, in ms, for 1,000 different packets each:\n${pad('median', 8)} ${pad('99 %', 8)} ${pad('worst', 8)}`,
  )
  const all = []
  for (const { kind, packets } of samples) {
    const times = packets.map((packet) => {
      const start = performance.now()
      traceIn(fib, packet)
      return performance.now() - start
    })
    all.push(...times)
    const sorted = times.toSorted((a, b) => a - b)
    const [middle, high, worst] = [0.5, 0.99, 1].map((share) => sorted[Math.ceil(share * sorted.length) - 1])
    console.log(
      `${pad(middle.toFixed(3), 8)} ${pad(high.toFixed(3), 8)} ${pad(worst.toFixed(3), 8)}  ${kind}`,
    )
  }
  const middle = median(all)
  console.log(`A trace takes ${middle.toFixed(3)} ms (at most 1: ${middle <= 1 ? 'reached' : 'NOT reached'})`)
}

/** 1,000 gateways and 5,000 rules: diff with a version in which one rule has another gateway, and lint. */
function thousandsOfRules() {
  const text = hostWith(1000, 3)
  const changed = text.replace('gateway: g500 }', 'gateway: g5 }')
  const [plan, now] = [text, changed].map((one) => compile(one, { targets: [] }).plan)
  const rules = plan.rules.length
  measureSeconds(`diff of ${rules} rules, one policy changed`, () => {
    if (diff(plan, now).reroutes.length === 0) throw new Error('no packet is rerouted')
  })
  measureSeconds(`lint of ${rules} rules`, () => lint(plan))
}

/** 20,000 links with an address in one prefix, without targets, as `check` does it. */
function thousandsOfLinks() {
  const links = Array.from(
    { length: 20_000 },
    (_, index) => `  eth${index}: { addresses: [10.50.${Math.floor(index / 250)}.${(index % 250) + 1}/16] }`,
  )
  const text = `version: 1\nlinks:\n${links.join('\n')}\n`
  measureSeconds(`check of ${links.length} links`, () => compile(text, { targets: [] }), 5)
}

/** 1,000 links with an address each; half of them with a router, a table and two rules. */
function imports() {
  const numbers = Array.from({ length: 1000 }, (_, index) => index)
  const octets = (n) => `10.${Math.floor(n / 250)}.${n % 250}`
  const uplink = (n, line) => (n % 2 === 0 ? line.join('') : '')
  const interfaces = (n) =>
    `auto eth${n}\niface eth${n} inet static\n  address ${octets(n)}.2/24\n` +
    uplink(n, [
      `  up ip route add default via ${octets(n)}.1 dev eth${n} table ${n + 1000}\n`,
      `  up ip rule add from ${octets(n)}.2 lookup ${n + 1000} pref ${n + 1000}\n`,
      `  up ip rule add to 172.16.${n % 250}.${Math.floor(n / 250)} lookup ${n + 1000} pref ${n + 9000}\n`,
    ])
  const network = (n) =>
    `[Match]\nName=eth${n}\n[Network]\nAddress=${octets(n)}.2/24\n` +
    uplink(n, [
      `[Route]\nGateway=${octets(n)}.1\nTable=${n + 1000}\n`,
      `[RoutingPolicyRule]\nFrom=${octets(n)}.2\nTable=${n + 1000}\nPriority=${n + 1000}\n`,
      `[RoutingPolicyRule]\nTo=172.16.${n % 250}.${Math.floor(n / 250)}\nTable=${n + 1000}\nPriority=${n + 9000}\n`,
    ])
  const trees = {
    interfaces: [['/etc/network/interfaces', numbers.map(interfaces).join('\n')]],
    networkd: numbers.map((n) => [`/etc/systemd/network/${n}.network`, network(n)]),
  }
  for (const [name, files] of Object.entries(trees)) {
    const tree = new Map(files)
    measureSeconds(
      `import of 1,000 links, 500 of them with a table and rules (${name})`,
      () => {
        const { comparison } = importTree(tree)
        if (comparison?.difference.reroutes.length !== 0) throw new Error('the description reroutes packets')
      },
      1,
    )
  }
}

/** Prints the median of five runs, after a warm-up run. */
function measureSeconds(name, run, most = 2) {
  run()
  const times = Array.from({ length: 5 }, () => {
    const start = performance.now()
    run()
    return performance.now() - start
  })
  const seconds = median(times) / 1000
  console.log(
    `${name}: ${seconds.toFixed(2)} s (at most ${most}: ${seconds <= most ? 'reached' : 'NOT reached'})`,
  )
}
