import { describe, expect, test } from 'vitest'
import { compile } from '../src/compile.js'
import { targets, type TargetId } from '../src/targets/index.js'
import { GOOD } from './cli/fake-io.js'

const ids = (text: string, options?: Parameters<typeof compile>[1]): readonly string[] => [
  ...compile(text, options).outputs.keys(),
]

describe('which targets are rendered', () => {
  test('all seven where the description chooses none', () => {
    expect(ids(GOOD)).toEqual(targets.map(({ id }) => id))
  })

  test('those that the description chooses', () => {
    expect(ids(`${GOOD}targets: [netplan, gentoo]\n`)).toEqual(['netifrc', 'netplan'])
    expect(ids(`${GOOD}targets: { netplan: , networkd: { version: 252 } }\n`)).toEqual([
      'networkd',
      'netplan',
    ])
  })

  test('those that are asked for, whatever the description chooses', () => {
    const text = `${GOOD}targets: { netplan: { file: 10-first.yaml } }\n`
    expect(ids(text, { targets: ['networkd'] })).toEqual(['networkd'])
    const { outputs } = compile(text, { targets })
    expect(outputs.size).toBe(targets.length)
    // Settings are read, too.
    expect(outputs.get('netplan')?.files.map(({ path }) => path)).toContain('/etc/netplan/10-first.yaml')
  })

  test('a name that is no target is told with those that are', () => {
    expect(() => compile(GOOD, { targets: ['netplann' as TargetId] })).toThrow(
      'there is no target "netplann"; known: netifrc, ifupdown, ',
    )
  })

  test('no diagnostic tells of a target that the description does not choose', () => {
    const leased = `version: 1
links: { eth0: { dhcp4: true } }
gateways: { a: { link: eth0, via: lease } }
`
    expect(compile(leased).diagnostics.map(({ target }) => target)).toContain('iproute2')
    expect(compile(`${leased}targets: [networkd]\n`).diagnostics).toEqual([])
  })
})
