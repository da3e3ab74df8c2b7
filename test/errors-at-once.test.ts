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

  it('the address of a network on a link does not take the next hop from its gateway', () => {
    expect(
      errorsIn(`
links: { wan0: { addresses: [192.0.2.0/24] } }
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
        const copy = structuredClone(value)
        const parent = path
          .slice(0, -1)
          .reduce<Record<string | number, unknown>>(
            (node, segment) => node[segment] as Record<string | number, unknown>,
            copy,
          )
        parent[path.at(-1) ?? ''] = wrong
        const { diagnostics } = compile(dump(copy), { targets: [] })
        const errors = diagnostics.filter(({ severity }) => severity === 'error')
        const elsewhere = errors.filter((error) => !isWithin(error.path, path) && !isWithin(path, error.path))
        expect(elsewhere.map(({ message }) => message)).toEqual([])
      }
    },
  )
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
