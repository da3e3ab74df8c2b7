// `multihome verify`: the recorded state of a host that holds GOOD, as this host, as a file, on standard input.
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { GOOD, runIn, WRONG, type Outcome } from './fake-io.js'

const recorded = (name: string): string =>
  readFileSync(join(import.meta.dirname, '../verify/gathered', name), 'utf8')
const state = recorded('debian-12.txt')
const altered = state
  .replace('"priority":18001', '"priority":999')
  .replace('eth0/rp_filter:2', 'eth0/rp_filter:1')
const files = { 'host.yaml': GOOD, 'wrong.yaml': WRONG, 'state.txt': state, 'altered.txt': altered }

test('a host in sync: exit 0, wherever the state comes from', async () => {
  const inSync = ' is in sync with the plan (2 rules, 5 routes, 4 sysctls, iproute2-6.1.0, libbpf 1.1.2).\n'
  const here = await runIn({ files, printed: state }, 'verify', 'host.yaml')
  expect(here).toMatchObject({
    code: 0,
    stderr: '',
    stdout: `This host${inSync}`,
  })
  const file = await runIn({ files }, 'verify', 'host.yaml', '--state', 'state.txt')
  expect(file).toMatchObject({ code: 0, stderr: '', stdout: `state.txt${inSync}` })
  const stdin = await runIn({ files, stdin: state }, 'verify', 'host.yaml', '--state', '-')
  expect(stdin).toMatchObject({ code: 0, stderr: '', stdout: `stdin${inSync}` })
})

test('differences: exit 1, grouped, each with its line and with the commands that show and fix it', async () => {
  const { code, stdout, stderr } = await runIn({ files }, 'verify', 'host.yaml', '--state', 'altered.txt')
  expect({ code, stderr }).toEqual({ code: 1, stderr: '' })
  expect(stdout).toBe(`Rules
  different  IPv4  pref 18001 from 198.51.100.10 lookup 101
    there is  pref 999 from 198.51.100.10 lookup 101
    line 7    gateway production: replies from 198.51.100.10
    see       ip -4 rule show
    fix       ip -4 rule add pref 18001 from 198.51.100.10 lookup 101 && ip -4 rule del pref 999 from 198.51.100.10 lookup 101

Sysctls
  different  net.ipv4.conf.eth0.rp_filter=2
    there is  net.ipv4.conf.eth0.rp_filter=1
    line 6    gateway admin: loose reverse-path filter, since rules choose the return path; the larger of this and conf.all counts
    see       sysctl net.ipv4.conf.eth0.rp_filter
    fix       sysctl -w 'net.ipv4.conf.eth0.rp_filter=2'

2 differences
`)
})

test('json: the same as data', async () => {
  const { code, stdout } = await runIn(
    { files },
    'verify',
    'host.yaml',
    '--state',
    'altered.txt',
    '--format',
    'json',
  )
  expect(code).toBe(1)
  const document: unknown = JSON.parse(stdout)
  expect(document).toMatchObject({ version: 1, file: 'host.yaml', state: 'altered.txt', inSync: false })
  expect(document).toHaveProperty('findings.length', 2)
  expect(document).toHaveProperty('findings.0', {
    ...{ severity: 'error', kind: 'different', what: 'rule', family: 'inet' },
    text: 'pref 18001 from 198.51.100.10 lookup 101',
    live: 'pref 999 from 198.51.100.10 lookup 101',
    show: 'ip -4 rule show',
    fix: 'ip -4 rule add pref 18001 from 198.51.100.10 lookup 101 && ip -4 rule del pref 999 from 198.51.100.10 lookup 101',
    for: 'gateway production: replies from 198.51.100.10',
    ...{ path: 'gateways.production.reply', line: 7 },
  })
})

/** What docs/verify.md says of `--format json`. */
const documented = readFileSync(join(import.meta.dirname, '../../docs/verify.md'), 'utf8').split('| field')[1]

/** Kind, family and words; what is there; whose it is; the line: of each finding. */
const headsOf = (stdout: string): readonly string[] =>
  stdout.split(/\n(?=  \S)/).flatMap((finding) => {
    const [head = '', ...rows] = finding.split('\n')
    const details = rows.filter((row) => /^ {4}(there is|by|of|line \d+) /.test(row))
    return head.startsWith('  ')
      ? [[head, ...details].map((row) => row.trim().replace(/ +/g, ' ')).join(' | ')]
      : []
  })

describe.each(['11', '12', '13'])('a host with many changes, collected on Debian %s', (debian) => {
  const changed = { 'host.yaml': GOOD, 'state.txt': recorded(`changed-debian-${debian}.txt`) }

  test('has a finding for each change, and no other', async () => {
    const { code, stdout, stderr } = await runIn(
      { files: changed },
      'verify',
      'host.yaml',
      '--state',
      'state.txt',
    )
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' })
    expect(headsOf(stdout)).toEqual([
      'foreign IPv4 192.0.2.99/24 dev eth0 | line 3 link eth0',
      'missing IPv4 pref 18001 from 198.51.100.10 lookup 101 | line 7 gateway production: replies from 198.51.100.10',
      'shadowed IPv4 pref 18000 from 192.0.2.10 lookup 1 | by pref 100 from 192.0.2.0/24 lookup main | line 6 gateway admin: replies from 192.0.2.10',
      'shadowed IPv4 pref 18000 from 192.0.2.10 lookup 1 | by pref 5210 fwmark 0x80000/0xff0000 lookup main | of tailscale (by its mark and its priority) | line 6 gateway admin: replies from 192.0.2.10',
      'foreign IPv4 pref 5270 lookup 52 | of tailscale (by its table and its priority)',
      'foreign IPv4 pref 30000 tos 0x10 fwmark 0x1/0x1 uidrange 5-9 ipproto 6 dport 25 prohibit',
      'different IPv4 default via 192.0.2.1 dev eth0 table 1 | there is default via 192.0.2.9 dev eth0 table 1 | line 6 gateway admin: default route of its table',
      'foreign IPv4 blackhole 198.18.0.0/15 table 101',
      'foreign IPv4 default via 198.51.100.9 dev eth1 metric 50',
      'different net.ipv4.conf.eth1.rp_filter=2 | there is net.ipv4.conf.eth1.rp_filter=1 | line 7 gateway production: loose reverse-path filter, since rules choose the return path; the larger of this and conf.all counts',
    ])
    expect(stdout).toMatch(/\n10 differences\n$/)
  })

  test('json: every fix is there, and every line', async () => {
    const world = { files: changed, stdin: changed['state.txt'] }
    const { code, stdout } = await runIn(world, 'verify', 'host.yaml', '--state', '-', '--format', 'json')
    expect(code).toBe(1)
    const document = JSON.parse(stdout) as { findings: Readonly<Record<string, unknown>>[] }
    const { findings } = document
    for (const key of [document, ...findings].flatMap((one) => Object.keys(one)))
      expect(documented).toMatch(new RegExp(`\\| .*\`(findings\\[\\])?\\.?${key}(\\[\\]\\.|\`)`))
    expect(findings.map(({ fix }) => fix)).toEqual([
      'ip -4 address del 192.0.2.99/24 dev eth0',
      'ip -4 rule add pref 18001 from 198.51.100.10 lookup 101',
      'ip -4 rule del pref 100 from 192.0.2.0/24 lookup main',
      'ip -4 rule del pref 5210 fwmark 0x80000/0xff0000 lookup main',
      'ip -4 rule del pref 5270 lookup 52',
      'ip -4 rule del pref 30000 tos 0x10 fwmark 0x1/0x1 uidrange 5-9 ipproto 6 dport 25 prohibit',
      'ip -4 route replace default via 192.0.2.1 dev eth0 table 1',
      'ip -4 route del blackhole 198.18.0.0/15 table 101',
      'ip -4 route del default via 198.51.100.9 dev eth1 metric 50',
      "sysctl -w 'net.ipv4.conf.eth1.rp_filter=2'",
    ])
    const none = undefined
    expect(findings.map(({ line }) => line)).toEqual([3, 7, 6, 6, none, none, 6, none, none, 7])
  })
})

describe('an unexpected host', () => {
  const verifyOf = (description: string, text: string): Promise<Outcome> =>
    runIn({ files: { 'host.yaml': description }, stdin: text }, 'verify', 'host.yaml', '--state', '-')

  test('no link of the plan exists: another host or network namespace', async () => {
    const { code, stdout } = await verifyOf(GOOD, recorded('bare-namespace.txt'))
    expect(code).toBe(1)
    expect(headsOf(stdout).slice(0, 2)).toEqual([
      'missing eth0 | line 3 link eth0',
      'missing eth1 | line 4 link eth1',
    ])
    expect(stdout).toContain('it is not there; with it 1 address, 2 routes, 2 sysctls are missing')
    expect(stdout.trimEnd().split('\n').at(-1)).toMatch(
      /^\d+ differences: none of the planned links exists; is this another host or network namespace\?$/,
    )
  })

  test('one link is missing with its addresses and routes', async () => {
    const gone = state
      .replace(/,\{"ifindex":5,.*(?=\]\n== multihome sysctls)/, '')
      .replaceAll(/\{[^{}]*"dev":"eth1"[^{}]*\},?/g, '')
      .replaceAll(',]', ']')
      .replaceAll(/.*\/eth1\/.*\n/g, '')
    const { code, stdout } = await verifyOf(GOOD, gone)
    expect({ code, heads: headsOf(stdout) }).toEqual({ code: 1, heads: ['missing eth1 | line 4 link eth1'] })
    expect(stdout.trimEnd().split('\n').at(-1)).toBe('1 difference')
  })

  test('its kernel has no IPv6', async () => {
    const without = state
      .replace(/(?<=rules inet6\n).*/, '')
      .replace(/(?<=routes inet6\n).*/, '')
      .replaceAll(/\/proc\/sys\/net\/ipv6\/.*\n/g, '')
    expect(await verifyOf(GOOD, without)).toMatchObject({ code: 0, stderr: '' })
  })

  test('the state was collected without root', async () => {
    const hardened = `${GOOD}sysctls: { net.core.bpf_jit_harden: 2 }\n`
    const gathered = state.replace('== multihome end', '/proc/sys/net/core/bpf_jit_harden\n== multihome end')
    const { code, stdout } = await verifyOf(hardened, gathered)
    expect(code).toBe(0)
    expect(stdout).toContain('note: unchecked  net.core.bpf_jit_harden=2')
    expect(stdout).toContain('only root may read it')
  })

  test('control characters in names are not printed', async () => {
    const { code, stdout, stderr } = await verifyOf(
      GOOD,
      recorded('changed-debian-13.txt')
        .replace('iproute2-', '\u009b2Jiproute2-')
        .replace(
          '"gateway":"198.51.100.9","dev":"eth1"',
          '"gateway":"198.51.100.9","dev":"x\u001b[31m\u009b2J\u202e"',
        ),
    )
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' })
    expect(stdout).toContain(
      "fix       ip -4 route del default via 198.51.100.9 dev 'x\ufffd[31m\ufffd2J\ufffd' metric 50",
    )
    expect(stdout).not.toMatch(UNPRINTABLE)
    const spoilt = await verifyOf(GOOD, state.replace('"priority":18001', '"priority":"\u009b2J\u202e"'))
    expect(spoilt).toMatchObject({ code: 2, stdout: '' })
    expect(spoilt.stderr).toMatch(/^multihome verify: stdin: rules inet: not understood: .*\ufffd2J\ufffd/)
    expect(spoilt.stderr).not.toMatch(UNPRINTABLE)
  })
})

/** Except line ends. */
const UNPRINTABLE = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]/

describe('no answer', () => {
  test.for([
    [
      'a host with Busybox’s ip',
      ['--state', '-'],
      recorded('busybox.txt'),
      /stdin: the host’s `ip` is not iproute2’s, which is needed for JSON \(Busybox’s has none\)\n$/,
    ],
    [
      'two states at once',
      ['--state', '-'],
      state + recorded('debian-13.txt'),
      /stdin: it has these sections twice: program, .*; collect one host at a time\n$/,
    ],
    [
      'a state that is cut off',
      ['--state', '-'],
      state.slice(0, 3000),
      /^multihome verify: stdin: it lacks the sections: /,
    ],
    [
      'nothing at all',
      ['--state', '-'],
      '',
      /stdin: it is not the output of the line that --print-gather prints\n$/,
    ],
    ['a file that is not there', ['--state', 'missing.txt'], '', /missing\.txt.*there is no such file/s],
    ['both from standard input', ['--state', '-'], undefined, /^multihome verify: standard input can be/],
    [
      'a line to print and a state',
      ['--print-gather', '--state', '-'],
      '',
      /^multihome verify: --print-gather and --state exclude/,
    ],
  ] as const)('%s: exit 2', async ([, words, stdin, said]) => {
    const file = stdin === undefined ? '-' : 'host.yaml'
    const { code, stdout, stderr } = await runIn({ files, stdin: stdin ?? GOOD }, 'verify', file, ...words)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toMatch(said)
  })

  test('an error in the description: exit 1', async () => {
    const { code, stdout, stderr } = await runIn({ files, printed: state }, 'verify', 'wrong.yaml')
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toContain('error[key-unknown]')
  })

  test('a host without a shell', async () => {
    const { code, stderr } = await runIn({ files }, 'verify', 'host.yaml')
    expect(code).toBe(2)
    expect(stderr).toContain('this host')
  })
})

test('--print-gather prints one line that sh runs', async () => {
  const { code, stdout } = await runIn({ files }, 'verify', 'host.yaml', '--print-gather')
  expect(code).toBe(0)
  expect(stdout.split('\n')).toHaveLength(2)
  const gathered = execFileSync('sh', ['-c', stdout], { encoding: 'utf8' })
  // Whatever else it is, it is no host of GOOD.
  const here = await runIn({ files, stdin: gathered }, 'verify', 'host.yaml', '--state', '-')
  expect(here).toMatchObject({ code: 1, stderr: '' })
  expect(here.stdout).toContain('pref 18001 from 198.51.100.10 lookup 101')
})

describe('several hosts', () => {
  const world = {
    files: {
      'multihome.yaml': 'version: 1\n',
      'hosts/a.yaml': GOOD,
      'hosts/b.example.net.yaml': GOOD,
      'states/a.txt': state,
      'states/b.example.net.txt': altered,
    },
    printed: state,
  }
  const states = ['--state', 'states/{host}.txt']

  test('are compared with a state each; those that differ are printed', async () => {
    const { code, stdout, stderr } = await runIn(world, 'verify', ...states)
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' })
    expect(stdout).toMatch(/^== hosts\/b\.example\.net\.yaml\nRules\n  different .*\n/)
    expect(stdout).toMatch(/\n2 differences\n\n2 hosts: 1 in sync, 1 differs\n$/)
    expect(stdout).not.toContain('hosts/a.yaml')
  })

  test('json has a line for each', async () => {
    const { code, stdout } = await runIn(world, 'verify', ...states, '--format', 'json')
    expect(code).toBe(1)
    const documents = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { inSync: boolean })
    expect(documents).toMatchObject([
      { file: 'hosts/a.yaml', state: 'states/a.txt', inSync: true },
      { file: 'hosts/b.example.net.yaml', inSync: false },
    ])
  })

  test('a missing state is no answer: exit 2, and the others are compared', async () => {
    const files = { ...world.files, 'states/b.example.net.txt': '' }
    const { code, stdout, stderr } = await runIn({ files }, 'verify', 'hosts/', ...states)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '2 hosts: 1 in sync, 1 without an answer\n' })
    expect(stderr).toContain('states/b.example.net.txt')
  })

  test('an error of a description is a difference', async () => {
    const files = { ...world.files, 'hosts/c.yaml': WRONG }
    const { code, stdout, stderr } = await runIn({ files }, 'verify', ...states)
    expect(code).toBe(1)
    expect(stdout).toContain('3 hosts: 1 in sync, 2 differ\n')
    expect(stderr).toContain('--> hosts/c.yaml:')
  })

  test.each([['a'], ['a.example.net'], ['b'], ['b.example.net']])(
    'without states this host is the one of its name: %s',
    async (hostName) => {
      const { code, stdout } = await runIn({ ...world, hostName }, 'verify')
      expect({ code, stdout }).toMatchObject({
        code: 0,
        stdout: expect.stringMatching(/^This host is in sync/),
      })
    },
  )

  test.each([
    [['verify'], 'no description of 2 has the name of this host, c\n  fix: name one: multihome verify FILE'],
    [['verify', '--print-gather'], 'no description of 2 has the name of this host'],
    [['verify', '--state', 'states/a.txt'], '2 descriptions cannot have one state\n  fix: put {host} in it'],
    [['verify', 'hosts/', 'old/a.yaml', ...states], 'old/a.yaml are both host a'],
  ])('wrong usage: %j', async (words, text) => {
    const { code, stdout, stderr } = await runIn({ ...world, hostName: 'c' }, ...words)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain(text)
  })

  test('no description and no multihome.yaml is wrong usage, and a wrong multihome.yaml is reported', async () => {
    expect((await runIn({ files }, 'verify')).stderr).toContain('there is no multihome.yaml in this folder')
    const wrong = { 'multihome.yaml': 'version: 2\n' }
    expect(await runIn({ files: wrong }, 'verify')).toMatchObject({ code: 1, stdout: '' })
  })
})
