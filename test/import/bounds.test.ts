// Files of an absurd size: refused, or described in a bounded time.
import { describe, expect, it } from 'vitest'
import { importTree } from '../../src/import/import.js'

const many = (count: number, line: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => line(index)).join('')

describe('a host', () => {
  it('with more links than any is not described, and says so', () => {
    const text = `network:\n  ethernets:\n${many(5000, (index) => `    e${index}: {}\n`)}`
    const { description, problems } = importTree(new Map([['/etc/netplan/a.yaml', text]]))
    expect(description).toBe('version: 1\nmanage: routing\n')
    expect(problems).toMatchObject([
      { kind: 'unknown', why: 'the files have 5000 links, and at most 4096 are described' },
    ])
  })

  it('with a megabyte of lines that are not understood has a problem for each, or one for all', () => {
    const text = `auto eth0\niface eth0 inet static\n${many(40_000, () => '  post-up magic one two\n')}`
    const { problems } = importTree(new Map([['/etc/network/interfaces', text]]))
    expect(problems.length).toBeGreaterThan(0)
  })

  it('with brackets inside each other has a problem, and no exception', () => {
    const deep = '['.repeat(500_000)
    const { problems } = importTree(
      new Map([
        ['/etc/netplan/a.yaml', deep],
        ['/etc/rc.local', `#!/bin/sh\nip x\n${'('.repeat(500_000)}`],
      ]),
    )
    expect(new Set(problems.map(({ place }) => place.file))).toEqual(
      new Set(['/etc/netplan/a.yaml', '/etc/rc.local']),
    )
  })

  it('with one address ten thousand times has it once', () => {
    const text = `[Match]\nName=eth0\n[Network]\n${many(10_000, () => 'Address=192.0.2.1/24\n')}`
    const { description, problems } = importTree(new Map([['/etc/systemd/network/a.network', text]]))
    expect(description).toContain('eth0: { addresses: [192.0.2.1/24] }')
    expect(problems.filter(({ kind }) => kind === 'unknown')).toEqual([])
  })

  // A call takes some hundred thousand arguments at most.
  it.each([
    ['/etc/conf.d/net', `config_eth0="192.0.2.10/24"\ndns_search_eth0="${many(300_000, () => 'a ')}"\n`],
    ['/etc/rc.local', `#!/bin/sh\nA="${many(300_000, () => 'a ')}"\nip route add $A\n`],
    ['/etc/systemd/network/a.link', `[Match]\nMACAddress=${many(150_000, () => '02:00:00:00:00:01 ')}\n`],
    [
      '/etc/systemd/network/a.network',
      `[Match]\nName=eth0\n[Network]\n${many(150_000, (n) => `DNS=10.${n >> 16}.${(n >> 8) & 255}.${n & 255}\n`)}`,
    ],
  ])('with hundreds of thousands of words in %s is read', (path, text) => {
    expect(importTree(new Map([[path, text]])).description).toMatch(/^version: 1\n/)
  })
})
