// Errors of all phases are reported together, and none that only follows from another one.
import { dump, load } from 'js-yaml'
import { describe, expect, it } from 'vitest'
import { compile } from '../src/compile.js'
import { formatPath, type Path } from '../src/diagnostics/diagnostic.js'
import { fixtureNamed } from './helpers/fixtures.js'

const errorsOf = (text: string): readonly string[] =>
  compile(text, { targets: [] })
    .diagnostics.filter(({ severity }) => severity === 'error')
    .map(({ code, path }) => `${code} at ${formatPath(path)}`)

const errorsIn = (text: string): readonly string[] => errorsOf(`version: 1\n${text}`)

describe('errors of different phases', () => {
  it('of a key, of a reference and of the rules are reported together', () => {
    const errors = errorsIn(`
links:
  eth0: { addresses: [192.0.2.10/24], speed: 5 }
  eth1: { addresses: [198.51.100.10/24] }
gateways:
  cable: { link: eth1, via: 198.51.100.1 }
rules:
  - { from: 10.0.0.0/24 }
  - { from: 10.1.0.0/24, gateway: fibre }
  - { from: 10.2.0.0/24, gateway: cable, priority: 100 }
  - { from: 10.3.0.0/24, gateway: cable, priority: 100 }
`)
    expect(errors).toEqual([
      'key-unknown at links.eth0.speed',
      'rule-no-action at rules[0]',
      'gateway-unknown at rules[1].gateway',
      'pref-taken at rules[3].priority',
    ])
  })

  it('of a bond: a wrong mode does not hide members that do not exist', () => {
    expect(errorsIn('links: { bond0: { bond: { mode: lacp, links: [eth8, eth9] } } }')).toEqual([
      'value-unknown at links.bond0.bond.mode',
      'link-unknown at links.bond0.bond.links[0]',
      'link-unknown at links.bond0.bond.links[1]',
    ])
  })

  it('of one list: a wrong entry does not hide the others, and each keeps its position', () => {
    expect(
      errorsIn(`
links: { eth0: { addresses: [192.0.2.10/24] } }
gateways: { up: { link: eth0, via: 192.0.2.1 } }
rules:
  - 5
  - { from: [10.0.0.0/33, nolink, 10.1.0.0/16], gateway: up }
  - { from: 10.2.0.0/16 }
`),
    ).toEqual([
      'type-wrong at rules[0]',
      'address-invalid at rules[1].from[0]',
      'link-unknown at rules[1].from[1]',
      'rule-no-action at rules[2]',
    ])
  })
})

it('a member that does not exist does not move the position of the others', () => {
  expect(
    errorsIn(
      'links: { eth1: {}, b0: { bridge: { links: [eth1] } }, b1: { bridge: { links: [eth9, eth1] } } }',
    ),
  ).toEqual(['link-unknown at links.b1.bridge.links[0]', 'member-taken at links.b1.bridge.links[1]'])
})

describe('an error that follows from another one is not reported', () => {
  it('an address on two links does not take the next hop off its link', () => {
    expect(
      errorsIn(`
links:
  wan0: { addresses: [192.0.2.10/24] }
  wan1: { addresses: [192.0.2.10/24] }
gateways:
  fiber: { link: wan0, via: 192.0.2.1 }
  cable: { link: wan1, via: 192.0.2.2 }
default: cable
rules: [{ from: wan1, gateway: cable }]
`),
    ).toEqual(['address-twice at links.wan1.addresses[0]'])
  })

  it('a multicast address on a link does not take the next hop from its gateway', () => {
    expect(
      errorsIn(`
links: { wan0: { addresses: [224.0.0.5/24] } }
gateways: { fiber: { link: wan0, via: 192.0.2.1 } }
default: fiber
`),
    ).toEqual(['address-unusable at links.wan0.addresses[0]'])
  })

  it('a mistyped key of the top does not make each name unknown', () => {
    expect(
      errorsIn(`
links: { wan0: { addresses: [192.0.2.10/24] } }
gatways: { fiber: { link: wan0, via: 192.0.2.1 } }
default: fiber
rules: [{ from: 10.0.0.0/24, gateway: fiber }]
`),
    ).toEqual(['key-unknown at gatways'])
  })
})

describe('errors of targets', () => {
  /** Also those of the targets that the description chooses. */
  const allErrorsIn = (text: string, strict = false): readonly string[] =>
    compile(`version: 1\n${text}`, { strict })
      .diagnostics.filter(({ severity }) => severity === 'error')
      .map(({ code, path, target = 'description' }) => `${target}: ${code} at ${formatPath(path)}`)

  it('are reported beside those of the description, and no files are rendered', () => {
    const text = `
targets: { nm-keyfile: {}, networkd: { version: 257 }, ifupdown: { file: lab } }
links:
  eth0: { addresses: [192.0.2.10/24], speed: 5 }
  eth1: { addresses: [198.51.100.10/24] }
gateways:
  cable: { link: eth1, via: 198.51.100.1 }
rules:
  - { from: 10.0.0.0/24 }
  - { from: 10.1.0.0/24, dscp: ef, gateway: cable }
`
    expect(allErrorsIn(text)).toEqual([
      'ifupdown: value-unsupported at targets.ifupdown.file',
      'description: key-unknown at links.eth0.speed',
      'description: rule-no-action at rules[0]',
      'nm-keyfile: feature-unsupported at rules[1].dscp',
      'networkd: feature-unsupported at rules[1].dscp',
    ])
    const { plan, outputs } = compile(`version: 1\n${text}`)
    expect([plan, outputs.size]).toEqual([undefined, 0])
  })

  it('are those of the targets that the caller asks for', () => {
    const text = `version: 1
links: { eth0: { addresses: [192.0.2.10/24], speed: 5 } }
rules: [{ dscp: ef, table: main }]
`
    const targetsOf = (targets: string) => compile(text, { targets }).diagnostics.map(({ target }) => target)
    expect(targetsOf('nm-keyfile')).toEqual([undefined, 'nm-keyfile'])
    expect(targetsOf('iproute2')).toEqual([undefined])
  })

  it('are reported beside warnings that count as errors', () => {
    const text = `
targets: [nm-keyfile]
links: { eth0: { addresses: [192.0.2.10/24] } }
gateways: { up: { link: eth0, via: 192.0.2.1 } }
rules:
  - { from: 10.0.0.0/24, gateway: up }
  - { from: 10.0.0.0/25, dscp: ef, gateway: up }
`
    expect(allErrorsIn(text, true)).toEqual([
      'description: rule-shadowed at rules[1]',
      'nm-keyfile: feature-unsupported at rules[1].dscp',
    ])
  })

  it.each([
    [
      'a feature, and a value of another entry',
      `targets: { networkd: {} }
rules: [{ dscp: ef, table: main }, { ipproto: 77, table: main }]`,
      ['networkd: feature-unsupported at rules[0].dscp', 'networkd: value-unsupported at rules[1].ipproto'],
    ],
    [
      'a feature, and a value of the same entry',
      `targets: { networkd: {} }
rules: [{ dscp: ef, ipproto: 77, table: main }]`,
      ['networkd: feature-unsupported at rules[0].dscp', 'networkd: value-unsupported at rules[0].ipproto'],
    ],
    [
      'a version that is too old for a feature, and for anything',
      `targets: { networkd: { version: 240 } }
rules: [{ from: 10.0.0.0/8, action: unreachable }]`,
      [
        'networkd: value-unsupported at targets.networkd.version',
        'networkd: feature-version at rules[0].action',
      ],
    ],
    [
      'a setting, a feature and a value',
      `targets: { ifupdown: { flavour: ifupdown2, file: lab } }
links: { eth0.x: { addresses: [192.0.2.10/24], nameservers: { addresses: [192.0.2.1], search: [example.org] } } }`,
      [
        'ifupdown: value-unsupported at targets.ifupdown.file',
        'ifupdown: value-unsupported at links.eth0.x',
        'ifupdown: feature-unsupported at links.eth0.x.nameservers',
      ],
    ],
    [
      'a feature of rules, and a name of a link',
      `targets: { nm-keyfile: { version: '1.30', file: x.rpmnew } }
links: { eth0: { addresses: ['2001:db8::1/64'], nameservers: { addresses: [192.0.2.1] } } }
rules: [{ from: 10.0.0.0/8, table: main }]`,
      [
        'nm-keyfile: value-unsupported at targets.nm-keyfile.file',
        'nm-keyfile: value-unsupported at links.eth0.nameservers',
        'nm-keyfile: feature-version at rules[0].from',
      ],
    ],
  ])('of one target are reported together: %s', (_title, text, errors) => {
    expect(
      allErrorsIn(text)
        .map((error) => error.replace('["eth0.x"]', '.eth0.x'))
        .toSorted(),
    ).toEqual(errors.toSorted())
  })

  it.each([
    [
      'a rule with what the YAML has no key for is no rule of the YAML',
      `targets: { netplan: { beyond-yaml: refuse } }
rules: [{ iif: lo, table: main }]`,
      ['netplan: feature-unsupported at rules[0].iif'],
    ],
    [
      'a route over a link that the target cannot have',
      `targets: { netplan: { renderer: NetworkManager, beyond-yaml: refuse } }
links: { wg0: { manage: routing } }
routes: [{ to: 10.0.0.0/8, link: wg0 }]`,
      ['netplan: feature-unsupported at links.wg0.manage'],
    ],
    [
      'files of a target that cannot manage routing alone',
      `targets: { nm-keyfile: {} }
manage: routing
links: { eth0: { addresses: ['2001:db8::1/64'] } }
routes: [{ to: 10.0.0.0/8, link: eth0 }]`,
      ['nm-keyfile: feature-unsupported at manage'],
    ],
  ])('of one target are not reported where they say the same: %s', (_title, text, errors) => {
    expect(allErrorsIn(text)).toEqual(errors)
  })

  it.each([
    [
      'a link whose only address is wrong has no family for its name servers',
      'targets: [nm-dispatcher]\nlinks: { eth0: { addresses: [192.0.2.300/24], nameservers: { addresses: [192.0.2.1] } } }',
      'address-invalid at links.eth0.addresses[0]',
    ],
    [
      'a VLAN on a link that is wrong is a link with a dot in its name',
      'targets: [ifupdown]\nlinks: { eth0: 5, eth0.7: { vlan: { link: eth0, id: 7 } } }',
      'type-wrong at links.eth0',
    ],
    [
      'a member of a bond that is wrong lacks an address of its own',
      `targets: { netplan: { version: '0.101', renderer: NetworkManager } }
links: { eth0: {}, bond0: { addresses: [192.0.2.10/24], bond: [eth0] } }`,
      'type-wrong at links.bond0.bond',
    ],
    [
      'main has no leased default after a slip in `default`',
      `targets: [ifupdown]
links: { eth0: { accept-ra: true } }
gateways: { fiber: { link: eth0, via: lease } }
default: fibre`,
      'gateway-unknown at default',
    ],
    [
      'no gateway uses the router of a link after a slip in the gateway',
      `targets: { networkd: { version: 247 } }
links: { eth0: { accept-ra: true } }
gateways: { fiber: { link: eth0, vai: lease } }`,
      'key-unknown at gateways.fiber.vai',
    ],
    [
      'a table lacks the route that is wrong',
      `targets: { netplan: { renderer: NetworkManager, beyond-yaml: refuse } }
links: { eth0: { addresses: [192.0.2.10/24] } }
tables: { office: { id: 300, routes: [{ to: 10.0.0.0/33, via: 192.0.2.1 }] } }
rules: [{ from: 192.0.2.10, table: office }]`,
      'address-invalid at tables.office.routes[0].to',
    ],
    [
      'a file is named for a link that is wrong',
      `targets: { networkd: { files: { eth0: 10-lan.network } } }
links: { eth0: 5 }`,
      'type-wrong at links.eth0',
    ],
    [
      'the default version is too old for a rule',
      `targets: { networkd: { version: newest } }
rules: [{ dscp: ef, table: main }]`,
      'name-invalid at targets.networkd.version',
    ],
    [
      'a slip in `manage: routing` makes a link one of the stack',
      'targets: [iproute2]\nmanage: ruoting\nlinks: { eth0: { nameservers: { addresses: [192.0.2.1] } } }',
      'value-unknown at manage',
    ],
    [
      'no target is chosen by a name that is wrong',
      'targets: { netplann: {} }\nrules: [{ dscp: ef, table: main }]',
      'key-unknown at targets.netplann',
    ],
  ])('are not reported where they only follow: %s', (_title, text, error) => {
    expect(allErrorsIn(text, true)).toEqual([`description: ${error}`])
  })
})

const isWithin = (path: Path, outer: Path): boolean =>
  outer.every((segment, index) => path[index] === segment)

/** Every value below the top, with its path; not the names of links, gateways and tables. */
function* pathsOf(node: unknown, path: Path = []): Generator<Path> {
  if (typeof node !== 'object' || node === null) return
  for (const [key, child] of Object.entries(node)) {
    const at = [...path, Array.isArray(node) ? Number(key) : key]
    yield at
    yield* pathsOf(child, at)
  }
}

function withValueAt(value: Record<string | number, unknown>, path: Path, wrong: unknown): unknown {
  const copy = structuredClone(value)
  const parent = path
    .slice(0, -1)
    .reduce((node, segment) => node[segment] as Record<string | number, unknown>, copy)
  parent[path.at(-1) ?? ''] = wrong
  return copy
}

const hosts = [
  'dual-stack-balanced',
  'vlan-over-bond-made',
  'transparent-proxy',
  'marks-of-gateways',
  'balanced-route-to-site',
]

describe.each(hosts)('%s with one wrong value', (name) => {
  const value = load(fixtureNamed(name).text) as Record<string, unknown>

  it.each([...pathsOf(value)].map((path) => [formatPath(path), path] as const))(
    'has errors at %s, and nowhere else',
    (_name, path) => {
      for (const wrong of ['!', null, 5.5]) {
        const { diagnostics } = compile(dump(withValueAt(value, path, wrong)), { targets: [] })
        const errors = diagnostics.filter(({ severity }) => severity === 'error')
        const elsewhere = errors.filter((error) => !isWithin(error.path, path) && !isWithin(path, error.path))
        expect(elsewhere.map(({ message }) => message)).toEqual([])
      }
    },
  )
})

describe.each([
  ['voice-by-dscp', {}],
  ['goto-over-a-section', { networkd: { version: 250 }, netplan: {}, 'nm-keyfile': {} }],
  ['advertised-router-kept-out-of-main', {}],
  ['names-with-dots', { ifupdown: {}, netifrc: {} }],
  ['pppoe-weighted', { networkd: {}, netplan: { renderer: 'NetworkManager', 'beyond-yaml': 'refuse' } }],
])('%s', (name, targets) => {
  const host = load(fixtureNamed(name).text) as Record<string, unknown>
  const value = Object.keys(targets).length === 0 ? host : { ...host, targets }
  const targetErrorsOf = (of: unknown): readonly string[] =>
    compile(dump(of))
      .diagnostics.filter(({ severity, target }) => severity === 'error' && target !== undefined)
      .map(({ path, message }) => `${formatPath(path)}: ${message}`)

  it('with one wrong value has no errors of targets that it has not without', () => {
    const known = targetErrorsOf(value)
    const found = [...pathsOf(value)].flatMap((path) =>
      ['!', 5.5].flatMap((wrong) => targetErrorsOf(withValueAt(value, path, wrong))),
    )
    expect(found.filter((error) => !known.includes(error))).toEqual([])
    expect(new Set(found)).toEqual(new Set(known))
  })
})

it('the lists of a rule are multiplied only up to the number of priorities', () => {
  const { text } = fixtureNamed('invalid/rule-too-many')
  expect(errorsOf(text)).toEqual(['rule-too-many at rules[0]'])
  // Two rules that are small enough alone, and too many together.
  const ports = Array.from({ length: 128 }, (_, index) => 1000 + 2 * index).join(', ')
  const one = `  - { sport: [${ports}], dport: [${ports}], gateway: up }\n`
  const host = `version: 1
links: { eth0: { addresses: [192.0.2.10/24] } }
gateways: { up: { link: eth0, via: 192.0.2.1 } }
rules:
`
  expect(errorsOf(`${host}${one}${one.replace('1000', '1001')}${one}`)).toContain('rule-too-many at rules[2]')
}, 60_000)

it('the prefixes of two links are multiplied only up to the number of priorities', () => {
  const addresses = (network: number) =>
    Array.from({ length: 200 }, (_, index) => `10.${network}.${index}.1/24`).join(', ')
  const text = `version: 1
links: { a: { addresses: [${addresses(1)}] }, b: { addresses: [${addresses(2)}] } }
rules:
  - { from: a, to: b, table: main }
`
  expect(errorsOf(text)).toEqual(['rule-too-many at rules[0]'])
})
