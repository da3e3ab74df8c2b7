import { describe, expect, it, test } from 'vitest'
import { targetHint, targetNamed, targetNames } from '../../src/description/target-names.js'
import { targets } from '../../src/targets/index.js'
import { read } from './reading.js'

test('the language knows the targets of the registry, in its order', () => {
  expect(targetNames).toEqual(targets.map(({ id }) => id))
})

describe('common names of stacks', () => {
  it.each([
    ['networkd', 'networkd'],
    ['systemd-networkd', 'networkd'],
    ['Ubuntu', 'netplan'],
    ['debian', 'ifupdown'],
    ['gentoo', 'netifrc'],
  ])('%s is accepted as %s', (name, target) => {
    expect(targetNamed(name)).toBe(target)
  })

  it.each([
    ['NetworkManager', 'Write `nm-keyfile` or `nm-dispatcher`.'],
    ['rhel', 'Write `nm-keyfile` or `nm-dispatcher`.'],
    ['fedora', 'Write `nm-keyfile` or `nm-dispatcher`.'],
    ['arch', 'Write `networkd` or `nm-keyfile`.'],
    [
      'alpine',
      'Write `ifupdown`, with the setting `flavour: ifupdown-ng` under `targets` in the description.',
    ],
    [
      'ifupdown2',
      'Write `ifupdown`, with the setting `flavour: ifupdown2` under `targets` in the description.',
    ],
    ['netplann', 'Did you mean `netplan`?'],
    ['toString', `Write ${targetNames.join(', ')} or all.`],
  ])('%s is rejected with the names to write instead', (name, hint) => {
    expect(targetNamed(name)).toBeUndefined()
    expect(targetHint(name)).toBe(hint)
  })
})

describe('`targets` in a description', () => {
  const chosen = (targets: string) => read(`version: 1\ntargets: ${targets}\n`).description?.targets

  it('a name, a list and a mapping choose', () => {
    expect(chosen('netplan')).toEqual({ netplan: {} })
    expect(chosen('[networkd, ubuntu, systemd-networkd]')).toEqual({ networkd: {}, netplan: {} })
    expect(chosen('{ netplan: , ifupdown: {}, networkd: { version: 252 } }')).toEqual({
      ifupdown: {},
      networkd: { version: 252 },
      netplan: {},
    })
  })

  it('`all` chooses every target, and the others give settings', () => {
    const every = Object.fromEntries(targetNames.map((name) => [name, {}]))
    expect(chosen('[all]')).toEqual(every)
    expect(chosen('{ all: , networkd: { version: 252 } }')).toEqual({
      ...every,
      networkd: { version: 252 },
    })
  })

  it('an unknown name is rejected with the names to write instead, as a key too', () => {
    for (const targets of ['[nm]', '{ nm: {} }'])
      expect(read(`version: 1\ntargets: ${targets}\n`).diagnostics).toMatchObject([
        { fix: 'Write `nm-keyfile` or `nm-dispatcher`.' },
      ])
    expect(read('version: 1\ntargets: { ubuntu: {} }\n').diagnostics).toMatchObject([
      { fix: 'Write `netplan`.' },
    ])
  })
})
