// What the packets of a set have in common, field by field, and whether that is all that can be said of them.
import type { FieldName } from '../packets/fields.js'
import { EVERYTHING, NOTHING } from '../packets/nodes.js'
import { project } from '../packets/project.js'
import type { PacketSet, PacketSpace } from '../packets/space.js'
import type { Prefix } from '../kernel/prefix.js'
import { addressesOf } from './addresses.js'
import type { Links, NamedPrefix, Packets } from './difference.js'
import { marksOf } from './marks.js'
import { numbersOf } from './numbers.js'
import { setOfPackets } from './told.js'

export interface Worded {
  readonly packets: Packets
  /** All packets of which these words are true. */
  readonly all: PacketSet
  /** All of which they would be if nothing were told roughly. */
  readonly closest: PacketSet
}

/** What is said of one field, as long as it says anything. */
interface Word {
  readonly key: keyof Packets
  /** Those of which the word is true. */
  readonly set: PacketSet
  /** `others`: all that there can be by the other words. */
  say(others: () => PacketSet): Packets
}

export interface Worder {
  /** Of a set that is not empty; `base` is around it, and nothing is said of what all of that has in common. */
  wordsOf(set: PacketSet, base?: PacketSet): Worded
  readonly real: PacketSet
  /** Sent by this host. */
  readonly own: PacketSet
  /** Its own, of sockets bound to a link. */
  readonly bound: PacketSet
}

/** `real`: all packets that are spoken of. */
export function createWorder(
  space: PacketSpace,
  real: PacketSet,
  nameOf: (prefix: Prefix) => NamedPrefix,
): Worder {
  const { family, own, both, either, not, inRange, byLink, minus } = space
  const forwarded = not(own)
  const open = both(own, family === 'inet' ? inRange('src', 0, 0) : inRange('chosen', 0, 0))
  const free = byLink('oif', undefined)
  const oifs = [...linkNames('oif'), ['none', free] as const]

  function linkNames(name: 'iif' | 'oif') {
    return space.links.map((link) => [link, byLink(name, link)] as const)
  }
  const linksOf = (
    names: readonly (readonly [Links['in'][number], PacketSet])[],
    others: PacketSet,
    has: PacketSet,
    could: PacketSet,
  ): Links => {
    const isIn = (set: PacketSet): boolean => both(set, has) !== NOTHING
    const [ins, outs] = [true, false].map((wanted) =>
      names.filter(([, set]) => both(set, could) !== NOTHING && isIn(set) === wanted).map(([link]) => link),
    )
    return isIn(others) ? { in: [], except: outs ?? [] } : { in: ins ?? [], except: [] }
  }

  type Field = readonly [key: keyof Packets, name: FieldName, scope: PacketSet]
  const fields: readonly Field[] = [
    ['from', 'src', not(open)],
    ['to', 'dst', EVERYTHING],
    ['oif', 'oif', own],
    ['iif', 'iif', forwarded],
    ['ipproto', 'ipproto', EVERYTHING],
    ['dport', 'dport', EVERYTHING],
    ['sport', 'sport', EVERYTHING],
    ['uid', 'uid', own],
    ['mark', 'mark', EVERYTHING],
    ['tos', 'tos', EVERYTHING],
  ]
  const say = (key: keyof Packets, name: FieldName, has: PacketSet, could: PacketSet): Packets => {
    switch (key) {
      case 'oif':
        return { oif: linksOf(oifs, space.byOtherLink('oif'), has, could) }
      case 'iif':
        return { iif: linksOf(linkNames('iif'), space.byOtherLink('iif'), has, could) }
      case 'mark':
      case 'tos':
        return { [key]: marksOf(space, key, has) }
      case 'from':
        return { from: addressesOf(space, 'src', has, could, nameOf) }
      case 'to':
        return { to: addressesOf(space, 'dst', has, could, nameOf) }
      default:
        return { [key]: numbersOf(space, name, has, could) }
    }
  }

  const senderOf = (set: PacketSet): PacketSet =>
    both(set, own) === NOTHING ? forwarded : both(set, forwarded) === NOTHING ? own : EVERYTHING

  function wordsOf(set: PacketSet, base: PacketSet = real): Worded {
    const sender = senderOf(set) === senderOf(base) ? EVERYTHING : senderOf(set)
    const words: Word[] = []
    let all = both(sender, base)
    const add = (word: Word): void => {
      const narrower = both(word.set, all)
      if (narrower === all) return
      words.push(word)
      all = narrower
    }
    const source: readonly (readonly ['open' | 'chosen', PacketSet])[] = [
      ['open', either(forwarded, open)],
      ['chosen', not(open)],
    ]
    for (const [word, those] of source)
      if (both(set, own) !== NOTHING && minus(set, those) === NOTHING)
        add({ key: 'source', set: those, say: () => ({ source: word }) })
    for (const [key, name, scope] of fields) {
      const counted = both(set, scope)
      if (counted === NOTHING) continue
      const has = project(space, counted, name)
      add({
        key,
        set: either(not(scope), has),
        say(others) {
          const plain = say(key, name, has, EVERYTHING)
          return isPlain(plain[key])
            ? plain
            : say(key, name, has, project(space, both(others(), scope), name))
        },
      })
    }
    // A port says by itself that there are ports.
    const isPort = ({ key }: Word): boolean => key === 'dport' || key === 'sport'
    const others = words.filter(({ key }) => key !== 'ipproto')
    const isImplied = words.some(isPort) && both(sender, base, ...others.map((one) => one.set)) === all
    const needed = isImplied ? others : words
    // One after the other: what the others leave open, a word may say either way.
    const waiting = [...needed]
    const told: Packets[] = [sender === EVERYTHING ? {} : { sender: sender === own ? 'own' : 'forwarded' }]
    let said = both(sender, base)
    for (let word = waiting.shift(); word !== undefined; word = waiting.shift()) {
      const rest = waiting.map((one) => one.set)
      const part = word.say(() => both(said, ...rest))
      told.push(part)
      said = both(setOfPackets(space, part), said)
    }
    return { packets: Object.assign({}, ...told) as Packets, all: said, closest: all }
  }
  return { wordsOf, real, own, bound: both(own, not(free)) }
}

/** Said in so few parts that nobody need ask what does not matter. */
const isPlain = (word: Packets[keyof Packets]): boolean =>
  typeof word !== 'object' || (word.in.length < 4 && word.except.length === 0 && !('isRough' in word))
