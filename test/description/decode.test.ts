import fc from 'fast-check'
import { load } from 'js-yaml'
import { describe, expect, it } from 'vitest'
import { full } from './full.js'
import { only, read, readValue, reported } from './reading.js'
import { amount } from '../helpers/amount.js'

/** A valid beginning, to which a test adds one line. */
const begin = 'version: 1\nlinks: { eth0: {} }\n'
const gateway = (keys: string): string => `${begin}gateways: { fiber: { link: eth0, ${keys} } }\n`
const link = (keys: string): string => `version: 1\nlinks: { eth0: { ${keys} } }\n`
const rule = (keys: string): string => `${begin}rules: [{ ${keys} }]\n`
const route = (keys: string): string => `${begin}routes: [{ to: default, ${keys} }]\n`

describe('one mistake', () => {
  it.each([
    // Keys.
    ['links: {}\n', 'key-missing version'],
    [link('adresses: []'), 'key-unknown links.eth0.adresses'],
    [`${begin}gateways: { fiber: {} }`, 'key-missing gateways.fiber.link'],
    [link('<<: { mtu: 1500 }'), 'key-unknown links.eth0.<<'],
    [link('__proto__: { mtu: 1500 }'), 'key-unknown links.eth0.__proto__'],
    [link('constructor: 1'), 'key-unknown links.eth0.constructor'],
    ['version: 1\ntargets: { ifupdwn: {} }', 'key-unknown targets.ifupdwn'],
    ['version: 1\ntargets: { netplan: { flavour: ifupdown } }', 'key-unknown targets.netplan.flavour'],
    // The document.
    ['- a\n', 'description-not-a-mapping the description'],
    ['multihome\n', 'description-not-a-mapping the description'],
    ['~\n', 'description-not-a-mapping the description'],
    // Types.
    [link('dhcp4: yes'), 'type-wrong links.eth0.dhcp4'],
    [link('mtu: "1500"'), 'type-wrong links.eth0.mtu'],
    [link('addresses: 192.0.2.1/24'), 'type-wrong links.eth0.addresses'],
    [link('addresses:'), 'type-wrong links.eth0.addresses'],
    ['version: 1\nlinks: [eth0]\n', 'type-wrong links'],
    ['version: 1\nlinks: { wg0: }\n', 'type-wrong links.wg0'],
    ['version: 1\nrules: { from: 10.0.0.0/8 }\n', 'type-wrong rules'],
    [`${begin}gateways: [{ link: eth0 }]`, 'type-wrong gateways'],
    [gateway('via: { a: 1 }'), 'type-wrong gateways.fiber.via'],
    [gateway('via: 7'), 'type-wrong gateways.fiber.via'],
    [`${begin}default: [fiber]`, 'type-wrong default'],
    [`${begin}sysctls: [a]`, 'type-wrong sysctls'],
    [`${begin}sysctls: { net.ipv4.ip_forward: true }`, 'type-wrong sysctls.net.ipv4.ip_forward'],
    [rule('table: "101"'), 'type-wrong rules[0].table'],
    [rule('to: 10.1'), 'type-wrong rules[0].to'],
    [rule('comment: 5'), 'type-wrong rules[0].comment'],
    // A mapping may have any key, also `toString`.
    ['version: { toString: 1 }\n', 'type-wrong version'],
    [link('dhcp4: { toString: 1 }'), 'type-wrong links.eth0.dhcp4'],
    // Enumerations.
    ['version: 2\n', 'value-unknown version'],
    ['version: "1"\n', 'type-wrong version'],
    ['version: 1\nmanage: partly\n', 'value-unknown manage'],
    [gateway('reply: form'), 'value-unknown gateways.fiber.reply'],
    [gateway('reply: [from, form]'), 'value-unknown gateways.fiber.reply[1]'],
    [rule('ipproto: tpc'), 'value-unknown rules[0].ipproto'],
    [rule('ipproto: 256'), 'value-unknown rules[0].ipproto'],
    [rule('action: drop'), 'value-unknown rules[0].action'],
    [`${begin}sysctls: atuo`, 'value-unknown sysctls'],
    // Numbers.
    [link('mtu: 67'), 'number-out-of-range links.eth0.mtu'],
    [link('mtu: 1500.5'), 'number-out-of-range links.eth0.mtu'],
    [gateway('table: 0'), 'number-out-of-range gateways.fiber.table'],
    [gateway('table: 2147483648'), 'number-out-of-range gateways.fiber.table'],
    [gateway('metric: 4294967296'), 'number-out-of-range gateways.fiber.metric'],
    [rule('priority: 1.5'), 'number-out-of-range rules[0].priority'],
    [rule('suppress-prefixlength: 129'), 'number-out-of-range rules[0].suppress-prefixlength'],
    [
      route('nexthops: [{ via: 192.0.2.1, weight: 257 }]'),
      'number-out-of-range routes[0].nexthops[0].weight',
    ],
    [`${begin}default: { balance: { fiber: 0 } }`, 'number-out-of-range default.balance.fiber'],
    // Lists.
    [link('addresses: []'), 'list-empty links.eth0.addresses'],
    [rule('dport: []'), 'list-empty rules[0].dport'],
    [gateway('via: [192.0.2.1, none]'), 'must-be-sole-value gateways.fiber.via[1]'],
    [gateway('reply: [none, from]'), 'must-be-sole-value gateways.fiber.reply[0]'],
    // Addresses.
    [link('addresses: [192.0.2.1]'), 'address-invalid links.eth0.addresses[0]'],
    [link('addresses: [192.0.2.1/33]'), 'address-invalid links.eth0.addresses[0]'],
    [link('addresses: [192.0.2.1/255.255.255.0]'), 'address-invalid links.eth0.addresses[0]'],
    [link('mac: 01:00:5e:00:00:01'), 'address-invalid links.eth0.mac'],
    [link('mac: 00:00:00:00:00:00'), 'address-invalid links.eth0.mac'],
    [gateway('via: 192.0.2.1/24'), 'address-invalid gateways.fiber.via'],
    [gateway('via: 192.0.2.01'), 'address-invalid gateways.fiber.via'],
    [gateway('via: fe80::1%eth0'), 'address-invalid gateways.fiber.via'],
    [gateway('via: leese'), 'address-invalid gateways.fiber.via'],
    [rule('from: 10.0.0.0/8/8'), 'address-invalid rules[0].from'],
    [route('via: router'), 'address-invalid routes[0].via'],
    // Marks and ranges.
    [gateway('fwmark: 0x1ffffffff'), 'fwmark-invalid gateways.fiber.fwmark'],
    [gateway('fwmark: 0x1/0x1/0x1'), 'fwmark-invalid gateways.fiber.fwmark'],
    [gateway('fwmark: -1'), 'fwmark-invalid gateways.fiber.fwmark'],
    [rule('dport: 0'), 'range-invalid rules[0].dport'],
    [rule('dport: [25, 65536]'), 'range-invalid rules[0].dport[1]'],
    [rule('sport: 2000-1000'), 'range-invalid rules[0].sport'],
    [rule('uidrange: root'), 'range-invalid rules[0].uidrange'],
    [rule('tos: 256'), 'range-invalid rules[0].tos'],
    [rule('dscp: 64'), 'value-unknown rules[0].dscp'],
    [rule('dscp: af51'), 'value-unknown rules[0].dscp'],
    // Names.
    ['version: 1\nlinks: { abcdefghijklmnop: {} }\n', 'name-invalid links.abcdefghijklmnop'],
    ['version: 1\nlinks: { all: {} }\n', 'name-invalid links.all'],
    ['version: 1\nlinks: { eth0@if4: {} }\n', 'name-invalid links.eth0@if4'],
    [`${begin}gateways: { main: { link: eth0 } }`, 'name-invalid gateways.main'],
    [`${begin}gateways: { Fiber: { link: eth0 } }`, 'name-invalid gateways.Fiber'],
    [`${begin}gateways: { ${'g'.repeat(32)}: { link: eth0 } }`, `name-invalid gateways.${'g'.repeat(32)}`],
    [`${begin}tables: { lease: { id: 5 } }`, 'name-invalid tables.lease'],
    [rule('iif: eth0/1'), 'name-invalid rules[0].iif'],
    [link('nameservers: { search: [~.] }'), 'name-invalid links.eth0.nameservers.search[0]'],
    ['version: 1\ntargets: { iproute2: { path: /usr/local/../x } }\n', 'name-invalid targets.iproute2.path'],
    ['version: 1\ntargets: { iproute2: { path: /etc/passwd } }\n', 'name-invalid targets.iproute2.path'],
    ['version: 1\ntargets: { iproute2: { path: /usr/local } }\n', 'name-invalid targets.iproute2.path'],
    ['version: 1\ntargets: { iproute2: { path: /usr/bin/ip } }\n', 'name-invalid targets.iproute2.path'],
    [
      'version: 1\ntargets: { iproute2: { path: /etc/multihome.sh } }\n',
      'name-invalid targets.iproute2.path',
    ],
    ['version: 1\ntargets: { netplan: { file: ../60.yaml } }\n', 'name-invalid targets.netplan.file'],
    ['version: 1\ntargets: { netplan: { file: 60.yml } }\n', 'name-invalid targets.netplan.file'],
    [
      'version: 1\ntargets: { networkd: { files: { eth0: a/b.network } } }\n',
      'name-invalid targets.networkd.files.eth0',
    ],
    [
      'version: 1\ntargets: { ifupdown: { layout: drop-in, file: 60.multihome } }\n',
      'name-invalid targets.ifupdown.file',
    ],
    // Text.
    [link('comment: "a\\nb"'), 'string-control-character links.eth0.comment'],
    [link('mac: "52:54:00:12:34:56\\n"'), 'string-control-character links.eth0.mac'],
    [link('comment: costs $5'), 'string-shell-syntax links.eth0.comment'],
    [link(`comment: ${'x'.repeat(201)}`), 'string-too-long links.eth0.comment'],
    // Targets.
    ['version: 1\ntargets: { networkd: { version: 1.30 } }\n', 'version-ambiguous targets.networkd.version'],
    [
      'version: 1\ntargets: { netplan: { beyond-yaml: dispatcher } }\n',
      'setting-conflict targets.netplan.beyond-yaml',
    ],
    [
      'version: 1\ntargets: { netplan: { beyond-yaml: drop-in, renderer: NetworkManager } }\n',
      'setting-conflict targets.netplan.beyond-yaml',
    ],
    ['version: 1\ntargets: nope\n', 'value-unknown targets'],
    ['version: 1\ntargets: [netplan, NetworkManager]\n', 'value-unknown targets[1]'],
    ['version: 1\ntargets: [netplan, 7]\n', 'type-wrong targets[1]'],
    ['version: 1\ntargets: []\n', 'list-empty targets'],
    ['version: 1\ntargets: {}\n', 'list-empty targets'],
    ['version: 1\ntargets: { ubuntu: {} }\n', 'key-unknown targets.ubuntu'],
    ['version: 1\ntargets: { all: { version: 1 } }\n', 'type-wrong targets.all'],
    // Sysctls.
    [`${begin}sysctls: { net: 1 }`, 'sysctl-invalid sysctls.net'],
    [`${begin}sysctls: { net/../../etc: 1 }`, 'sysctl-invalid sysctls.net/../../etc'],
    [`${begin}sysctls: { net.ipv4.ip_forward: 1; reboot }`, 'sysctl-invalid sysctls.net.ipv4.ip_forward'],
    // Part of the language, and not supported yet.
    [link('vlan: { id: 4095, link: eth1 }'), 'number-out-of-range links.eth0.vlan.id'],
    [link('vlan: { id: 5 }'), 'key-missing links.eth0.vlan.link'],
    [link('bond: { mode: lacp, links: [a, b] }'), 'value-unknown links.eth0.bond.mode'],
    [link('bond: { mode: 802.3ad, links: [] }'), 'list-empty links.eth0.bond.links'],
    [link('bridge: { links: [a], stp: yes }'), 'type-wrong links.eth0.bridge.stp'],
    [link('vrf: { table: 0, links: [a] }'), 'number-out-of-range links.eth0.vrf.table'],
    // What is not supported is validated too.
    [link('vlan: { id: 4095, link: eth1 }'), 'number-out-of-range links.eth0.vlan.id'],
    [link('bond: { mode: 4, links: [a, b] }'), 'value-unknown links.eth0.bond.mode'],
  ])('%j', (text, expected) => {
    const outcome = read(text)
    expect(reported(outcome)).toEqual([expected])
    expect(outcome.description).toBeUndefined()
  })
})

describe('the message and the fix of a mistake', () => {
  it.each([
    [link('adresses: [192.0.2.1/24]'), 'unknown key `adresses` in links.eth0', 'Did you mean `addresses`?'],
    [gateway('gw: 192.0.2.1'), 'unknown key `gw` in gateways.fiber', 'Did you mean `via`?'],
    [rule('lookup: main'), 'unknown key `lookup` in rules[0]', 'Did you mean `table`?'],
    [rule('pref: 100'), 'unknown key `pref` in rules[0]', 'Did you mean `priority`?'],
    ['version: 1\nethernets: {}\n', 'unknown key `ethernets` in the description', 'Did you mean `links`?'],
    [`${begin}default: { failovr: [a] }`, 'unknown key `failovr` in default', 'Did you mean `failover`?'],
    [
      link('xyz: 1'),
      'unknown key `xyz` in links.eth0',
      expect.stringMatching(/^Known here: manage, addresses, /),
    ],
    [link('<<: {}'), 'unknown key `<<` in links.eth0', 'Merge keys are not read: write the values out.'],
    [link('dhcp4: yes'), 'expected `true` or `false`, found the text `yes`', 'Write `true`.'],
    [link('dhcp4: off'), 'expected `true` or `false`, found the text `off`', 'Write `false`.'],
    [
      link('mtu: "1500"'),
      'expected a whole number from 68 to 65535, found the text `1500`',
      'Write it without quotes.',
    ],
    [
      'version: 1\nlinks: { wg0: }\n',
      'expected a link as a mapping, found nothing',
      'Write `{}` for an empty mapping.',
    ],
    [rule('gateway:'), 'expected the name of a gateway, found nothing', 'Write a value, or remove the key.'],
    [
      `${begin}local: 10.0.0.0/8`,
      'expected a list of prefixes and links, found the text `10.0.0.0/8`',
      'Write it as a list: [10.0.0.0/8].',
    ],
    [
      'version: 1\nlinks: [eth0]\n',
      'expected a mapping of names to links, found a list',
      'Write each as a key with its value, without the `-`: `eth0: {}`.',
    ],
    [
      gateway('via: [2001:db8::]'),
      'expected an IPv4 or IPv6 address, `lease` or `none`, found a mapping',
      'Quote the address: "2001:db8::".',
    ],
    [
      rule('from: [2001:db8::]'),
      'expected a prefix, an address or a link, found a mapping',
      'Quote the address: "2001:db8::".',
    ],
    [
      link('addresses: [192.0.2.1]'),
      expect.stringContaining('`192.0.2.1` is not an address with the length'),
      'Add the length of the prefix: `/24`, `/64`.',
    ],
    [
      gateway('via: 192.0.2.1/24'),
      '`192.0.2.1/24` is not an IPv4 or IPv6 address',
      'Write the address alone: 192.0.2.1.',
    ],
    [gateway('via: fe80::1%eth0'), expect.any(String), 'Remove the zone (%…): the link is known.'],
    [gateway('via: 192.0.2.01'), expect.any(String), 'Write the numbers without leading zeros.'],
    [
      'version: 1\ntargets: { networkd: { version: 1.30 } }\n',
      'YAML reads the version 1.30 as a number, and 1.30 and 1.3 are the same number',
      "Quote it: version: '1.30'.",
    ],
    [rule('to: 10.10'), expect.stringContaining('found the number 10.10'), undefined],
    [gateway('fwmark: 0x1ffffffff'), '`0x1ffffffff` is not a mark', expect.any(String)],
    [`${begin}sysctls: atuo`, 'unknown word `atuo`; known: auto, none', 'Did you mean `auto`?'],
    [rule('action: drop'), expect.stringContaining('unknown action `drop`'), 'Did you mean `blackhole`?'],
    [gateway('via: dhcp'), expect.stringContaining('`dhcp` is not'), 'Did you mean `lease`?'],
    [link('comment: "a\\u202eb"'), 'the text has a control character (U+202E)', expect.any(String)],
  ])('%j', (text, message, fix) => {
    const found = only(text)
    expect(found.message).toEqual(message)
    expect(found.fix).toEqual(fix)
  })

  it('are never the text of zod', () => {
    const { diagnostics } = readValue({
      version: [],
      links: 1,
      gateways: { a: 1, b: { via: {} } },
      default: 1,
      rules: [1, { from: {} }],
    })
    for (const { message } of diagnostics) expect(message).not.toMatch(/invalid|input|union|received/i)
  })
})

describe('several mistakes', () => {
  it('are reported at once, also in a key and in its value', () => {
    const text = `version: 1
links: { 'eth 0': { mut: 1, mtu: 1 }, eth1: { dhcp4: yes } }
gateways: { Fiber: { via: 192.0.2 } }
rules: [{ frm: 10.0.0.0/8, dport: [0, 99999] }, 5]
`
    expect(reported(read(text))).toEqual([
      'address-invalid gateways.Fiber.via',
      'key-missing gateways.Fiber.link',
      'key-unknown links.eth 0.mut',
      'key-unknown rules[0].frm',
      'name-invalid gateways.Fiber',
      'name-invalid links.eth 0',
      'number-out-of-range links.eth 0.mtu',
      'range-invalid rules[0].dport[0]',
      'range-invalid rules[0].dport[1]',
      'type-wrong links.eth1.dhcp4',
      'type-wrong rules[1]',
    ])
  })

  it('do not include a missing key if it is misspelt', () => {
    expect(reported(read(`${begin}gateways: { fiber: { lnik: eth0 } }`))).toEqual([
      'key-unknown gateways.fiber.lnik',
    ])
    expect(reported(read('vesion: 1\n'))).toEqual(['key-unknown vesion'])
  })

  it('do not include a general report beside the one of a control character', () => {
    expect(reported(read(link('mac: "a\\nb", "m\\tu": { comment: "\\e" }')))).toEqual([
      'string-control-character links.eth0.m\tu',
      'string-control-character links.eth0.m\tu.comment',
      'string-control-character links.eth0.mac',
    ])
  })
})

describe('for any value', () => {
  it('reports something or returns a description, never both, and never throws', () => {
    const word = fc.oneof(
      fc.string(),
      fc.constantFrom(
        'version',
        'links',
        'gateways',
        'default',
        'rules',
        'via',
        'link',
        'failover',
        'balance',
        'to',
        'none',
        '10.0.0.0/8',
        '__proto__',
        '<<',
        'eth0',
      ),
    )
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof(
        { maxDepth: 5 },
        fc.oneof(word, fc.double(), fc.integer(), fc.boolean(), fc.constant(null)),
        fc.array(tie('tree'), { maxLength: 3 }),
        fc.dictionary(word, tie('tree'), { maxKeys: 5 }),
      ),
    }))
    const check = (value: unknown): void => {
      const { description, diagnostics } = readValue(value)
      expect(description === undefined).toBe(diagnostics.length > 0)
    }
    fc.assert(fc.property(fc.oneof(tree, fc.jsonValue({ maxDepth: 4 })), check), {
      numRuns: amount(400, 2000),
    })

    // A valid description with one part replaced reaches every part of the grammar.
    const value = load(full) as Record<string, unknown>
    const change = fc.tuple(fc.array(fc.nat(20), { maxLength: 5 }), tree)
    const replaced = (node: unknown, [step, ...steps]: readonly number[], by: unknown): unknown => {
      if (step === undefined || typeof node !== 'object' || node === null) return by
      const keys = Object.keys(node)
      const key = keys[step % keys.length]
      if (key === undefined) return by
      const child = replaced((node as Record<string, unknown>)[key], steps, by)
      return Array.isArray(node) ? node.with(Number(key), child) : { ...node, [key]: child }
    }
    fc.assert(
      fc.property(change, ([steps, by]) => check(replaced(value, steps, by))),
      { numRuns: amount(400, 2000) },
    )
  })

  it('never throws on text that is nearly a description', () => {
    const noise = fc.tuple(
      fc.nat(full.length),
      fc.nat(10),
      fc.string({ maxLength: 5, unit: fc.constantFrom(...':-[]{}&*!|>"\' \n#,0a'.split('')) }),
    )
    fc.assert(
      fc.property(noise, ([at, length, by]) => {
        const { description, diagnostics } = read(full.slice(0, at) + by + full.slice(at + length))
        expect(description === undefined).toBe(diagnostics.length > 0)
      }),
      { numRuns: amount(200, 1000) },
    )
  })
})
