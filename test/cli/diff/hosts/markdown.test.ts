// Length of the comment for a pull request.
import { describe, expect, test } from 'vitest'
import { diffHost, type HostDiff, type HostEffect } from '../../../../src/cli/diff/hosts/host-diff.js'
import { overviewMarkdown } from '../../../../src/cli/diff/hosts/markdown.js'
import { overviewBuilder } from '../../../../src/cli/diff/hosts/overview.js'
import { ok } from '../../../../src/stdlib/result.js'
import { GOOD } from '../../fake-io.js'

/** The most that GitHub takes. */
const LIMIT = 65_536

const none = () => ({ ok: false, problem: 'there is no other file' }) as const

const example = ((): HostEffect => {
  const host = diffHost(
    {
      before: { path: 'a.yaml', file: 'git:HEAD:a.yaml', text: ok(GOOD) },
      after: {
        path: 'a.yaml',
        file: 'a.yaml',
        text: ok(GOOD.replace('default: production', 'default: admin')),
      },
    },
    { loadBefore: none, loadAfter: none, known: new Map() },
  )
  if (host.kind !== 'changed') throw new Error(host.kind)
  return host
})()

const changed = (name: string, effect: string): HostDiff => ({
  ...example,
  before: `hosts/${name}.yaml`,
  after: `hosts/${name}.yaml`,
  effect,
})

function commentOf(hosts: readonly HostDiff[]): string {
  const builder = overviewBuilder({ before: 'HEAD', after: 'the working tree', equal: 0 }, [])
  for (const host of hosts) builder.add(host)
  return overviewMarkdown(builder.finish())
}

const many = (count: number, hostOf: (index: number) => HostDiff): readonly HostDiff[] =>
  Array.from({ length: count }, (_, index) => hostOf(index))

describe('a comment', () => {
  test.each<[string, readonly HostDiff[], RegExp]>([
    [
      'many changes',
      many(60, (index) => changed(`gw${index}`, `effect ${index}`)),
      /of 60 changes, \d+ without details\./,
    ],
    [
      'very many changes',
      many(3000, (index) => changed(`gw${index}`, `effect ${index}`)),
      /of 3000 changes, \d+ without details and \d+ not shown \(\d+ hosts\)\./,
    ],
    ['many hosts of one change', many(20_000, (index) => changed(`gw${index}`, 'one')), /and \d+ more\n/],
    [
      'long names',
      many(900, (index) => changed(`${'`|<@#'.repeat(40)}${index}`, `effect ${index % 300}`)),
      /not shown/,
    ],
    [
      'many added hosts',
      many(9000, (index) => ({ kind: 'added', after: `hosts/${'x'.repeat(150)}${index}.yaml` })),
      /and 8900 more/,
    ],
  ])('of %s is short enough, and says what it leaves out', (_, hosts, note) => {
    const comment = commentOf(hosts)
    expect(comment.length).toBeLessThan(LIMIT)
    // Not much shorter than it may be.
    if (!note.source.includes('8900')) expect(comment.length).toBeGreaterThan(10_000)
    expect(comment).toMatch(note)
  })

  test('of a few changes has all of it', () => {
    const comment = commentOf(many(20, (index) => changed(`gw${index}`, `effect ${index % 2}`)))
    expect(comment).not.toContain('Too long')
    expect(comment.match(/<summary>Kernel state<\/summary>/g)).toHaveLength(2)
    expect(comment).toContain('*20 hosts change in 2 ways; 0 unchanged.*')
  })
})
