// What the packets of a set have in common, field by field, and whether that is all that can be said of them.
import type { FieldName } from '../../packets/fields.js'
import { UNIVERSE, EMPTY } from '../../packets/bdd-nodes.js'
import { project } from '../../packets/project-field.js'
import type { PacketSet, PacketSpace } from '../../packets/packet-space.js'
import type { Prefix } from '../../kernel/prefix.js'
import { addressesOf } from './prefix-cover.js'
import type { Links, NamedPrefix, Packets } from '../difference.js'
import { marksOf } from './mask-cover.js'
import { numbersOf } from './range-cover.js'
import { setOfDescription } from './description-to-set.js'

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

export interface SetDescriber {
  /** Of a set that is not empty; `base` is around it, and nothing is said of what all of that has in common. */
  wordsOf(set: PacketSet, base?: PacketSet): Worded
  readonly real: PacketSet
  /** Sent by this host. */
  readonly own: PacketSet
  /** Its own, of sockets bound to a link. */
  readonly bound: PacketSet
}

/** `real`: all packets that are spoken of. */
export function createSetDescriber(
  space: PacketSpace,
  real: PacketSet,
  nameOf: (prefix: Prefix) => NamedPrefix,
): SetDescriber {
  const { family, locallyGenerated, intersect, union, complement, inRange, byLink, difference } = space
  const forwarded = complement(locallyGenerated)
  const open = intersect(locallyGenerated, family === 'inet' ? inRange('src', 0, 0) : inRange('srcSet', 0, 0))
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
    const isIn = (set: PacketSet): boolean => intersect(set, has) !== EMPTY
    const [ins, outs] = [true, false].map((wanted) =>
      names
        .filter(([, set]) => intersect(set, could) !== EMPTY && isIn(set) === wanted)
        .map(([link]) => link),
    )
    return isIn(others) ? { in: [], except: outs ?? [] } : { in: ins ?? [], except: [] }
  }

  type Field = readonly [key: keyof Packets, name: FieldName, scope: PacketSet]
  const fields: readonly Field[] = [
    ['from', 'src', complement(open)],
    ['to', 'dst', UNIVERSE],
    ['oif', 'oif', locallyGenerated],
    ['iif', 'iif', forwarded],
    ['ipproto', 'ipproto', UNIVERSE],
    ['dport', 'dport', UNIVERSE],
    ['sport', 'sport', UNIVERSE],
    ['uid', 'uid', locallyGenerated],
    ['mark', 'mark', UNIVERSE],
    ['tos', 'tos', UNIVERSE],
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
    intersect(set, locallyGenerated) === EMPTY
      ? forwarded
      : intersect(set, forwarded) === EMPTY
        ? locallyGenerated
        : UNIVERSE

  function wordsOf(set: PacketSet, base: PacketSet = real): Worded {
    const sender = senderOf(set) === senderOf(base) ? UNIVERSE : senderOf(set)
    const words: Word[] = []
    let all = intersect(sender, base)
    const add = (word: Word): void => {
      const narrower = intersect(word.set, all)
      if (narrower === all) return
      words.push(word)
      all = narrower
    }
    const source: readonly (readonly ['open' | 'chosen', PacketSet])[] = [
      ['open', union(forwarded, open)],
      ['chosen', complement(open)],
    ]
    for (const [word, those] of source)
      if (intersect(set, locallyGenerated) !== EMPTY && difference(set, those) === EMPTY)
        add({ key: 'source', set: those, say: () => ({ source: word }) })
    for (const [key, name, scope] of fields) {
      const counted = intersect(set, scope)
      if (counted === EMPTY) continue
      const has = project(space, counted, name)
      add({
        key,
        set: union(complement(scope), has),
        say(others) {
          const plain = say(key, name, has, UNIVERSE)
          return isPlain(plain[key])
            ? plain
            : say(key, name, has, project(space, intersect(others(), scope), name))
        },
      })
    }
    // A port says by itself that there are ports.
    const isPortField = ({ key }: Word): boolean => key === 'dport' || key === 'sport'
    const others = words.filter(({ key }) => key !== 'ipproto')
    const isImplied =
      words.some(isPortField) && intersect(sender, base, ...others.map((one) => one.set)) === all
    const needed = isImplied ? others : words
    // One after the other: what the others leave open, a word may say either way.
    const waiting = [...needed]
    const told: Packets[] = [
      sender === UNIVERSE ? {} : { sender: sender === locallyGenerated ? 'own' : 'forwarded' },
    ]
    let said = intersect(sender, base)
    for (let word = waiting.shift(); word !== undefined; word = waiting.shift()) {
      const rest = waiting.map((one) => one.set)
      const part = word.say(() => intersect(said, ...rest))
      told.push(part)
      said = intersect(setOfDescription(space, part), said)
    }
    return { packets: Object.assign({}, ...told) as Packets, all: said, closest: all }
  }
  return { wordsOf, real, own: locallyGenerated, bound: intersect(locallyGenerated, complement(free)) }
}

/** Said in so few parts that nobody need ask what does not matter. */
const isPlain = (word: Packets[keyof Packets]): boolean =>
  typeof word !== 'object' || (word.in.length < 4 && word.except.length === 0 && !('isRough' in word))
