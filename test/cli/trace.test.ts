// Output of `multihome trace`: the answer, its rule and route, all evaluated rules; and usage errors.
import { describe, expect, test } from 'vitest'
import { fixtureNamed } from '../helpers/fixtures.js'
import { GOOD, runIn, WRONG } from './fake-io.js'

const files = {
  'host.yaml': fixtureNamed('two-providers').text,
  'leased.yaml': fixtureNamed('static-and-leased-provider').text,
  'isps.yaml': fixtureNamed('isps-by-mark').text,
  'proxy.yaml': fixtureNamed('transparent-proxy').text,
  'refusing.yaml': fixtureNamed('refuse-by-rule').text,
  'tailscale.yaml': fixtureNamed('beside-tailscale').text,
  'wrong.yaml': WRONG,
}
const trace = (words: string, world: { stdin?: string; files?: Record<string, string> } = {}) =>
  runIn({ ...world, files: { ...files, ...world.files } }, 'trace', ...words.split(' '))

describe('a packet', () => {
  test('that is forwarded', async () => {
    const { code, stdout, stderr } = await trace('host.yaml 8.8.8.8 from 10.0.0.200 iif lan0')
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toMatchInlineSnapshot(`
      "8.8.8.8 from 10.0.0.200 iif lan0
        leaves by cable: via 198.51.100.1 dev wan1
        rule   20000: from 10.0.0.128/25 lookup cable            line 13  rule 1: gateway cable: guests
        route  default via 198.51.100.1 dev wan1 in table cable  line 9   gateway cable: default route of its table

           PREF   RULE                              OUTCOME                                  LINE
           0      lookup local                      no route there                           -
           15000  to 172.17.0.0/16 lookup main      no match: the packet goes to 8.8.8.8     11
           17000  fwmark 0x100/0xff00 lookup fiber  no match: the packet has no mark         8
           17001  fwmark 0x200/0xff00 lookup cable  no match: the packet has no mark         9
           18000  from 203.0.113.10 lookup fiber    no match: the packet is from 10.0.0.200  8
           18002  from 198.51.100.10 lookup cable   no match: the packet is from 10.0.0.200  9
        >  20000  from 10.0.0.128/25 lookup cable   default via 198.51.100.1 dev wan1        13
      "
    `)
  })

  test('of this host that a rule refuses, unless it has a source', async () => {
    const text = `${GOOD.replace('192.0.2.10/24', "192.0.2.10/24, '2001:db8:a::10/64'").replace('via: 192.0.2.1,', "via: [192.0.2.1, '2001:db8:a::1'],")}rules:\n  - { from: 10.1.0.0/16, gateway: admin }\n  - { to: '2001:db8:f::/48', action: prohibit }\n`
    const { stdout } = await trace('own.yaml 2001:db8:f::1', { files: { 'own.yaml': text } })
    expect(stdout).toMatchInlineSnapshot(`
      "2001:db8:f::1
        is rejected: prohibit (the program gets: Permission denied)
        rule  20010: to 2001:db8:f::/48 prohibit  line 11  rule 2: prohibit
        note: a program without a bound address gets another answer: the kernel selects a source and looks up again, which \`ip route get\` does not show; from 2001:db8:a::10 it leaves by admin: via 2001:db8:a::1 dev eth0

           PREF   RULE                              OUTCOME                                 LINE
           0      lookup local                      no route there                          -
           18001  from 2001:db8:a::10 lookup admin  no match: the packet has no source yet  6
        >  20010  to 2001:db8:f::/48 prohibit       matches and rejects                     11
      "
    `)
  })

  test('over several gateways', async () => {
    const text = GOOD.replace('default: production', 'default: { balance: { admin: 3, production: 1 } }')
    const { stdout } = await trace('own.yaml 8.8.8.8', { files: { 'own.yaml': text } })
    expect(stdout.split('\n').slice(0, 4)).toMatchInlineSnapshot(`
      [
        "8.8.8.8",
        "  leaves by admin or production, by flow hash: via 192.0.2.1 dev eth0 weight 3 | via 198.51.100.1 dev eth1 weight 1",
        "  rule   32766: lookup main                                 -       the kernel’s own rule",
        "  route  default metric 100 over 2 next hops in table main  line 8  main: default route balanced over its gateways",
      ]
    `)
  })

  test.each([
    ['host.yaml 203.0.113.10', 'stays here: the address is this host’s own'],
    ['host.yaml 10.0.0.7', 'goes to a neighbour: dev lan0'],
    ['host.yaml 10.0.0.255', 'goes to every host on lan0: it is a broadcast address'],
    ['host.yaml 127.9.9.9', 'stays here: the address is this host’s own'],
    ['host.yaml fe80:: oif lan0', 'stays here: it is the subnet-router anycast address of lan0'],
    ['proxy.yaml 8.8.8.8 mark 0x1', 'stays here: a local route contains the address'],
    ['host.yaml 8.8.8.8 from 10.0.0.7 iif lan0 ipproto tcp dport 25 mark 0x300', 'leaves by fiber'],
    ['refusing.yaml 10.9.9.9 from 192.0.2.77 iif eth0', 'is rejected: blackhole (dropped silently)'],
    ['refusing.yaml 10.9.9.9', 'is rejected: blackhole (the program gets: Invalid argument)'],
    [
      'isps.yaml 2001:db8:9::1 from 2001:db8::7 iif eth1',
      'has no route: no rule gives an answer (the sender gets: No route)',
    ],
    ['host.yaml 8.8.8.8 mark 0x200', 'leaves by cable: via 198.51.100.1 dev wan1'],
    ['host.yaml 8.8.8.8 oif lan0', 'goes to a neighbour: dev lan0; no rule gives a route'],
    ['leased.yaml 8.8.8.8', 'leaves by fiber: via 203.0.113.1 dev wan0'],
  ])('%s: %s', async (words, verdict) => {
    const { stdout } = await trace(words)
    expect(stdout.split('\n')[1]).toContain(verdict)
  })

  test.each([
    ['host.yaml 8.8.8.8', 'the packet is UDP'],
    ['host.yaml 2001:db8:ffff::1', 'no rule with `ipproto` matches'],
    ['host.yaml 8.8.8.8 from 10.0.0.7', 'add `iif lan0`'],
    ['host.yaml 8.8.8.8 from 203.0.113.10 iif lan0', 'drops it before any rule'],
    [
      'host.yaml 8.8.8.8 from 172.17.0.2 iif docker0',
      'docker0 is no link of the description; it has lo, wan0, wan1, lan0',
    ],
    ['host.yaml 8.8.8.8 from 127.0.0.1', '127.0.0.1 is a loopback address'],
    ['host.yaml 2001:db8::1 from fe80::7 iif lan0', 'the kernel forwards no packet from fe80::7'],
    ['host.yaml fe80::7 from 2001:db8::1 iif lan0', 'the kernel forwards no packet to fe80::7'],
    ['tailscale.yaml 100.64.0.7', 'the rules of tailscale are not part of the plan and may come first, at 5'],
    ['good.yaml 8.8.8.8 from 10.1.1.1 iif eth0', 'forwards only if net.ipv4.ip_forward is 1'],
  ])('%s, with a note: %s', async (words, note) => {
    const { stdout } = await trace(words, { files: { 'good.yaml': GOOD } })
    expect(stdout).toMatch(/^ {2}note: /m)
    expect(stdout).toContain(note)
  })

  test('collapses long runs of rules that do not match', async () => {
    const sources = Array.from({ length: 40 }, (_, index) => `10.0.${index}.0/24`).join(', ')
    const world = {
      files: { 'many.yaml': `${GOOD}rules:\n  - { from: [${sources}], gateway: admin }\n` },
    }
    const { stdout } = await trace('many.yaml 8.8.8.8', world)
    expect(stdout).toMatch(/^ {5}… +37 more, 20001 to 20037 +do not match; --all shows them$/m)
    expect(stdout.split('\n').length).toBeLessThan(20)
    expect((await trace('many.yaml 8.8.8.8 --all', world)).stdout.split('\n').length).toBeGreaterThan(45)
  })
})

describe('a leased gateway', () => {
  test('is unknown until the lease is given', async () => {
    expect((await trace('leased.yaml 8.8.8.8 mark 0x200')).stdout).toMatchInlineSnapshot(`
      "8.8.8.8 mark 0x200
        unknown from here: table cable depends on the lease of wan1 (line 9); fix: --lease 'wan1=ADDRESS/LENGTH,via ROUTER', or wan1=none
        without that lease it is rejected: unreachable (the program gets: No route to host)
        rule   17001: fwmark 0x200/0xff00 lookup cable               line 9  gateway cable: packets marked 0x200/0xff00
        route  unreachable default metric 2000000000 in table cable  line 9  gateway cable: reject fallback of its table

           PREF   RULE                              OUTCOME                                LINE
           0      lookup local                      no route there                         -
           15000  to 172.17.0.0/16 lookup main      no match: the packet goes to 8.8.8.8   11
           17000  fwmark 0x100/0xff00 lookup fiber  no match: the packet’s mark is 0x200   8
        >  17001  fwmark 0x200/0xff00 lookup cable  unreachable default metric 2000000000  9
      "
    `)
    const { stdout } = await runIn(
      { files },
      ...['trace', 'leased.yaml', '8.8.8.8', 'mark', '0x200', '--brief'],
      ...['--lease', 'wan1=198.51.100.80/24,via 198.51.100.1'],
    )
    expect(stdout).toBe(
      '8.8.8.8 mark 0x200  leaves by cable: via 198.51.100.1 dev wan1  line 9: gateway cable: packets marked 0x200/0xff00\n',
    )
    expect((await trace('leased.yaml 8.8.8.8 mark 0x200 --brief --lease wan1=none')).stdout).toContain(
      'is rejected: unreachable (the program gets: No route to host)',
    )
    expect((await trace('leased.yaml 8.8.8.8 mark 0x200 --brief')).stdout).toContain(
      'unknown from here: the lease of wan1',
    )
  })

  test.each([
    ['host.yaml 8.8.8.8 --lease wan1=none', 'no link of this description takes a lease'],
    ['leased.yaml 8.8.8.8 --lease wan0=none', 'a link that takes a lease: wan1'],
    [
      'leased.yaml 8.8.8.8 --lease wan1=198.51.100.80',
      'cannot read "198.51.100.80": write an address with its length',
    ],
    ['leased.yaml 8.8.8.8 --lease wan1=none --lease wan1=none', 'wan1 is given twice'],
  ])('%s: %s', async (words, problem) => {
    expect(await trace(words)).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringContaining(problem),
    })
  })
})

describe('many packets', () => {
  const packets =
    '# a morning’s worth\n8.8.8.8 from 10.0.0.200 iif lan0 # a guest\n\n203.0.113.10\n2001:db8:ffff::1 mark 0x200\n'

  test('prints a line for each packet', async () => {
    const { stdout } = await trace('host.yaml --packets p --brief', { files: { p: packets } })
    expect(stdout).toMatchInlineSnapshot(`
      "8.8.8.8 from 10.0.0.200 iif lan0  leaves by cable: via 198.51.100.1 dev wan1  line 13: rule 1: gateway cable
      203.0.113.10                      stays here: the address is this host’s own  line 4: link wan0
      2001:db8:ffff::1 mark 0x200       leaves by cable: via fe80::1 dev wan1       line 9: gateway cable: packets marked 0x200/0xff00
      "
    `)
    expect((await trace('host.yaml --packets - --brief', { stdin: packets })).stdout).toBe(stdout)
  })

  test('with a mark on those that have a note', async () => {
    const { stdout } = await trace('host.yaml --packets p --brief', {
      files: { p: '203.0.113.10\n8.8.8.8 from 203.0.113.10 iif lan0 ipproto udp\n' },
    })
    expect(stdout).toMatchInlineSnapshot(`
      "203.0.113.10                        stays here: the address is this host’s own  line 4: link wan0
      8.8.8.8 from 203.0.113.10 iif lan0  leaves by fiber: via 203.0.113.1 dev wan0   line 8: gateway fiber: replies from 203.0.113.10  *
      * has a note; leave --brief out to see it
      "
    `)
  })

  test('with every wrong line reported, and no answer', async () => {
    const { code, stdout, stderr } = await trace('host.yaml --packets p', {
      files: { p: '8.8.8.8\n8.8.8.8 form 10.0.0.1\n8.8.8.8 iif\n' },
    })
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toMatchInlineSnapshot(`
      "multihome trace: p:2: "form" is no keyword of a packet; did you mean "from"?
        8.8.8.8 form 10.0.0.1
                ^^^^
      p:3: "iif" needs a value: a link
        8.8.8.8 iif
                    ^
      See multihome trace --help.
      "
    `)
  })

  test('reports an unreadable file of packets', async () => {
    expect((await trace('host.yaml --packets p')).stderr).toContain('cannot read p: there is no such file')
    expect((await trace('host.yaml --packets p', { files: { p: '#\n' } })).stderr).toContain(
      'p has no packet',
    )
  })
})

test('json: has the same content', async () => {
  const { stdout } = await trace('host.yaml 8.8.8.8 from 10.0.0.200 iif lan0 --format json')
  const { version, packets } = JSON.parse(stdout)
  expect(version).toBe(1)
  expect(packets).toHaveLength(1)
  expect(packets[0]).toMatchObject({
    packet: { text: '8.8.8.8 from 10.0.0.200 iif lan0', family: 'inet', dst: '8.8.8.8', iif: 'lan0' },
    answer: { kind: 'route', text: 'via 198.51.100.1 dev wan1 table 102', table: '102' },
    gateways: ['cable'],
  })
  expect(packets[0].steps[1]).toEqual({
    rule: {
      ...{ family: 'inet', pref: 15000, to: '172.17.0.0/16', lookup: 'main' },
      ...{ for: 'local 172.17.0.0/16: as main routes it', origin: 'local[0]', line: 11 },
    },
    outcome: 'passed',
    why: 'to 172.17.0.0/16: the packet goes to 8.8.8.8',
  })
  expect(packets[0].steps.at(-1)).toMatchObject({
    rule: { pref: 20000, line: 13, comment: 'guests' },
    outcome: 'answered',
    route: { dst: 'default', via: '198.51.100.1', dev: 'wan1', table: '102', line: 9 },
  })
})

describe('invalid arguments', () => {
  test.each([
    ['host.yaml', 'name a packet'],
    ['host.yaml 8.8.8.8 --packets p', 'a packet and --packets exclude each other'],
    ['- --packets -', 'standard input is either the description or the packets'],
    ['host.yaml example.org', 'write its address\n  example.org\n  ^^^^^^^^^^^'],
    ['host.yaml 8.8.8.8 from 2001:db8::1', '  8.8.8.8 from 2001:db8::1\n               ^^^^^^^^^^^'],
    ['host.yaml to 224.0.0.5', '224.0.0.5 is no unicast address'],
    ['host.yaml from 10.0.0.7 to 224.0.0.5 iif lan0', '                  ^^^^^^^^^'],
    ['host.yaml fe80::1', 'fe80::1 may be on any link: add `oif LINK`'],
    ['host.yaml ::ffff:8.8.8.8', 'as IPv4: write 8.8.8.8'],
    ['host.yaml 10.0.0.0/8', '"10.0.0.0/8" is a network: write one address of it'],
    ['host.yaml 8.8.8.8 from 0.0.0.0', '0.0.0.0 cannot be a source'],
    ['host.yaml 8.8.8.8 from 10.0.0.7 iif lna0', 'no link is called lna0; did you mean lan0?'],
    ['host.yaml 8.8.8.8 dev wan7', '  8.8.8.8 dev wan7\n              ^^^^'],
    ['host.yaml 8.8.8.8 iif lan0', 'a packet that arrives on lan0 has a source'],
    ['host.yaml 8.8.8.8 from 10.0.0.7 iif lan0 oif wan0', 'write either `iif` or `oif`'],
    ['host.yaml 8.8.8.8 from 10.0.0.7 iif lan0 uid 7', 'write either `iif` or `uid`'],
  ])('%s: %s', async (words, problem) => {
    const { code, stdout, stderr } = await trace(words, { stdin: '' })
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain(`multihome trace: `)
    expect(stderr).toContain(problem)
  })

  test('an error in the description is reported as by check', async () => {
    const { code, stdout, stderr } = await trace('wrong.yaml 8.8.8.8')
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toContain('error[key-unknown]')
  })
})
