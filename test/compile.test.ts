// compile(): the choice of targets.
import { describe, expect, test } from 'vitest'
import { compile } from '../src/compile.js'
import { targets } from '../src/targets/index.js'
import { GOOD } from './cli/fake-io.js'

const ids = (text: string, options?: Parameters<typeof compile>[1]): readonly string[] => [
  ...compile(text, options).outputs.keys(),
]

describe('compile', () => {
  test('renders all seven targets if the description lists none', () => {
    expect(ids(GOOD)).toEqual(targets.map(({ id }) => id))
  })

  test('renders the targets that the description lists', () => {
    expect(ids(`${GOOD}targets: [netplan, gentoo]\n`)).toEqual(['netifrc', 'netplan'])
    expect(ids(`${GOOD}targets: { netplan: , networkd: { version: 252 } }\n`)).toEqual([
      'networkd',
      'netplan',
    ])
  })

  test('renders the targets of its options, even those that the description does not list', () => {
    const text = `${GOOD}targets: { netplan: { file: 10-first.yaml } }\n`
    expect(ids(text, { targets: ['networkd'] })).toEqual(['networkd'])
    const { outputs } = compile(text, { targets })
    expect(outputs.size).toBe(targets.length)
    // Their settings are read, too.
    expect(outputs.get('netplan')?.files.map(({ path }) => path)).toContain('/etc/netplan/10-first.yaml')
  })

  test('takes the names and aliases of targets that the command line takes', () => {
    expect(ids(GOOD, { targets: ['ubuntu', 'systemd-networkd'] })).toEqual(['netplan', 'networkd'])
    expect(ids(GOOD, { targets: 'netplan, networkd' })).toEqual(['netplan', 'networkd'])
    expect(ids(GOOD, { targets: 'all' })).toEqual(targets.map(({ id }) => id))
  })

  test('reports an unknown target with the name that was probably meant', () => {
    expect(() => compile(GOOD, { targets: ['netplann'] })).toThrow(
      'there is no target "netplann". Did you mean `netplan`?',
    )
    expect(() => compile('version: 2', { targets: ['fedora'] })).toThrow(
      'Write `nm-keyfile` or `nm-dispatcher`.',
    )
  })

  test('reports nothing about targets that the description does not list', () => {
    const leased = `version: 1
links: { eth0: { dhcp4: true } }
gateways: { a: { link: eth0, via: lease } }
`
    expect(compile(leased).diagnostics.map(({ target }) => target)).toContain('iproute2')
    expect(compile(`${leased}targets: [networkd]\n`).diagnostics).toEqual([])
  })
})
