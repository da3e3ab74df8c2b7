// What several hosts share: each description with the common file is the description that it was.
import fc from 'fast-check'
import { load } from 'js-yaml'
import { describe, expect, it } from 'vitest'
import { compile } from '../../src/compile.js'
import { diff, isSame } from '../../src/diff/diff.js'
import { shareCommon, withExtends } from '../../src/import/common.js'
import { writeDescription } from '../../src/import/write.js'
import { parseDescription } from '../../src/yaml/extends.js'

const merged = (description: string, common: string | undefined): unknown => {
  if (common === undefined) return load(description)
  const source = parseDescription(withExtends(description, 'common.yaml'), 'host.yaml', () => ({
    ok: true,
    value: { file: 'common.yaml', text: common },
  }))
  expect(source.diagnostics).toEqual([])
  return source.value
}

const host = (own: number, more = ''): string => `version: 1
links:
  eth0: { addresses: [192.0.2.${own}/24] }
  eth1: { addresses: [198.51.100.${own}/24], mtu: 9000 }
  "on": { dhcp4: true }
gateways:
  alpha: { link: eth0, via: 192.0.2.1 }
  beta: { link: eth1, via: 198.51.100.1${more} }
  gamma: { link: "on", via: lease }
default: { failover: [alpha, beta, gamma] }
rules:
  - { from: 10.0.0.0/8, gateway: beta }
sysctls:
  net.ipv4.ip_forward: 1
`

describe('what hosts share', () => {
  it('moves to the common file, and each plan stays', () => {
    const descriptions = [host(10), host(11), host(12)]
    const { common, descriptions: own } = shareCommon(descriptions)
    expect(common).toBe(
      host(10)
        .replace(/^ {2}eth0.*\n/m, '')
        .replace(/^ {2}eth1.*\n/m, ''),
    )
    expect(own[1]).toBe(
      'version: 1\nlinks:\n  eth0: { addresses: [192.0.2.11/24] }\n  eth1: { addresses: [198.51.100.11/24], mtu: 9000 }\n',
    )
    for (const [index, text] of descriptions.entries()) {
      const before = compile(text, { targets: [] })
      const after = compile(withExtends(own[index] ?? '', 'site.yaml'), {
        targets: [],
        load: () => ({ ok: true, value: { file: 'site.yaml', text: common ?? '' } }),
      })
      expect(after.diagnostics).toEqual(before.diagnostics)
      if (before.plan === undefined || after.plan === undefined) throw new Error('no plan')
      expect(isSame(diff(before.plan, after.plan))).toBe(true)
    }
  })

  it('is no gateway behind one that differs, since their order gives them numbers', () => {
    const { common } = shareCommon([host(10), host(10, ', metric: 5')])
    expect(common).toContain('alpha:')
    expect(common).not.toContain('gamma: {')
  })

  it('is nothing if only the version is the same', () => {
    const descriptions = ['version: 1\nmarks: nftables\n', 'version: 1\nlinks:\n  eth0: {}\n']
    expect(shareCommon(descriptions)).toEqual({ common: undefined, descriptions })
  })

  it('gives the original again, for any descriptions', () => {
    const scalar = fc.oneof(
      fc.integer({ min: 0, max: 3 }),
      fc.boolean(),
      fc.constantFrom('a', '# b', "c: 'd'"),
    )
    const name = fc.constantFrom('eth0', 'eth1', 'on', '10', 'a b', "it's", 'x"y', 'net.ipv4.a')
    const inner = fc.dictionary(fc.constantFrom('mtu', 'via', 'to'), scalar, { maxKeys: 3 })
    const block = fc.oneof(
      scalar,
      fc.array(inner, { minLength: 1, maxLength: 3 }),
      fc.dictionary(name, fc.oneof(scalar, inner, fc.array(scalar, { maxLength: 40 })), { minKeys: 1 }),
    )
    const keys = ['links', 'gateways', 'default', 'rules', 'sysctls', 'manage']
    const description = fc
      .dictionary(fc.constantFrom(...keys), block)
      .map((body) => writeDescription({ version: 1, ...body }, []))
    fc.assert(
      fc.property(fc.array(description, { minLength: 2, maxLength: 4 }), (descriptions) => {
        const { common, descriptions: own } = shareCommon(descriptions)
        for (const [index, text] of descriptions.entries()) {
          const { extends: _, ...value } = merged(own[index] ?? '', common) as Record<string, unknown>
          expect(value).toEqual(load(text))
        }
      }),
    )
  })
})
