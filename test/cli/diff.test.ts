// Output of `multihome diff`, with real Git repositories.
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

test('a set of packets that takes too many words is an approximate one', async () => {
  const old = `links:
  eno1: { addresses: [192.0.2.10/24], accept-ra: true }
  eno2: { addresses: [198.51.100.10/24], accept-ra: true }
gateways:
  eno1: { link: eno1, via: [lease, 192.0.2.1], reply: none }
  eno2: { link: eno2, via: lease, reply: none }
default: { failover: [eno1, eno2] }
`
  const now = old
    .replaceAll(', accept-ra: true', '')
    .replace('[lease, 192.0.2.1]', '192.0.2.1')
    .replace(/ {2}eno2: \{ link.*\n/, '')
    .replace(/default: .*/, 'default: eno1')
  const { stdout } = await diffed(`version: 1\n${old}`, `version: 1\n${now}`)
  expect(stdout).toMatch(/^ {2}IPv6 +some packets +eno1 \(line \d\) +no route$/m)
})

describe('exit status', () => {
  test('0, or with --exit-code 1 where there is a difference', async () => {
    expect((await diffed(OLD, NEW)).code).toBe(0)
    expect((await diffed(OLD, NEW, '--exit-code')).code).toBe(1)
    expect((await diffed(OLD, OLD, '--exit-code')).code).toBe(0)
    expect((await diffed(OLD, OLD.replace('guests', 'visitors'), '--exit-code')).code).toBe(0)
    for (const format of ['markdown', 'json'])
      expect((await diffed(OLD, NEW, '--exit-code', '--format', format)).code).toBe(1)
  })

  test('1 if a description has an error: both are reported, with their names', async () => {
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

  test('warnings of a valid description are not printed', async () => {
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
    const result = await runIn({ files: { 'a.yaml': GOOD }, stdin: GOOD }, ...words)
    expect(result).toMatchObject({ code: 2, stdout: '' })
    expect(result.stderr).toContain(problem)
  })
})

describe('packets that were not analyzed', () => {
  const old = `version: 1\n${manyGateways(80)}`
  const now = old.replace('fwmark: 51/0xffff', 'fwmark: 5001/0xffff')

  test('are reported as such, and not as packets that keep their path', async () => {
    const { stdout } = await diffed(old, now)
    expect(stdout).toContain('2 traffic classes not analyzed')
    expect(stdout).not.toContain('No packet rerouted')
    expect(stdout).toMatch(/^Not analyzed: .*\n.*mark.*\n.*mark/m)
    expect((await diffed(old, now, '--format', 'markdown')).stdout).toContain(
      'Packets that were not analyzed',
    )
    const { unanalyzed } = JSON.parse((await diffed(old, now, '--format', 'json')).stdout) as {
      unanalyzed: readonly object[]
    }
    expect(unanalyzed).toHaveLength(2)
  }, 120_000)
})

describe('packets', () => {
  const packetsOf = async (old: string, now: string, ...words: readonly string[]): Promise<string> => {
    const { stdout } = await diffed(old, now, ...words)
    return stdout.replace(/\n\n(Managed|Links|Tables|Rules|Routes|Sysctls)\n[^]*/, '')
  }

  test('selector, old path and new path, with their lines and an example', async () => {
    expect(await packetsOf(OLD, NEW)).toMatchInlineSnapshot(`
      "old.yaml → new.yaml
        1 traffic class rerouted; 4 more on connected networks; 6 more of sockets bound to a link.
        Kernel state: 4 rules changed.

      Rerouted packets
        FAMILY      SELECTOR                  BEFORE           AFTER
        IPv4, IPv6  ipproto tcp dport 25,587  fiber (line 14)  cable (line 14)
            e.g. 192.0.2.7 from 10.0.0.7 iif lan0 ipproto tcp dport 25
            e.g. 2001:db8:ffff::7 from 2001:db8:c::7 iif lan0 ipproto tcp dport 25
        --all shows the exclusions and 10 more rows"
    `)
  })

  test('packets of a removed rule take the path of all others', async () => {
    const guests = '  - { from: 10.0.0.128/25, gateway: cable, comment: guests }\n'
    expect(await packetsOf(OLD, OLD.replace(guests, ''))).toMatchInlineSnapshot(`
      "old.yaml → new.yaml
        1 traffic class rerouted; 2 more on connected networks.
        Kernel state: 1 rule removed, 8 moved.

      Rerouted packets
        FAMILY  SELECTOR                      BEFORE           AFTER
        IPv4    forwarded from 10.0.0.128/25  cable (line 13)  fiber (line 10)
            e.g. 192.0.2.7 from 10.0.0.135 iif lan0 ipproto tcp dport 443
        --all shows the exclusions and 2 more rows"
    `)
  })

  test('packets to connected networks are shown if there are no others', async () => {
    const now = OLD.replace('local: [172.17.0.0/16]', 'local: [172.17.0.0/16, 203.0.113.128/25]')
    const text = await packetsOf(OLD, now)
    expect(text).toMatchInlineSnapshot(`
      "old.yaml → new.yaml
        1 traffic class on connected networks rerouted; 1 more of sockets bound to a link.
        Kernel state: 1 rule added.

      Rerouted packets
        FAMILY  SELECTOR                                                                                    BEFORE           AFTER
        IPv4    to 203.0.113.128/25 (from 10.0.0.128/25,198.51.100.10 or fwmark 0x100/0xff00,0x200/0xff00)  cable (line 13)  dev wan0 (line 11)
            e.g. 203.0.113.135 from 10.0.0.135 iif lan0 ipproto tcp dport 443
        --all shows the exclusions and 1 more row"
    `)
    expect(text).toContain('e.g.')
  })

  test('over a lease', async () => {
    const old = fixtureNamed('static-and-leased-provider').text
    expect(await packetsOf(old, old.replace('failover: [fiber, cable]', 'failover: [cable, fiber]')))
      .toMatchInlineSnapshot(`
      "old.yaml → new.yaml
        2 traffic classes rerouted.
        Kernel state: 2 routes moved; 1 dynamic table changed; 1 sysctl changed.

      Rerouted packets
        FAMILY      SELECTOR          BEFORE           AFTER
        IPv4, IPv6  all               fiber (line 10)  cable (line 9)
            e.g. 198.51.100.7 from 10.0.0.7 iif lan0
            e.g. 2001:db8:ffff::7 from 2001:db8:c::7 iif lan0
        IPv4        to 172.17.0.0/16  fiber (line 10)  cable (line 9)
            e.g. 172.17.0.7 from 10.0.0.7 iif lan0
        --all shows the exclusions"
    `)
  })

  test('the same path with another source', async () => {
    const now = OLD.replace('addresses: [203.0.113.10/24', 'addresses: [203.0.113.11/24, 203.0.113.10/24')
    expect(await packetsOf(OLD, now)).toMatchInlineSnapshot(`
      "old.yaml → new.yaml
        1 traffic class rerouted; 4 more on connected networks; 2 more of sockets bound to a link.
        Kernel state: 1 link changed; 1 rule added, 4 moved; 1 route changed.

      Rerouted packets
        FAMILY  SELECTOR                                     BEFORE                                                     AFTER
        IPv4    some packets locally generated source unset  fiber via 203.0.113.1 dev wan0 src 203.0.113.10 (line 10)  fiber via 203.0.113.1 dev wan0 src 203.0.113.11 (line 10)
            e.g. 192.0.2.7 ipproto tcp dport 443
        --all shows the exclusions and 6 more rows"
    `)
  })

  test('--all shows all rows, and the exclusions of each', async () => {
    const [short, all] = [await packetsOf(OLD, NEW), await packetsOf(OLD, NEW, '--all')]
    expect(short).toMatch(/\n {2}--all shows the exclusions and \d+ more rows$/)
    expect(short).not.toContain('except')
    expect(all.match(/^ {6}e\.g\. /gm)?.length).toBeGreaterThan(5)
    expect(all).toMatch(/^ {6}except from 10\.0\.0\.128\/25,/m)
    expect(all).not.toContain('--all')
    for (const line of short.split('\n').filter((one) => one.includes('e.g.'))) expect(all).toContain(line)
  })

  test('none rerouted', async () => {
    const now = OLD.replace('net.ipv4.ip_forward: 1', 'net.ipv4.ip_forward: 0')
    expect(await packetsOf(OLD, now)).toMatch(/\n {2}No packet rerouted\.\n/)
  })
})

describe('the kernel state', () => {
  const stateOf = async (old: string, now: string): Promise<string> => {
    const { stdout } = await diffed(old, now)
    return stdout.slice(stdout.search(/^(Managed|Links|Tables|Rules|Routes|Sysctls|Multipath|Connection)/m))
  }

  test('rules that are removed and added, both families in one line', async () => {
    expect(await stateOf(OLD, NEW)).toMatchInlineSnapshot(`
      "Rules
        - IPv4, IPv6  pref 20010 ipproto tcp dport 25 lookup fiber   line 14: rule 2: gateway fiber: mail only from the fixed address
        + IPv4, IPv6  pref 20010 ipproto tcp dport 25 lookup cable   line 14: rule 2: gateway cable: mail only from the fixed address
        - IPv4, IPv6  pref 20011 ipproto tcp dport 587 lookup fiber  line 14: rule 2: gateway fiber: mail only from the fixed address
        + IPv4, IPv6  pref 20011 ipproto tcp dport 587 lookup cable  line 14: rule 2: gateway cable: mail only from the fixed address
      "
    `)
  })

  test('renumbered rules', async () => {
    const rule = '  - { from: 10.0.0.128/25, gateway: cable, comment: guests }\n'
    const more = `${rule}  - { from: 10.0.0.64/26, gateway: cable }\n`
    expect(await stateOf(OLD, OLD.replace(rule, more))).toMatchInlineSnapshot(`
      "Rules
        + IPv4  pref 20010 from 10.0.0.64/26 lookup cable  line 14: rule 2: gateway cable
        ~ 8 rules renumbered, in the same order: pref 20010…20013 → 20020…20023
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
        - net.ipv4.ip_forward = 1  line 15: set under \`sysctls\`
        + net.ipv4.ip_forward = 0  line 15: set under \`sysctls\`
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

  test('a table over a lease, and marks', async () => {
    const old = fixtureNamed('leased-provider-and-tunnel').text
    const now = old
      .replace('via: lease, fwmark', 'via: lease, fail-closed: true, fwmark')
      .replace('0x200', '0x300')
    expect(await stateOf(`${old}marks: nftables\n`, `${now}marks: nftables\n`)).toMatchInlineSnapshot(`
      "Rules
        - IPv4, IPv6  pref 17001 fwmark 0x200/0xff00 lookup cable  line 10: gateway cable: packets marked 0x200/0xff00
        + IPv4, IPv6  pref 17001 fwmark 0x300/0xff00 lookup cable  line 10: gateway cable: packets marked 0x300/0xff00

      Routes
        + IPv4, IPv6  cable  unreachable default metric 2000000000  line 10: gateway cable: reject fallback of its table

      Connection marks
        - received on wan1  mark 0x200/0xff00  line 10: gateway cable: connections over wan1
        + received on wan1  mark 0x300/0xff00  line 10: gateway cable: connections over wan1
      "
    `)
  })

  test('a renumbered table', async () => {
    const now = OLD.replace('  fiber: {', '  fiber: { table: 7,')
    expect(await stateOf(OLD, now)).toMatchInlineSnapshot(`
      "Tables
        ~ fiber  number 101 is now 7 everywhere    line 8: gateway fiber
        ~ cable  number 102 is now 101 everywhere  line 9: gateway cable
      "
    `)
  })
})

describe('json', () => {
  test('rules with their lines, and no absent keys', async () => {
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
    expect(stdout).not.toContain('placeholders')
  })

  test('each reroute with its selector, its sets and an example', async () => {
    const { stdout } = await diffed(OLD, NEW, '--format', 'json')
    const { reroutes } = JSON.parse(stdout) as { reroutes: unknown[] }
    expect(reroutes.length).toBeGreaterThan(4)
    expect(reroutes[0]).toMatchInlineSnapshot(`
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
          "text": "cable",
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
          "text": "fiber",
        },
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
        "exclusions": [],
        "family": "inet",
        "kind": "path",
        "packets": {
          "dport": {
            "exclusions": [],
            "in": [
              "25",
              "587",
            ],
          },
          "from": {
            "exclusions": [
              "10.0.0.128/25",
              "198.51.100.10/32",
              "203.0.113.10/32",
            ],
            "in": [],
          },
          "ipproto": {
            "exclusions": [],
            "in": [
              "6",
            ],
          },
          "mark": {
            "exclusions": [
              "0x100/0xff00",
              "0x200/0xff00",
            ],
            "in": [],
          },
          "oif": {
            "exclusions": [],
            "in": [
              "none",
            ],
          },
          "to": {
            "exclusions": [
              "10.0.0.0/24",
              "172.17.0.0/16",
              "198.51.100.0/24",
              "203.0.113.0/24",
            ],
            "in": [],
          },
        },
        "selector": "ipproto tcp dport 25,587",
      }
    `)
  })
})

describe('markdown', () => {
  test('a summary, a table, and the rest to unfold', async () => {
    const { stdout } = await diffed(OLD, NEW, '--format', 'markdown')
    expect(stdout.split('\n').slice(0, 7)).toMatchInlineSnapshot(`
      [
        "**1 traffic class rerouted; 4 more on connected networks; 6 more of sockets bound to a link.** Kernel state: 4 rules changed.",
        "",
        "\`old.yaml\` → \`new.yaml\`",
        "",
        "| selector | before | after | example |",
        "| --- | --- | --- | --- |",
        "| IPv4, IPv6 \`ipproto tcp dport 25,587\` | fiber (line 14) | cable (line 14) | \`192.0.2.7 from 10.0.0.7 iif lan0 ipproto tcp dport 25\`<br>\`2001:db8:ffff::7 from 2001:db8:c::7 iif lan0 ipproto tcp dport 25\` |",
      ]
    `)
    expect(stdout.match(/^<details>$/gm)).toHaveLength(2)
    expect(stdout.match(/^<\/details>$/gm)).toHaveLength(2)
    for (const block of stdout.split('\n\n').filter((one) => one.startsWith('|'))) {
      const cells = block.split('\n').map((line) => line.replaceAll('\\|', '').split('|').length)
      expect(new Set(cells)).toEqual(new Set([6]))
    }
  })

  test('keeps comments of the description inside the code block', async () => {
    const comment = '</details> @everyone | <script> **x** ~~~ ![x](y)'
    const now = NEW.replace('comment: mail only from the fixed address', `comment: "${comment}"`)
    const name = 'a```|<b>@all.yaml'
    const world = { files: { [name]: OLD, 'new.yaml': now } }
    const { stdout, stderr } = await runIn(world, 'diff', name, 'new.yaml', '--format', 'markdown')
    expect(stderr).toBe('')
    const [open = '', block = ''] = stdout.split('\n```diff\n')
    // The fence is longer than any fence in the code.
    expect(open).toContain('```` a```|<b>@all.yaml ````')
    expect(open).not.toMatch(/everyone|script/)
    const [inside = '', after] = block.split('\n```\n')
    expect(inside).toContain('@everyone')
    expect(after).toBe('\n</details>\n')
  })
})

describe('a change of comments and names', () => {
  const renamed = OLD.replace('comment: guests', 'comment: visitors').replace('# A router', '# Our router')

  test.each([
    ['text', 'No difference for the kernel.'],
    ['markdown', '**No difference for the kernel.**'],
  ])('is reported as such by %s', async (format, sentence) => {
    const { stdout, code } = await diffed(OLD, renamed, '--format', format, '--exit-code')
    expect(code).toBe(0)
    expect(stdout).toContain(sentence)
    expect(stdout).toContain('Only comments, names')
    expect(stdout.split('\n').length).toBeLessThan(6)
    expect((await diffed(OLD, OLD, '--format', format)).stdout).toContain('byte for byte')
  })

  test('json', async () => {
    const { stdout } = await diffed(OLD, renamed, '--format', 'json')
    expect(JSON.parse(stdout)).toMatchObject({
      version: 1,
      different: false,
      reroutes: [],
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
    // The path of the other side; and the staged file.
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

  test('an error in a description of a revision is reported with its name', async () => {
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
    const result = await runIn(world, 'diff', word, path)
    expect(result).toMatchObject({ code: 1, stdout: '' })
    expect(result.stderr).toContain(
      `error[file-unreadable]: cannot read ${word.endsWith(':') ? word + path : word}: `,
    )
    expect(result.stderr).toContain(reason)
  })
})
