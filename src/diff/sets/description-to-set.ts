// Of which packets are words true? The way back from what is told to a set.
import type { FieldName } from '../../packets/fields.js'
import { UNIVERSE } from '../../packets/bdd-nodes.js'
import type { PacketSet, PacketSpace } from '../../packets/packet-space.js'
import type { Addresses, Links, MarkSet, Numbers, Packets } from '../difference.js'

/** Of any packets, real or not; what is roughly told is true of more than is meant. */
export function setOfDescription(space: PacketSpace, packets: Packets): PacketSet {
  const {
    locallyGenerated,
    intersect,
    union,
    complement,
    difference,
    inRange,
    inPrefix,
    masked,
    byLink,
    family,
  } = space
  const { sender, source, from, to, iif, oif, mark, tos } = packets
  const forwarded = complement(locallyGenerated)
  const open = intersect(locallyGenerated, family === 'inet' ? inRange('src', 0, 0) : inRange('srcSet', 0, 0))
  /** `in` and `except`, of which each part is a set. */
  const listed = <Part>(
    word: { readonly in: readonly Part[]; readonly except: readonly Part[] } | undefined,
    setOf: (part: Part) => PacketSet,
  ): PacketSet => {
    if (word === undefined) return UNIVERSE
    const all = word.in.length === 0 ? UNIVERSE : union(...word.in.map(setOf))
    return difference(all, union(...word.except.map(setOf)))
  }
  const linksSet = (name: 'iif' | 'oif', word: Links | undefined) =>
    listed(word, (link) => byLink(name, link === 'none' ? undefined : link))
  const numbersSet = (name: FieldName, word: Numbers | undefined) =>
    listed(word, ({ first, last }) => inRange(name, first, last))
  const marksSet = (name: 'mark' | 'tos', word: MarkSet | undefined) =>
    listed(word, ({ value, mask }) => masked(name, value, mask))
  /** The longest decides, so that it comes first. */
  const addressesSet = (name: 'src' | 'dst', word: Addresses | undefined): PacketSet => {
    if (word === undefined) return UNIVERSE
    const parts = [
      ...word.in.map(({ prefix }) => ({ prefix, leaf: 1 })),
      ...word.except.map(({ prefix }) => ({ prefix, leaf: 2 })),
    ].toSorted((a, b) => b.prefix.length - a.prefix.length)
    const around = space.terminal(word.in.length === 0 ? 1 : 2)
    const labels = space.orElseAll([
      ...parts.map(({ prefix, leaf }) => space.restrict(inPrefix(name, prefix), space.terminal(leaf))),
      around,
    ])
    return space.mapTerminals(labels, (leaf) => (leaf === 1 ? 1 : 0))
  }
  const ofOwn = (set: PacketSet): PacketSet => (set === UNIVERSE ? set : union(forwarded, set))
  return intersect(
    sender === undefined ? UNIVERSE : sender === 'own' ? locallyGenerated : forwarded,
    source === undefined ? UNIVERSE : source === 'open' ? union(forwarded, open) : complement(open),
    ofOwn(linksSet('oif', oif)),
    iif === undefined ? UNIVERSE : union(locallyGenerated, linksSet('iif', iif)),
    from === undefined ? UNIVERSE : union(open, addressesSet('src', from)),
    addressesSet('dst', to),
    numbersSet('ipproto', packets.ipproto),
    numbersSet('dport', packets.dport),
    numbersSet('sport', packets.sport),
    ofOwn(numbersSet('uid', packets.uid)),
    marksSet('mark', mark),
    marksSet('tos', tos),
  )
}
