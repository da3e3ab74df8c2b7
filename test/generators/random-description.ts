// Random descriptions, most of them valid: addresses, names and numbers are consistent by construction.
import fc from 'fast-check'

export interface DescribedHost {
  readonly version: 1
  readonly links: Readonly<Record<string, object>>
  readonly gateways: Readonly<Record<string, object>>
  readonly default?: string | object
  readonly local?: readonly string[]
  readonly rules?: readonly object[]
  readonly tables?: Readonly<Record<string, object>>
  readonly sysctls?: object | string
  readonly marks?: string
}

const names = ['alpha', 'beta', 'gamma', 'delta'] as const
const linkNames = ['eth0', 'wan1', 'inet.22', 'br-lan'] as const

interface Shape {
  readonly families: readonly ('4' | '6')[]
  readonly onlink: boolean
}

const shape: fc.Arbitrary<Shape> = fc.record({
  families: fc.constantFrom<readonly ('4' | '6')[]>(['4'], ['6'], ['4', '6'], ['4', '6']),
  onlink: fc.boolean(),
})

const addressesOf = ({ families }: Shape, index: number) =>
  families.map((family) => (family === '4' ? `192.0.${index}.10/24` : `2001:db8:${index}::10/64`))

const viaOf = ({ families, onlink }: Shape, index: number) =>
  families.map((family) =>
    family === '4'
      ? onlink
        ? `100.64.${index}.1`
        : `192.0.${index}.1`
      : onlink
        ? 'fe80::1'
        : `2001:db8:${index}::1`,
  )

const optional = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined })

const port = fc.integer({ min: 1, max: 65000 })
const range = fc.oneof(
  port,
  port.map((first) => `${first}-${first + 500}`),
)
const mark = fc.integer({ min: 1, max: 15 }).map((value) => `0x${value.toString(16)}0000/0xf0000`)

const prefix4 = fc.integer({ min: 0, max: 255 }).map((octet) => `10.${octet}.0.0/16`)
const prefix6 = fc.integer({ min: 0, max: 0xffff }).map((group) => `2001:db8:${group.toString(16)}::/48`)

const selector = fc.record(
  {
    from: fc.oneof(prefix4, prefix6, fc.array(prefix4, { minLength: 1, maxLength: 3 })),
    iif: fc.constantFrom('eth0', 'lo'),
    oif: fc.constant('eth0'),
    fwmark: mark,
    tos: fc.constantFrom(4, 8, 16),
    ipproto: fc.constantFrom('tcp', 'udp', 47),
    sport: range,
    dport: fc.oneof(range, fc.array(port, { minLength: 1, maxLength: 3 })),
    uidrange: fc.constantFrom('1000-1999', 0),
  },
  { requiredKeys: [] },
)

const rule = (gateways: readonly string[]) =>
  fc
    .record({
      selector,
      action: fc.oneof(
        fc.constantFrom(...gateways).map((gateway) => ({ gateway })),
        fc.constantFrom(...gateways).map((gateway) => ({ gateway, else: 'unreachable' })),
        fc.constantFrom('unreachable', 'prohibit', 'blackhole').map((action) => ({ action })),
        fc.constant({ table: 'main', 'suppress-prefixlength': 0 }),
        fc.constant({ table: 'main' }),
      ),
      comment: optional(fc.constantFrom('guests', 'mail, only from here', "the ISP's wish")),
    })
    .map((parts) => ({
      ...parts.selector,
      ...parts.action,
      ...(parts.comment === undefined ? {} : { comment: parts.comment }),
    }))

export const describedHost: fc.Arbitrary<DescribedHost> = fc
  .array(
    fc.record({
      shape,
      failClosed: fc.boolean(),
      reply: optional(fc.constantFrom('none', 'from', ['from', 'to'])),
      marked: fc.boolean(),
      mtu: optional(fc.constantFrom(1280, 1500, 9000)),
      table: fc.boolean(),
    }),
    { minLength: 1, maxLength: 4 },
  )
  .chain((uplinks) => {
    const chosen = names.slice(0, uplinks.length)
    const links = uplinks.map(({ shape: form, mtu }, index) => [
      linkNames[index] ?? `eth${index}`,
      { addresses: addressesOf(form, index + 1), ...(mtu === undefined ? {} : { mtu }) },
    ])
    const gateways = uplinks.map((uplink, index) => [
      chosen[index] ?? 'alpha',
      {
        link: linkNames[index] ?? `eth${index}`,
        via: viaOf(uplink.shape, index + 1),
        ...(uplink.shape.onlink ? { onlink: true } : {}),
        ...(uplink.failClosed ? { 'fail-closed': true } : {}),
        ...(uplink.reply === undefined ? {} : { reply: uplink.reply }),
        ...(uplink.marked ? { fwmark: `0x${index + 1}00/0xf00` } : {}),
        ...(uplink.table ? { table: 300 + index } : {}),
      },
    ])
    return fc.record(
      {
        version: fc.constant(1 as const),
        links: fc.constant(Object.fromEntries(links) as Record<string, object>),
        gateways: fc.constant(Object.fromEntries(gateways) as Record<string, object>),
        default: fc.oneof(
          fc.constantFrom(...chosen),
          fc.constant({ failover: chosen }),
          fc.constant({ balance: Object.fromEntries(chosen.map((name, index) => [name, index + 1])) }),
          fc.constant('none'),
        ),
        local: fc.uniqueArray(prefix4, { minLength: 1, maxLength: 2 }),
        rules: fc.array(rule(chosen), { minLength: 1, maxLength: 4 }),
        sysctls: fc.constantFrom<object | string>('none', { 'net.ipv4.ip_forward': 1 }),
        ...(uplinks.some(({ marked }) => marked) ? { marks: fc.constant('nftables') } : {}),
      },
      { requiredKeys: ['version', 'links', 'gateways', 'default'] },
    )
  }) as fc.Arbitrary<DescribedHost>
