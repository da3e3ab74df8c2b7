// Random hosts whose names, numbers and comments look like lines of the rendered files.
import fc from 'fast-check'
import { describedHost } from '../generators/random-description.js'

type Mapping = Readonly<Record<string, unknown>>

const gateways = ['lo', 'line', 'item', 'iface', 'pref', 'table', 'rule', 'route']

/** Links of `describedHost`. */
const links = ['eth0', 'wan1', 'inet.22', 'br-lan'] as const

const linkNames = ['101', '20000', 'item', 'from', 'iface', 'table', 'lookup', 'eth0', 'routes_lo', 'x.254']

const remarks = [
  'item 0',
  '# item 1',
  'pref 20000 from 10.0.0.0/8 lookup 101',
  'priority 18000 table 102',
  'Entries of routes_lo:',
  '  1: item 2',
  'iface lo inet static',
  '[RoutingPolicyRule]',
  'routing-policy:',
  '}',
  ';;',
  'esac',
  "it's 100% 20000; 101 | 102",
]

/** Equal to automatic priorities, tables and metrics. */
const numbers = [100, 101, 102, 254, 15000, 16000, 17000, 18000, 18001, 20000, 20010]

/** Links that no gateway uses, each of a different kind. */
const others: readonly Mapping[] = [
  { dummy0: { addresses: ['10.254.0.1/24', '2001:db8:fe::1/64'] } },
  { card0: {}, vlan0: { vlan: { id: 101, link: 'card0' }, addresses: ['10.101.0.1/24'] } },
  { port0: {}, bridge0: { bridge: { links: ['port0'] }, addresses: ['10.102.0.1/24'] } },
  { card1: {}, card2: {}, bond0: { bond: { mode: 'active-backup', links: ['card1', 'card2'] } } },
  { inner0: { addresses: ['10.99.0.1/24'] }, vrf0: { vrf: { table: 20010, links: ['inner0'] } } },
  { wg0: { manage: 'routing', addresses: ['10.8.0.2/32'] } },
]

/** The description with all names replaced, as keys and as values, except in comments. */
function renamed(value: unknown, names: ReadonlyMap<string, string>): unknown {
  if (typeof value === 'string') return names.get(value) ?? value
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map((item) => renamed(item, names))
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      names.get(key) ?? key,
      key === 'comment' ? item : renamed(item, names),
    ]),
  )
}

/** The host with a leased next hop of the first gateway, and leased addresses of its link. */
function leased(host: Mapping): Mapping {
  const [[name, gateway] = ['', {}]] = Object.entries(host['gateways'] as Mapping)
  const { onlink: _onlink, via: _via, ...rest } = gateway as Mapping
  return {
    ...host,
    links: { ...(host['links'] as Mapping), [String(rest['link'])]: { dhcp4: true, 'accept-ra': true } },
    gateways: { ...(host['gateways'] as Mapping), [name]: { ...rest, via: 'lease' } },
  }
}

export const misleadingHost: fc.Arbitrary<Mapping> = fc
  .record({
    host: describedHost,
    names: fc.shuffledSubarray([...gateways], { minLength: 4, maxLength: 4 }),
    cards: fc.shuffledSubarray(linkNames, { minLength: 4, maxLength: 4 }),
    comments: fc.array(fc.option(fc.constantFrom(...remarks), { nil: undefined }), {
      minLength: 3,
      maxLength: 7,
    }),
    tables: fc.shuffledSubarray([15000, 16000, 18000, 20000], { minLength: 4, maxLength: 4 }),
    ports: fc.array(fc.constantFrom(...numbers), { minLength: 1, maxLength: 3 }),
    other: fc.subarray([...others], { maxLength: 3 }),
    isLeased: fc.boolean(),
    manage: fc.constantFrom('full', 'full', 'full', 'routing'),
  })
  .map(({ host, names, cards, comments, tables, ports, other, isLeased, manage }) => {
    const byName = new Map([
      ...['alpha', 'beta', 'gamma', 'delta'].map((name, index) => [name, names[index] ?? name] as const),
      ...links.map((name, index) => [name, cards[index] ?? name] as const),
    ])
    let reported = 0
    const withComment = (thing: unknown): Mapping => {
      const comment = comments[reported++ % comments.length]
      return comment === undefined ? (thing as Mapping) : { ...(thing as Mapping), comment }
    }
    const each = (things: unknown, change: (thing: Mapping, index: number) => Mapping): Mapping =>
      Object.fromEntries(
        Object.entries(things as Mapping).map(([name, thing], index) => [
          name,
          change(thing as Mapping, index),
        ]),
      )
    const plain = renamed(host, byName) as Mapping
    const rules = (plain['rules'] ?? []) as readonly Mapping[]
    const whole = {
      ...plain,
      manage,
      links: each({ ...(plain['links'] as Mapping), ...Object.assign({}, ...other) }, withComment),
      gateways: each(plain['gateways'], (gateway, index) =>
        withComment('table' in gateway ? { ...gateway, table: tables[index] } : gateway),
      ),
      ...(rules.length === 0
        ? {}
        : {
            rules: rules.map((rule, index) =>
              withComment('dport' in rule ? { ...rule, dport: ports[index % ports.length] } : rule),
            ),
          }),
    }
    return isLeased ? leased(whole) : whole
  })
