// `multihome verify`: the recorded state of a host that holds GOOD, as this host, as a file, on standard input.
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { GOOD, runIn, WRONG } from './fake-io.js'

const state = readFileSync(join(import.meta.dirname, '../verify/gathered/debian-12.txt'), 'utf8')
const altered = state
  .replace('"priority":18001', '"priority":999')
  .replace('eth0/rp_filter:2', 'eth0/rp_filter:1')
const files = { 'host.yaml': GOOD, 'wrong.yaml': WRONG, 'state.txt': state, 'altered.txt': altered }

test('held: exit 0, whichever way the state comes', async () => {
  const held = 'the plan is held (2 rules, 5 routes, 4 sysctls, iproute2-6.1.0, libbpf 1.1.2).\n'
  const here = await runIn({ files, printed: state }, 'verify', 'host.yaml')
  expect(here).toMatchObject({
    code: 0,
    stderr: '',
    stdout: held.replace('the plan is held', 'This host holds the plan'),
  })
  const file = await runIn({ files }, 'verify', 'host.yaml', '--state', 'state.txt')
  expect(file).toMatchObject({ code: 0, stderr: '', stdout: `state.txt: ${held}` })
  const stdin = await runIn({ files, stdin: state }, 'verify', 'host.yaml', '--state', '-')
  expect(stdin).toMatchObject({ code: 0, stderr: '', stdout: `stdin: ${held}` })
})

test('not held: exit 1, by thing, each with its line and with what shows and mends it', async () => {
  const { code, stdout, stderr } = await runIn({ files }, 'verify', 'host.yaml', '--state', 'altered.txt')
  expect({ code, stderr }).toEqual({ code: 1, stderr: '' })
  expect(stdout).toBe(`Rules
  different  IPv4  pref 18001 from 198.51.100.10 lookup 101
    there is  pref 999 from 198.51.100.10 lookup 101
    line 7    gateway production: replies from 198.51.100.10
    see       ip -4 rule show
    mend      ip -4 rule add pref 18001 from 198.51.100.10 lookup 101 && ip -4 rule del pref 999 from 198.51.100.10 lookup 101

Sysctls
  different  net.ipv4.conf.eth0.rp_filter=2
    there is  net.ipv4.conf.eth0.rp_filter=1
    line 6    gateway admin: loose reverse-path filter, since the way back is chosen by rules; the larger of this and conf.all counts
    see       sysctl net.ipv4.conf.eth0.rp_filter
    mend      sysctl -w 'net.ipv4.conf.eth0.rp_filter=2'

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
  expect(document).toMatchObject({ version: 1, file: 'host.yaml', state: 'altered.txt', held: false })
  expect(document).toHaveProperty('findings.length', 2)
  expect(document).toHaveProperty('findings.0', {
    ...{ severity: 'error', kind: 'different', what: 'rule', family: 'inet' },
    words: 'pref 18001 from 198.51.100.10 lookup 101',
    live: 'pref 999 from 198.51.100.10 lookup 101',
    show: 'ip -4 rule show',
    mend: 'ip -4 rule add pref 18001 from 198.51.100.10 lookup 101 && ip -4 rule del pref 999 from 198.51.100.10 lookup 101',
    for: 'gateway production: replies from 198.51.100.10',
    ...{ path: 'gateways.production.reply', line: 7 },
  })
})

describe('what does not come to an answer', () => {
  test.for([
    [
      'a state that is cut off',
      ['--state', '-'],
      state.slice(0, 3000),
      /^multihome verify: stdin: it has no answer to: /,
    ],
    [
      'nothing at all',
      ['--state', '-'],
      '',
      /stdin: nothing in it was gathered by the line that --print-gather prints\n$/,
    ],
    ['a file that is not there', ['--state', 'missing.txt'], '', /missing\.txt.*there is no such file/s],
    ['both from standard input', ['--state', '-'], undefined, /^multihome verify: standard input can be/],
    [
      'a line to print and a state',
      ['--print-gather', '--state', '-'],
      '',
      /^multihome verify: --print-gather asks no host/,
    ],
  ] as const)('%s: exit 2', async ([, words, stdin, said]) => {
    const file = stdin === undefined ? '-' : 'host.yaml'
    const { code, stdout, stderr } = await runIn({ files, stdin: stdin ?? GOOD }, 'verify', file, ...words)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toMatch(said)
  })

  test('a description with an error: exit 1, as everywhere', async () => {
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

test('--print-gather: one line that this machine’s own shell runs', async () => {
  const { code, stdout } = await runIn({ files }, 'verify', 'host.yaml', '--print-gather')
  expect(code).toBe(0)
  expect(stdout.split('\n')).toHaveLength(2)
  const gathered = execFileSync('sh', ['-c', stdout], { encoding: 'utf8' })
  // Whatever else it is, it is no host of GOOD.
  const here = await runIn({ files, stdin: gathered }, 'verify', 'host.yaml', '--state', '-')
  expect(here).toMatchObject({ code: 1, stderr: '' })
  expect(here.stdout).toContain('pref 18001 from 198.51.100.10 lookup 101')
})
