// `multihome diff` as a reviewer reads it, with real repositories of git.
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { fixtureNamed } from '../helpers/fixtures.js'
import { manyGateways } from '../helpers/many-gateways.js'
import { repository } from '../node/repository.js'
import { GOOD, runIn, WRONG } from './fake-io.js'

const OLD = fixtureNamed('two-providers').text
const NEW = OLD.replace('[25, 587], gateway: fiber', '[25, 587], gateway: cable')

const diffed = async (old: string, now: string, ...words: readonly string[]) =>
  runIn({ files: { 'old.yaml': old, 'new.yaml': now } }, 'diff', 'old.yaml', 'new.yaml', ...words)

describe('exit status', () => {
  test('0, or with --exit-code 1 where there is a difference', async () => {
    expect((await diffed(OLD, NEW)).code).toBe(0)
    expect((await diffed(OLD, NEW, '--exit-code')).code).toBe(1)
    expect((await diffed(OLD, OLD, '--exit-code')).code).toBe(0)
    expect((await diffed(OLD, OLD.replace('guests', 'visitors'), '--exit-code')).code).toBe(0)
    for (const format of ['markdown', 'json'])
      expect((await diffed(OLD, NEW, '--exit-code', '--format', format)).code).toBe(1)
  })

  test('1 where a description is wrong: both are told, with their names', async () => {
    const both = await diffed(WRONG, WRONG)
    expect(both).toMatchObject({ code: 1, stdout: '' })
    expect(both.stderr).toMatch(/^ *--> old\.yaml:6:\d+$/m)
    expect(both.stderr).toMatch(/^ *--> new\.yaml:6:\d+$/m)
    expect(both.stderr).toMatch(/\^\^\^/)
    const one = await diffed(GOOD, WRONG)
    expect(one).toMatchObject({ code: 1, stdout: '' })
    expect(one.stderr).not.toContain('old.yaml')
    expect(await runIn({ files: { 'a.yaml': GOOD } }, 'diff', 'a.yaml', 'none.yaml')).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringContaining('cannot read none.yaml: there is no such file') as unknown,
    })
  })

  test('what could be better about a good one is not told', async () => {
    const { text } = fixtureNamed('invalid/else-unreachable')
    const { code, stderr } = await diffed(text, GOOD)
    expect([code, stderr]).toEqual([0, ''])
  })

  test.each([
    [['diff', 'a.yaml'], 'NEW is missing\n  fix: write multihome diff OLD NEW [OPTIONS]'],
    [['diff', '-', '-'], 'standard input can be one of the two descriptions, not both'],
    [['diff', 'git:HEAD', 'a.yaml'], 'git:HEAD has no path: write git:REV:PATH, as in git:HEAD:host.yaml'],
    [['diff', 'git:HEAD^{/a:b}', 'a.yaml'], 'git:HEAD^{/a:b} has no path'],
    [['diff', 'git:HEAD:', '-'], 'git:HEAD: takes its path from the other description, which has none'],
    [['diff', 'git:HEAD~1:', 'git:HEAD:'], 'git:HEAD~1: takes its path from the other'],
  ])('2 for %j', async (words, problem) => {
    const said = await runIn({ files: { 'a.yaml': GOOD }, stdin: GOOD }, ...words)
    expect(said).toMatchObject({ code: 2, stdout: '' })
    expect(said.stderr).toContain(problem)
  })
})

describe('packets that were not examined', () => {
  const old = `version: 1\n${manyGateways(80)}`
  const now = old.replace('fwmark: 51/0xffff', 'fwmark: 5001/0xffff')

  test('are told as such, and never as packets that go nowhere else', async () => {
    const { stdout } = await diffed(old, now)
    expect(stdout).toContain('2 kinds of packets may: not examined')
    expect(stdout).not.toContain('No packet goes')
    expect(stdout).toMatch(/^Packets that were not examined.*\n.*mark.*\n.*mark/m)
    expect((await diffed(old, now, '--format', 'markdown')).stdout).toContain(
      'Packets that were not examined',
    )
    const { unexamined } = JSON.parse((await diffed(old, now, '--format', 'json')).stdout) as {
      unexamined: readonly object[]
    }
    expect(unexamined).toHaveLength(2)
  }, 120_000)
})

describe('packets', () => {
  const packetsOf = async (old: string, now: string, ...words: readonly string[]): Promise<string> => {
    const { stdout } = await diffed(old, now, ...words)
    return stdout.replace(/\n\n(Managed|Links|Tables|Rules|Routes|Sysctls)\n[^]*/, '')
  }

  test('a sentence, an example, what decides, and what does not move', async () => {
    expect(await packetsOf(OLD, NEW)).toMatchInlineSnapshot(`
      "old.yaml → new.yaml
        1 kind of packets goes another way, and besides 2 to networks of links, 6 of sockets that are bound to a link.
        In the kernel: 4 rules changed.

      Packets
        tcp dport 25 (smtp) or 587 (submission) moves from fiber to cable
          for example  192.0.2.7 from 10.0.0.7 iif lan0 ipproto tcp dport 25
                       2001:db8:ffff::7 from 2001:db8:c::7 iif lan0 ipproto tcp dport 25
          before       pref 20010 ipproto tcp dport 25 lookup fiber  old.yaml:14  rule 2: gateway fiber: mail only from the fixed address
          after        pref 20010 ipproto tcp dport 25 lookup cable  new.yaml:14  rule 2: gateway cable: mail only from the fixed address
          but not      from wan0’s or wan1’s own address; to lan0’s, wan0’s or wan1’s network; with mark
                       0x100/0xff00 or 0x200/0xff00
                       (IPv4) from 10.0.0.128/25 of lan0; to 172.17.0.0/16

      Packets to networks of links
        tcp dport 25 (smtp) or 587 (submission) to wan1’s network moves from fiber to neighbours on wan1
        tcp dport 25 (smtp) or 587 (submission) to wan0’s network moves from neighbours on wan0 to cable

      Packets of sockets that are bound to a link
        6 kinds: --all tells them"
    `)
  })

  test('a rule that is gone: who had it goes where all others go', async () => {
    const guests = '  - { from: 10.0.0.128/25, gateway: cable, comment: guests }\n'
    expect(await packetsOf(OLD, OLD.replace(guests, ''))).toMatchInlineSnapshot(`
      "old.yaml → new.yaml
        1 kind of packets goes another way, and besides 2 to networks of links.
        In the kernel: 1 rule removed, 8 moved.

      Packets
        all traffic from 10.0.0.128/25 of lan0 moves from cable to fiber
          for example  192.0.2.7 from 10.0.0.135 iif lan0 ipproto tcp dport 443
          before       pref 20000 from 10.0.0.128/25 lookup cable                 old.yaml:13  rule 1: gateway cable: guests
          after        default via 203.0.113.1 dev wan0 metric 100 in table main  new.yaml:10  gateway fiber: default route of main
          but not      to lan0’s, wan0’s or wan1’s network; to 172.17.0.0/16; with mark 0x100/0xff00 or
                       0x200/0xff00

      Packets to networks of links
        tcp dport 25 (smtp) or 587 (submission) from 10.0.0.128/25 of lan0 to wan1’s 198.51.100.0/24
          moves from neighbours on wan1 to fiber
        all traffic from 10.0.0.128/25 of lan0 to wan0’s 203.0.113.0/24 moves from cable to neighbours
          on wan0"
    `)
  })

  test('those to networks of links in full, where there are no others', async () => {
    const now = OLD.replace('local: [172.17.0.0/16]', 'local: [172.17.0.0/16, 203.0.113.128/25]')
    const told = await packetsOf(OLD, now)
    expect(told).toMatchInlineSnapshot(`
      "old.yaml → new.yaml
        2 kinds of packets go another way: 1 to networks of links, 1 of sockets that are bound to a link.
        In the kernel: 1 rule added.

      Packets to networks of links
        all traffic to 203.0.113.128/25 of wan0 moves from cable to neighbours on wan0
          for example  203.0.113.135 from 10.0.0.135 iif lan0 ipproto tcp dport 443
          before       pref 20000 from 10.0.0.128/25 lookup cable  old.yaml:13  rule 1: gateway cable: guests
          after        pref 15001 to 203.0.113.128/25 lookup main  new.yaml:11  local 203.0.113.128/25: as main routes it
          but not      to 203.0.113.255 of wan0; with mark 0x100/0xff00; whatever is neither from wan1’s
                       own address nor from 10.0.0.128/25 of lan0 nor with mark 0x100/0xff00 or
                       0x200/0xff00

      Packets of sockets that are bound to a link
        1 kind: --all tells them"
    `)
    expect(told).toContain('for example')
  })

  test('over a lease that nobody knows', async () => {
    const old = fixtureNamed('static-and-leased-provider').text
    expect(await packetsOf(old, old.replace('failover: [fiber, cable]', 'failover: [cable, fiber]')))
      .toMatchInlineSnapshot(`
      "old.yaml → new.yaml
        2 kinds of packets go another way.
        In the kernel: 2 routes moved; 1 followed table changed; 1 sysctl changed.

      Packets
        all traffic moves from fiber to cable
          for example  198.51.100.7 from 10.0.0.7 iif lan0
                       2001:db8:ffff::7 from 2001:db8:c::7 iif lan0
          before       default via 203.0.113.1 dev wan0 metric 100 in table main                   old.yaml:10  gateway fiber: default route of main
          after        default via [the router of wan1’s lease] dev wan1 metric 100 in table main  new.yaml:9   gateway cable: whatever addresses wan1 has
          but not      from wan0’s own address; to lan0’s or wan0’s network; with mark 0x100/0xff00 or
                       0x200/0xff00
                       (IPv4) from 10.0.0.128/25 of lan0 or the address of wan1’s lease; to 172.17.0.0/16
                       or the network of wan1’s lease
                       (IPv6) from the network of wan1’s lease; to the network of wan1’s lease
        all traffic to 172.17.0.0/16 moves from fiber to cable
          for example  172.17.0.7 from 10.0.0.7 iif lan0
          before       default via 203.0.113.1 dev wan0 metric 100 in table main                   old.yaml:10  gateway fiber: default route of main
          after        default via [the router of wan1’s lease] dev wan1 metric 100 in table main  new.yaml:9   gateway cable: whatever addresses wan1 has"
    `)
  })

  test('the same way with another address', async () => {
    const now = OLD.replace('addresses: [203.0.113.10/24', 'addresses: [203.0.113.11/24, 203.0.113.10/24')
    expect(await packetsOf(OLD, now)).toMatchInlineSnapshot(`
      "old.yaml → new.yaml
        7 kinds of packets go another way: 1 with another source, 4 to networks of links, 2 of sockets that are bound to a link.
        In the kernel: 1 link changed; 1 rule added, 4 moved; 1 route changed.

      Packets of this host with another source
        some IPv4 traffic of this host without a source yet leaves by fiber as 203.0.113.11 instead of
          203.0.113.10
          for example  192.0.2.7 ipproto tcp dport 443
          by           default via 203.0.113.1 dev wan0 metric 100 in table main  new.yaml:10  gateway fiber: default route of main
          but not      to wan0’s network

      Packets to networks of links
        all traffic of this host from wan0’s own 203.0.113.11 to wan1’s 198.51.100.0/24 moves from
          neighbours on wan1 to fiber
        all traffic to wan0’s own 203.0.113.11 went to neighbours on wan0 and is now for this host
          itself
        all traffic to wan0’s own 203.0.113.11 left by cable and is now for this host itself
        all traffic of this host without a source yet to wan0’s 203.0.113.0/24 goes to neighbours on
          wan0 as 203.0.113.11 instead of 203.0.113.10

      Packets of sockets that are bound to a link
        2 kinds: --all tells them"
    `)
  })

  test('all of them', async () => {
    const [short, all] = [await packetsOf(OLD, NEW), await packetsOf(OLD, NEW, '--all')]
    expect(short).toMatch(/bound to a link\n {2}\d+ kinds: --all tells them$/)
    expect(all.match(/^ {4}for example/gm)?.length).toBeGreaterThan(5)
    expect(all).not.toContain('--all')
    // What stands in the short one stands in the long one.
    for (const line of short.split('\n').filter((one) => !one.includes('--all'))) expect(all).toContain(line)
  })

  test('none that goes another way', async () => {
    const now = OLD.replace('net.ipv4.ip_forward: 1', 'net.ipv4.ip_forward: 0')
    expect(await packetsOf(OLD, now)).toMatch(/\n {2}No packet goes another way\.\n/)
  })
})

describe('the kernel’s state', () => {
  const stateOf = async (old: string, now: string): Promise<string> => {
    const { stdout } = await diffed(old, now)
    return stdout.slice(
      stdout.search(/^(Managed|Links|Tables|Rules|Routes|Followed|Balanced|Sysctls|Connections)/m),
    )
  }

  test('rules: what goes and what comes, both families at once', async () => {
    expect(await stateOf(OLD, NEW)).toMatchInlineSnapshot(`
      "Rules
        - IPv4, IPv6  pref 20010 ipproto tcp dport 25 lookup fiber   line 14: rule 2: gateway fiber: mail only from the fixed address
        + IPv4, IPv6  pref 20010 ipproto tcp dport 25 lookup cable   line 14: rule 2: gateway cable: mail only from the fixed address
        - IPv4, IPv6  pref 20011 ipproto tcp dport 587 lookup fiber  line 14: rule 2: gateway fiber: mail only from the fixed address
        + IPv4, IPv6  pref 20011 ipproto tcp dport 587 lookup cable  line 14: rule 2: gateway cable: mail only from the fixed address
      "
    `)
  })

  test('rules that only get another number', async () => {
    const rule = '  - { from: 10.0.0.128/25, gateway: cable, comment: guests }\n'
    const more = `${rule}  - { from: 10.0.0.64/26, gateway: cable }\n`
    expect(await stateOf(OLD, OLD.replace(rule, more))).toMatchInlineSnapshot(`
      "Rules
        + IPv4  pref 20010 from 10.0.0.64/26 lookup cable  line 14: rule 2: gateway cable
        ~ 8 rules only get another pref, in the same order: 20010…20013 are now 20020…20023
      "
    `)
    const [few] = OLD.split(/^  - \{ ipproto.*$/m)
    expect(
      await stateOf(`${few}`, `${few}`.replace(rule, `  - { from: 10.0.0.64/26, gateway: fiber }\n${rule}`)),
    ).toMatchInlineSnapshot(`
      "Rules
        + IPv4  pref 20000 from 10.0.0.64/26 lookup fiber                 line 13: rule 1: gateway fiber
        ~ IPv4  pref 20000 is now 20010: from 10.0.0.128/25 lookup cable  line 14: rule 2: gateway cable: guests
      "
    `)
  })

  test('links, routes, sysctls', async () => {
    const now = OLD.replace('10.0.0.1/24', '10.0.1.1/24')
      .replace('comment: fiber of the house', 'mtu: 1492, nameservers: { addresses: [203.0.113.53] }')
      .replace('net.ipv4.ip_forward: 1', 'net.ipv4.ip_forward: 0')
    expect(await stateOf(OLD, now)).toMatchInlineSnapshot(`
      "Links
        + wan0  mtu 1492                 line 4: link wan0
        + wan0  nameserver 203.0.113.53  line 4: link wan0
        - lan0  address 10.0.0.1/24      line 6: link lan0
        + lan0  address 10.0.1.1/24      line 6: link lan0

      Routes
        - IPv4  fiber  10.0.0.0/24 dev lan0 scope link src 10.0.0.1  line 8: gateway fiber: network of lan0
        + IPv4  fiber  10.0.1.0/24 dev lan0 scope link src 10.0.1.1  line 8: gateway fiber: network of lan0
        - IPv4  cable  10.0.0.0/24 dev lan0 scope link src 10.0.0.1  line 9: gateway cable: network of lan0
        + IPv4  cable  10.0.1.0/24 dev lan0 scope link src 10.0.1.1  line 9: gateway cable: network of lan0

      Sysctls
        - net.ipv4.ip_forward = 1  line 15: asked for under \`sysctls\`
        + net.ipv4.ip_forward = 0  line 15: asked for under \`sysctls\`
      "
    `)
  })

  test('the same addresses in another order', async () => {
    const old = GOOD.replace('[192.0.2.10/24]', '[192.0.2.10/24, 192.0.2.11/24]')
    const now = GOOD.replace('[192.0.2.10/24]', '[192.0.2.11/24, 192.0.2.10/24]')
    expect((await stateOf(old, now)).split('\n').slice(0, 3)).toMatchInlineSnapshot(`
      [
        "Links",
        "  - eth0  up, address 192.0.2.10/24, address 192.0.2.11/24  line 3: link eth0",
        "  + eth0  up, address 192.0.2.11/24, address 192.0.2.10/24  line 3: link eth0",
      ]
    `)
  })

  test('what follows a lease, and marks', async () => {
    const old = fixtureNamed('leased-provider-and-tunnel').text
    const now = old
      .replace('via: lease, fwmark', 'via: lease, fail-closed: true, fwmark')
      .replace('0x200', '0x300')
    expect(await stateOf(`${old}marks: nftables\n`, `${now}marks: nftables\n`)).toMatchInlineSnapshot(`
      "Rules
        - IPv4, IPv6  pref 17001 fwmark 0x200/0xff00 lookup cable  line 10: gateway cable: packets marked 0x200/0xff00
        + IPv4, IPv6  pref 17001 fwmark 0x300/0xff00 lookup cable  line 10: gateway cable: packets marked 0x300/0xff00

      Routes
        + IPv4, IPv6  cable  unreachable default metric 2000000000  line 10: gateway cable: closes its table

      Connections, marked by nftables
        - came in by wan1  mark 0x200/0xff00  line 10: gateway cable: connections over wan1
        + came in by wan1  mark 0x300/0xff00  line 10: gateway cable: connections over wan1
      "
    `)
  })

  test('a table that only got another number', async () => {
    const now = OLD.replace('  fiber: {', '  fiber: { table: 7,')
    expect(await stateOf(OLD, now)).toMatchInlineSnapshot(`
      "Tables
        ~ fiber  number 101 is now 7, wherever it is looked up    line 8: gateway fiber
        ~ cable  number 102 is now 101, wherever it is looked up  line 9: gateway cable
      "
    `)
  })
})

describe('json', () => {
  test('rules with their lines, and nothing that is not asked for', async () => {
    const { stdout } = await diffed(OLD, NEW, '--format', 'json')
    const document = JSON.parse(stdout) as { state: { rules: unknown[] } }
    expect(document).toMatchObject({ version: 1, before: 'old.yaml', after: 'new.yaml', different: true })
    expect(document.state.rules[0]).toEqual({
      kind: 'changed',
      before: {
        family: 'inet',
        pref: 20010,
        ipproto: 6,
        dport: '25',
        lookup: '101',
        for: 'rule 2: gateway fiber',
        comment: 'mail only from the fixed address',
        origin: 'rules[1]',
        line: 14,
      },
      after: expect.objectContaining({ lookup: '102', for: 'rule 2: gateway cable' }) as unknown,
    })
    expect(Object.values(document.state).flat()).toHaveLength(4)
    expect(stdout).not.toContain('invented')
  })

  test('each move with its words, its sets and the example', async () => {
    const { stdout } = await diffed(OLD, NEW, '--format', 'json')
    const { moves } = JSON.parse(stdout) as { moves: unknown[] }
    expect(moves.length).toBeGreaterThan(4)
    expect(moves[0]).toMatchInlineSnapshot(`
      {
        "after": {
          "hops": [
            {
              "dev": "wan1",
              "gateway": "cable",
              "via": "198.51.100.1",
              "weight": 1,
            },
          ],
          "kind": "out",
        },
        "before": {
          "hops": [
            {
              "dev": "wan0",
              "gateway": "fiber",
              "via": "203.0.113.1",
              "weight": 1,
            },
          ],
          "kind": "out",
        },
        "but": [],
        "exact": true,
        "example": {
          "after": {
            "route": {
              "dev": "wan1",
              "dst": "default",
              "family": "inet",
              "for": "gateway cable: default route of its table",
              "line": 9,
              "origin": "gateways.cable.via[0]",
              "table": "102",
              "via": "198.51.100.1",
            },
            "rule": {
              "comment": "mail only from the fixed address",
              "dport": "25",
              "family": "inet",
              "for": "rule 2: gateway cable",
              "ipproto": 6,
              "line": 14,
              "lookup": "102",
              "origin": "rules[1]",
              "pref": 20010,
            },
            "text": "via 198.51.100.1 dev wan1 table 102",
          },
          "before": {
            "route": {
              "dev": "wan0",
              "dst": "default",
              "family": "inet",
              "for": "gateway fiber: default route of its table",
              "line": 8,
              "origin": "gateways.fiber.via[0]",
              "table": "101",
              "via": "203.0.113.1",
            },
            "rule": {
              "comment": "mail only from the fixed address",
              "dport": "25",
              "family": "inet",
              "for": "rule 2: gateway fiber",
              "ipproto": 6,
              "line": 14,
              "lookup": "101",
              "origin": "rules[1]",
              "pref": 20010,
            },
            "text": "via 203.0.113.1 dev wan0 table 101",
          },
          "packet": "192.0.2.7 from 10.0.0.7 iif lan0 ipproto tcp sport 40000 dport 25",
        },
        "family": "inet",
        "fate": "moves from fiber to cable",
        "kind": "way",
        "packets": {
          "dport": {
            "except": [],
            "in": [
              "25",
              "587",
            ],
          },
          "from": {
            "except": [
              "10.0.0.128/25",
              "198.51.100.10/32",
              "203.0.113.10/32",
            ],
            "in": [],
          },
          "ipproto": {
            "except": [],
            "in": [
              "6",
            ],
          },
          "mark": {
            "except": [
              "0x100/0xff00",
              "0x200/0xff00",
            ],
            "in": [],
          },
          "oif": {
            "except": [],
            "in": [
              "none",
            ],
          },
          "to": {
            "except": [
              "10.0.0.0/24",
              "172.17.0.0/16",
              "198.51.100.0/24",
              "203.0.113.0/24",
            ],
            "in": [],
          },
        },
        "words": "IPv4 tcp dport 25 (smtp) or 587 (submission)",
      }
    `)
  })
})

describe('markdown', () => {
  test('a sentence, a table, and the rest to unfold', async () => {
    const { stdout } = await diffed(OLD, NEW, '--format', 'markdown')
    expect(stdout.split('\n').slice(0, 7)).toMatchInlineSnapshot(`
      [
        "**1 kind of packets goes another way, and besides 2 to networks of links, 6 of sockets that are bound to a link.** In the kernel: 4 rules changed.",
        "",
        "\`old.yaml\` → \`new.yaml\`",
        "",
        "| packets | before | after | for example |",
        "| --- | --- | --- | --- |",
        "| **tcp dport 25 (smtp) or 587 (submission)**<br>but not from wan0’s or wan1’s own address; to lan0’s, wan0’s or wan1’s network; with mark 0x100/0xff00 or 0x200/0xff00<br>but not (IPv4) from 10.0.0.128/25 of lan0; to 172.17.0.0/16 | fiber<br>\`pref 20010 ipproto tcp dport 25 lookup fiber\` line 14 | cable<br>\`pref 20010 ipproto tcp dport 25 lookup cable\` line 14 | \`192.0.2.7 from 10.0.0.7 iif lan0 ipproto tcp dport 25\`<br>\`2001:db8:ffff::7 from 2001:db8:c::7 iif lan0 ipproto tcp dport 25\` |",
      ]
    `)
    expect(stdout.match(/^<details>$/gm)).toHaveLength(2)
    expect(stdout.match(/^<\/details>$/gm)).toHaveLength(2)
    for (const block of stdout.split('\n\n').filter((one) => one.startsWith('|'))) {
      const cells = block.split('\n').map((line) => line.replaceAll('\\|', '').split('|').length)
      expect(new Set(cells)).toEqual(new Set([6]))
    }
  })

  test('holds what a stranger wrote', async () => {
    const comment = '</details> @everyone | <script> **x** ~~~ ![x](y)'
    const now = NEW.replace('comment: mail only from the fixed address', `comment: "${comment}"`)
    const name = 'a```|<b>@all.yaml'
    const world = { files: { [name]: OLD, 'new.yaml': now } }
    const { stdout, stderr } = await runIn(world, 'diff', name, 'new.yaml', '--format', 'markdown')
    expect(stderr).toBe('')
    const [open = '', block = ''] = stdout.split('\n```diff\n')
    // Code in a longer fence than it has itself.
    expect(open).toContain('```` a```|<b>@all.yaml ````')
    expect(open).not.toMatch(/everyone|script/)
    const [inside = '', after] = block.split('\n```\n')
    expect(inside).toContain('@everyone')
    expect(after).toBe('\n</details>\n')
  })
})

describe('only words', () => {
  const words = OLD.replace('comment: guests', 'comment: visitors').replace('# A router', '# Our router')

  test.each([
    ['text', 'No difference for the kernel.'],
    ['markdown', '**No difference for the kernel.**'],
  ])('%s says so, and no more', async (format, sentence) => {
    const { stdout, code } = await diffed(OLD, words, '--format', format, '--exit-code')
    expect(code).toBe(0)
    expect(stdout).toContain(sentence)
    expect(stdout).toContain('Only words changed')
    expect(stdout.split('\n').length).toBeLessThan(6)
    expect((await diffed(OLD, OLD, '--format', format)).stdout).toContain('byte for byte')
  })

  test('json', async () => {
    const { stdout } = await diffed(OLD, words, '--format', 'json')
    expect(JSON.parse(stdout)).toMatchObject({
      version: 1,
      different: false,
      moves: [],
      state: { rules: [] },
    })
  })
})

describe('git', () => {
  function history() {
    const repo = repository()
    repo.write('hosts/a.yaml', OLD)
    repo.commit()
    repo.write('hosts/a.yaml', NEW)
    const path = join(repo.folder, 'hosts/a.yaml')
    return { ...repo, path, world: { files: { [path]: NEW } } }
  }

  test('a revision and the file', async () => {
    const { path, world } = history()
    const { code, stdout, stderr } = await runIn(world, 'diff', `git:HEAD:${path}`, path)
    expect([code, stderr]).toEqual([0, ''])
    expect(stdout.split('\n')[0]).toBe(`git:HEAD:${path} → ${path}`)
    expect(stdout).toContain('ipproto tcp dport 25 lookup cable')
    // The path of the other, whichever it is; and what is staged.
    const same = await runIn(world, 'diff', 'git:HEAD:', path)
    expect(same.stdout).toBe(stdout)
    expect((await runIn(world, 'diff', path, 'git:HEAD:', '--exit-code')).code).toBe(1)
    expect((await runIn(world, 'diff', 'git:HEAD:', `git::${path}`, '--exit-code')).code).toBe(0)
    expect((await runIn(world, 'diff', `git:HEAD^{/st}:${path}`, `git:main:`, '--exit-code')).code).toBe(0)
  })

  test('standard input beside it', async () => {
    const { path, world } = history()
    const { stdout } = await runIn({ ...world, stdin: NEW }, 'diff', `git:HEAD:${path}`, '-')
    expect(stdout.split('\n')[0]).toBe(`git:HEAD:${path} → stdin`)
  })

  test('a wrong description of a revision is told by its name', async () => {
    const repo = history()
    repo.write('hosts/a.yaml', WRONG)
    repo.commit()
    const { code, stderr } = await runIn(repo.world, 'diff', 'git:HEAD:', repo.path)
    expect(code).toBe(1)
    expect(stderr).toContain(`--> git:HEAD:${repo.path}:6:`)
  })

  test.each([
    ['git:nope:', 'git knows no revision `nope` there; '],
    ['git:-v:', '`-v` is no revision'],
    ['git:HEAD:/none.yaml', 'it is in no git repository'],
  ])('%s has no answer', async (word, reason) => {
    const { path, world } = history()
    const said = await runIn(world, 'diff', word, path)
    expect(said).toMatchObject({ code: 1, stdout: '' })
    expect(said.stderr).toContain(
      `error[file-unreadable]: cannot read ${word.endsWith(':') ? word + path : word}: `,
    )
    expect(said.stderr).toContain(reason)
  })
})
