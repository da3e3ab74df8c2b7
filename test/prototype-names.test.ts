// Names from outside that are also properties of Object.prototype.
import { describe, expect, test } from 'vitest'
import { compile } from '../src/compile.js'
import { readLink } from '../src/verify/read/links.js'
import { readRoute } from '../src/verify/read/routes.js'
import { readRule } from '../src/verify/read/rules.js'
import { runIn } from './cli/fake-io.js'

/** Every line of everything that is rendered with the name, which is replaced. */
function rendered(text: string, name: string): readonly string[] {
  const { outputs, diagnostics } = compile(text)
  const lines = JSON.stringify([diagnostics.map(({ message }) => message), [...outputs]], null, 1)
  return lines
    .replaceAll('\\n', '\n')
    .split('\n')
    .filter((line) => line.includes(name))
    .map((line) => line.replaceAll(name, 'NAME'))
}

const links = (name: string): string => `version: 1
links:
  ${name}: { addresses: [192.0.2.10/24, '2001:db8::10/64'] }
  zlan: { addresses: [10.0.0.1/24] }
gateways:
  fiber: { link: ${name}, via: [192.0.2.1, 'fe80::1'] }
rules: [{ iif: ${name}, gateway: fiber }, { oif: zlan, gateway: fiber }]
sysctls: { net.ipv4.conf.${name}.rp_filter: 2 }
`
const names = (name: string): string => `version: 1
links:
  wan1: { addresses: [192.0.2.10/24] }
  wan2: { addresses: [198.51.100.10/24] }
gateways:
  ${name}: { link: wan1, via: 192.0.2.1 }
  zother: { link: wan2, via: 198.51.100.1 }
default: { balance: { ${name}: 2, zother: 1 } }
rules: [{ from: 10.0.0.0/8, gateway: ${name} }]
`
const tables = (name: string): string => `version: 1
links: { wan1: { addresses: [192.0.2.10/24] } }
gateways: { fiber: { link: wan1, via: 192.0.2.1 } }
tables: { ${name}: { id: 77, routes: [{ to: 203.0.113.0/24, via: 192.0.2.9 }] } }
rules: [{ from: 10.0.0.0/8, table: ${name} }]
`
const routing = (name: string): string =>
  `${links(name)}manage: routing\ntargets: { networkd: { files: { zlan: 10-z.network } }, netplan: { definitions: { zlan: ethernets.z } } }\n`

describe('a name of Object.prototype is a name like any other', () => {
  test.each(['constructor', 'toString', 'valueOf', 'isPrototypeOf', 'hasOwnProperty', '__defineGetter__'])(
    '%s',
    (name) => {
      // As long, and at the same place of the alphabet.
      const neutral = `${name.slice(0, -1)}q`
      const usable = name.length <= 15 ? [links, routing] : []
      for (const text of [...usable, ...(/^[a-z]+$/.test(name) ? [names, tables] : [])]) {
        const expected = rendered(text(neutral), neutral)
        expect(expected.length).toBeGreaterThan(10)
        expect(rendered(text(name), name)).toEqual(expected)
      }
    },
  )

  test('__proto__ is refused, and changes no object', async () => {
    for (const text of [links, names, tables])
      expect(compile(text('__proto__')).diagnostics.map(({ code }) => code)).toContain('key-unknown')
    expect(Object.keys(Object.prototype)).toEqual([])
  })

  test('on the command line and in a state', async () => {
    const files = { 'a.yaml': links('wan1') }
    for (const words of [
      ['constructor'],
      ['check', '--constructor'],
      ['explain', 'toString'],
      ['init', '--scenario', 'constructor'],
      ['check', 'a.yaml', '-t', 'constructor'],
      ['trace', 'a.yaml', '8.8.8.8', 'constructor', 'valueOf'],
    ])
      expect(await runIn({ files }, ...words)).toMatchObject({ code: 2, stdout: '' })
  })

  test('types, scopes and actions of a state', () => {
    const route = { dst: '10.0.0.0/8', dev: 'wan1', flags: [] }
    expect(readRoute('inet', { ...route, type: 'constructor' })).toBeUndefined()
    expect(readRoute('inet', { ...route, scope: 'constructor' })).toMatchObject({ scope: undefined })
    expect(readRule('inet', { priority: 1, action: 'constructor' })).toBeUndefined()
    const address = { local: '192.0.2.1', prefixlen: 24, scope: 'constructor' }
    expect(readLink({ ifname: 'wan1', addr_info: [address] })?.addresses[0]?.scope).toBe('global')
  })
})
