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
})
