import { describe, expect, test } from 'vitest'
import type { Output } from '../../src/targets/target.js'
import { CANARY, caseOf } from './cases.js'
import { problemsOf } from './consumers.js'
import { fuzz } from './fuzz.js'
import { runOutput } from './sandbox.js'

const outputOf = (path: `/${string}`, content: string, command = 'true'): Output => ({
  files: [{ path, content, mode: 0o755, owner: 'root:root' }],
  first: [{ command, why: '' }],
  change: [],
  control: [],
  diagnostics: [],
})

describe('the fuzz of hostile descriptions', () => {
  test('finds nothing in the first descriptions', { timeout: 120_000 }, () => {
    const printed: string[] = []
    expect(
      fuzz({ seed: 1, seconds: 100, cases: 24 }, (text) => printed.push(text)),
      printed.join('\n'),
    ).toBe(true)
  })

  test('makes the same description for a seed', () => {
    for (const seed of [1, 2, 1001, 20_000]) expect(caseOf(seed)).toEqual(caseOf(seed))
  })

  test.each([
    ['/etc/sysctl.d/60-multihome.conf', 'net.ipv4.ip_forward = 1\nkernel.core_pattern = |/tmp/x\n'],
    ['/etc/network/interfaces', 'iface eth0 inet manual\n    up true\ncanary\n'],
    ['/etc/netplan/60-multihome.yaml', 'network: {}\ncanary: {}\n'],
    ['/etc/systemd/network/10-x.network', '[Match]\nName=*\n[Exec]\n'],
    ['/etc/iproute2/rt_tables.d/multihome.conf', '101 fiber\n102\n'],
    ['/.multihome/apply.conf', 'first true\ncanary\n'],
    ['/etc/../root/.profile', 'canary\n'],
    ['/etc/multihome/tracker.conf', 'static \u001b[31m\n'],
  ] as const)('notices a line that %s cannot have', (path, content) => {
    expect(problemsOf(outputOf(path, content))).toHaveLength(1)
  })

  const canRun = runOutput(outputOf('/usr/local/sbin/x', '#!/bin/sh\n'), []) !== undefined
  test.skipIf(!canRun).each([
    ['the payload was executed', outputOf('/usr/local/sbin/x', `#!/bin/sh\n${CANARY}\n`)],
    [
      'the payload was executed',
      outputOf('/usr/local/sbin/x', `#!/bin/sh\nPATH=/usr/sbin:/usr/bin\n${CANARY}\n`),
    ],
    ['the payload was executed', outputOf('/etc/conf.d/net', `config_eth0="$(${CANARY})"\n`)],
    ['the payload was executed', outputOf('/etc/sysctl.d/x', '\n', `true; ${CANARY}`)],
    ['the payload was executed', outputOf('/etc/network/interfaces', `    post-up true; ${CANARY}\n`)],
    ['files were made: canary\n', outputOf('/usr/local/sbin/x', '#!/bin/sh\n: >/tmp/work/canary\n')],
    ['ip got the option -netns', outputOf('/usr/local/sbin/x', '#!/bin/sh\nip -netns x link\n')],
    [expect.stringContaining('nft -c'), outputOf('/etc/nftables.d/multihome.nft', 'table x { canary }\n')],
    [expect.stringMatching(/syntax error/i), outputOf('/usr/local/sbin/x', '#!/bin/sh\nif\n')],
  ])('notices in the sandbox: %s', (problem, output) => {
    expect(runOutput(output, ['eth0'])?.problems).toContainEqual(problem)
  })
})
