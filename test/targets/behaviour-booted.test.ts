// Notes on a stop and on removal, compared with what test/boot/stop.test.ts checks on booted stacks.
import { describe, expect, it } from 'vitest'
import { targets } from '../../src/targets/index.js'
import type { Target } from '../../src/targets/target.js'
import { removalCommands } from '../boot/host/removal.js'
import { settingsFor } from '../boot/host/rendering.js'
import { stops, type Stop } from '../boot/host/actions/stop-commands.js'
import { stackIds, type StackId } from '../boot/lab/stacks.js'

function behaviourOf(stack: StackId) {
  const { target, settings } = settingsFor({ stack, debian: 13 })
  const found = (targets as readonly Target[]).find(({ id }) => id === target)
  if (found === undefined) throw new Error(`no target ${target}`)
  return found.behaviour(settings, 'full')
}

/** Lines of a state: ours, except those in table 7777. */
const samples = {
  rule: 'rule 4 18000 from=203.0.113.10 lookup=101',
  closing: 'route 4 101 dst=default table=101 type=unreachable',
  route: 'route 4 101 dev=wan0 dst=default gateway=203.0.113.1 table=101 type=unicast',
  link: 'link wan0 mtu 1500',
  othersOverLink4: 'route 4 7777 dev=wan0 dst=198.18.0.0/15 table=7777 type=unicast',
  othersOverLink6: 'route 6 7777 dev=wan0 dst=2001:db8:77::/48 table=7777 type=unicast',
  othersOnLo6: 'route 6 7777 dev=lo dst=2001:db8:78::/48 table=7777 type=unreachable',
} as const

const leaves = (stop: Stop, sample: keyof typeof samples): boolean => stop.leaves(samples[sample])

const wordsFor = (stop: Stop): RegExp => {
  if (leaves(stop, 'route')) return /^Everything stays/
  if (leaves(stop, 'rule') && leaves(stop, 'closing')) return /leaves rules and reject routes/
  return /(?:leaves|leaves the links up, and) nothing\b|^Nothing of ours is left/
}

/** The part of a text about one of its commands; the whole text if it names none. */
const clauseOf = (text: string, { command }: Stop): string =>
  text.split('; ').find((clause) => clause.includes(`\`${command}\``)) ?? text

describe.each(stackIds)('%s', (stack) => {
  const { stop: stopped, others, removal } = behaviourOf(stack)

  it('leaves what its notes say', () => {
    for (const stop of stops[stack]) {
      expect(clauseOf(stopped.text, stop).replace('nothing else', 'nothing'), stop.command).toMatch(
        wordsFor(stop),
      )
      if (leaves(stop, 'route')) continue
      expect(/links (?:are )?down/.test(stopped.text), stop.command).toBe(!leaves(stop, 'link'))
    }
  })

  it('removes of other programs what its notes say', () => {
    for (const stop of stops[stack]) {
      if (!leaves(stop, 'othersOverLink4')) expect(others.text).toMatch(/over (?:a|that|our) links?\b/)
      const isOf4Alone = !leaves(stop, 'othersOverLink4') && leaves(stop, 'othersOverLink6')
      expect(/IPv4 ones/.test(others.text)).toBe(isOf4Alone)
    }
    const takesLo = stops[stack].some((stop) => !leaves(stop, 'othersOnLo6'))
    if (takesLo) expect(others.text).toContain('every IPv6 route without a next hop')
    else expect(others.text).not.toMatch(/every IPv6 route/)
  })

  it('is removed in the order that its notes say', () => {
    expect(actsOf(removal.text)).toEqual(actsOf(removalCommands({ stack, debian: 13 })))
  })
})

/** First position of each action, in the text of the notes or of the shell. */
const acts = {
  'its own stop': /with `all remove`|`ifdown`|^`down`|stop them|(?:all remove|\.sh down|\bstop)$|^ifdown /m,
  'rules and tables by number': /rules and tables|go(?:es)? by table|^ *for table in/m,
  'the files': /the files\b|^ *rm -f \/etc\/(?!init)|^rm -f/m,
  'netplan’s generator': /`?netplan generate`?/,
  'a reload': /reload/i,
} as const

const actsOf = (text: string): readonly string[] =>
  Object.entries(acts)
    .flatMap(([name, pattern]) => {
      const place = text.search(pattern)
      return place === -1 ? [] : [{ name, place }]
    })
    .toSorted((a, b) => a.place - b.place)
    .map(({ name }) => name)
