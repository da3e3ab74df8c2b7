import { load } from 'js-yaml'
import { describe, expect, it } from 'vitest'
import { describeSchema } from '../../../src/description/schema/schema.js'
import { full } from '../full.js'
import { read, readValue, reported } from '../reading.js'

const v4 = (text: string) => ({ family: 'inet', text })
const v6 = (text: string) => ({ family: 'inet6', text })
const prefix = (text: string) => {
  const [address = '', length = ''] = text.split('/')
  const family = address.includes(':') ? 'inet6' : 'inet'
  return { family, address: { family, text: address }, length: Number(length) }
}

describe('a description with every key', () => {
  const { description, diagnostics } = read(full)

  it('is decoded without a diagnostic', () => {
    expect(diagnostics).toEqual([])
  })

  it('is decoded into kernel values', () => {
    expect(description?.links?.['eth0']).toEqual({
      manage: 'full',
      addresses: [prefix('192.0.2.10/24'), prefix('2001:db8::10/64')],
      dhcp4: false,
      dhcp6: false,
      'accept-ra': false,
      mtu: 1500,
      mac: '52:54:00:ab:00:01',
      nameservers: { addresses: [v4('192.0.2.53'), v6('2001:db8::53')], search: ['example.org', 'lab'] },
      optional: true,
      comment: 'the first card, in the rack',
    })
    expect(description?.gateways?.['fiber']).toMatchObject({
      via: [v4('192.0.2.1'), v6('fe80::1')],
      reply: ['from', 'to'],
      fwmark: { mark: { value: 0x100, mask: 0xff00 }, masked: true },
      routes: [{ to: prefix('203.0.113.0/24'), via: v4('192.0.2.9') }],
    })
    expect(description?.gateways?.['cable']).toMatchObject({
      via: v4('198.51.100.1'),
      reply: 'none',
      fwmark: { mark: { value: 512, mask: 0xffffffff }, masked: false },
    })
    expect(description?.local).toEqual([
      { prefix: prefix('172.17.0.0/16') },
      { prefix: prefix('2001:db8:c::/48') },
      { link: 'wg0' },
      { prefix: prefix('10.1.2.3/32') },
    ])
    expect(description?.rules?.[0]).toMatchObject({
      from: { prefix: prefix('10.0.0.0/8') },
      to: [{ prefix: prefix('192.0.2.7/32') }, { link: 'eth1.100' }],
      iif: 'lo',
      tos: 16,
      ipproto: 6,
      sport: { first: 1000, last: 2000 },
      dport: [
        { first: 25, last: 25 },
        { first: 587, last: 587 },
      ],
      uidrange: { first: 1000, last: 1999 },
    })
    expect(description?.sysctls).toEqual({
      'kernel.panic': '10',
      'net.ipv4.ip_forward': '1',
      'net/ipv4/conf/eth1.100/rp_filter': '2',
      'net.ipv4.tcp_rmem': '4096 131072 6291456',
    })
    expect(description?.default).toEqual({ failover: ['fiber', 'cable'] })
  })

  it('keeps the order of names', () => {
    expect(Object.keys(description?.gateways ?? {})).toEqual(['fiber', 'cable', 'vpn'])
  })
})

describe('the smallest description', () => {
  it('is a version', () => {
    expect(read('version: 1\n').description).toEqual({ version: 1 })
  })
})

/** Every object with known keys, with the path to it. */
function* mappingsOf(schema: unknown, path = ''): Generator<[string, Record<string, unknown>]> {
  if (typeof schema !== 'object' || schema === null) return
  const { properties, additionalProperties, items, anyOf } = schema as Record<string, unknown>
  if (typeof properties === 'object' && properties !== null) {
    yield [path, schema as Record<string, unknown>]
    for (const [key, child] of Object.entries(properties)) yield* mappingsOf(child, `${path}.${key}`)
  }
  yield* mappingsOf(additionalProperties, `${path}.*`)
  yield* mappingsOf(items, `${path}[]`)
  if (Array.isArray(anyOf)) for (const branch of anyOf) yield* mappingsOf(branch, path)
}

describe('the JSON Schema', () => {
  const { else: schema } = describeSchema() as { readonly else: object }
  const mappings = [...mappingsOf(schema)]

  it('has a meaning for every key, and rejects unknown keys', () => {
    expect(mappings.length).toBeGreaterThan(20)
    for (const [path, mapping] of mappings) {
      expect(mapping['additionalProperties'], path).toBe(false)
      for (const [key, child] of Object.entries(mapping['properties'] as object)) {
        const description: unknown = (child as Record<string, unknown>)['description']
        expect(description, `${path}.${key}`).toMatch(/^.{4,}\.$/)
      }
    }
  })

  it('knows every key of the full description', () => {
    const used = new Set<string>()
    const walk = (value: unknown): void => {
      if (Array.isArray(value)) value.forEach(walk)
      else if (typeof value === 'object' && value !== null)
        for (const [key, child] of Object.entries(value)) {
          used.add(key)
          walk(child)
        }
    }
    walk(load(full))
    const known = mappings.flatMap(([, mapping]) => Object.keys(mapping['properties'] as object))
    // `default: {balance: …}` excludes failover, the description names each target, and it is whole.
    const absent = known.filter((key) => !used.has(key))
    expect(new Set(absent)).toEqual(new Set(['extends', 'balance', 'all']))
  })

  it('has patterns that compile and match the values of the full description', () => {
    const fits = (value: unknown, at: Record<string, unknown>): boolean => {
      const anyOf = at['anyOf']
      if (Array.isArray(anyOf))
        return anyOf.some((branch: Record<string, unknown>) =>
          fits(value, { ...branch, type: branch['type'] ?? at['type'] }),
        )
      if (Array.isArray(at['enum'])) return at['enum'].includes(value)
      if (Array.isArray(value))
        return (
          at['type'] === 'array' &&
          value.every((entry) => fits(entry, at['items'] as Record<string, unknown>))
        )
      if (typeof value === 'object' && value !== null) {
        const names = (at['propertyNames'] as Record<string, string> | undefined)?.['pattern']
        return Object.entries(value).every(([key, child]) => {
          const properties = at['properties'] as Record<string, Record<string, unknown>> | undefined
          if (names !== undefined && !new RegExp(names, 'u').test(key)) return false
          const next = properties?.[key] ?? at['additionalProperties']
          return typeof next === 'object' && fits(child, next as Record<string, unknown>)
        })
      }
      if (at['type'] === 'integer')
        return (
          Number.isInteger(value) &&
          Number(value) >= Number(at['minimum'] ?? -Infinity) &&
          Number(value) <= Number(at['maximum'] ?? Infinity)
        )
      if (at['type'] === 'boolean') return typeof value === 'boolean'
      return typeof value === 'string' && new RegExp(String(at['pattern'] ?? ''), 'u').test(value)
    }
    expect(fits(load(full), schema as Record<string, unknown>)).toBe(true)
    expect(fits(load(full.replace('52:54', '53:54')), schema as Record<string, unknown>)).toBe(false)
  })
})

describe('hostile text is rejected', () => {
  const hostile = [
    '$(reboot)',
    '`reboot`',
    'a"; reboot; "',
    "a'; reboot; '",
    'a\nreboot',
    'a\r',
    'a\tb',
    'a\u0000',
    'a\u001b[31m',
    '\u202ea',
    'a\\',
    '../../etc/passwd',
    '/etc/passwd/../shadow',
    '-rf',
    'a b',
    'a;b',
    'a|b',
    'a&b',
    '#a',
    '[Network]',
    '{{a}}',
    '*',
    '',
    ' ',
    'x'.repeat(300),
    'ä',
  ]
  /** Text that no shell and no template interprets is accepted in comments and in the values of sysctls. */
  const harmless = (path: string, text: string): boolean =>
    (path.endsWith('.comment') && !/[$`"\\\p{C}]/u.test(text) && text.length <= 200) ||
    (path.startsWith('.sysctls.') && /^[\w./-]+( [\w./-]+)*$/.test(text))

  const replaceAt = (
    value: unknown,
    path: readonly (string | number)[],
    change: (parent: Record<string | number, unknown>, key: string | number) => void,
  ): unknown => {
    const copy = structuredClone(value)
    let parent = copy as Record<string | number, unknown>
    for (const segment of path.slice(0, -1)) parent = parent[segment] as Record<string | number, unknown>
    const last = path.at(-1)
    if (last !== undefined) change(parent, last)
    return copy
  }
  const value = load(full)
  const leaves: (readonly (string | number)[])[] = []
  const keys: (readonly (string | number)[])[] = []
  const walk = (node: unknown, path: readonly (string | number)[]): void => {
    if (typeof node !== 'object' || node === null) return void leaves.push(path)
    for (const [key, child] of Object.entries(node)) {
      const at = [...path, Array.isArray(node) ? Number(key) : key]
      if (!Array.isArray(node)) keys.push(at)
      walk(child, at)
    }
  }
  walk(value, [])

  it('as any value', () => {
    for (const path of leaves)
      for (const text of hostile) {
        const written = replaceAt(value, path, (parent, key) => (parent[key] = text))
        const name = path.map((segment) => `.${segment}`).join('')
        const { description, diagnostics } = readValue(written)
        if (harmless(name, text)) continue
        if (description !== undefined || diagnostics.length === 0)
          expect.fail(`${name}: ${JSON.stringify(text)}`)
        if (/\p{Cc}|\u202e/u.test(text)) expect(diagnostics[0]?.code).toBe('string-control-character')
      }
  })

  it('as any key', () => {
    for (const path of keys)
      for (const text of [...hostile, '__proto__', '<<']) {
        const written = replaceAt(value, path, (parent, key) => {
          const child = parent[key]
          delete parent[key]
          Object.defineProperty(parent, text, {
            value: child,
            enumerable: true,
            configurable: true,
            writable: true,
          })
        })
        const name = path.map((segment) => `.${segment}`).join('')
        const outcome = readValue(written)
        if (outcome.description !== undefined)
          expect.fail(`${name}: ${JSON.stringify(text)} ${reported(outcome).join()}`)
      }
  })
})
