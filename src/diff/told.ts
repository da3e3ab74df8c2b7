// Of which packets are words true? The way back from what is told to a set.
import type { FieldName } from '../packets/fields.js'
import { EVERYTHING } from '../packets/nodes.js'
import type { PacketSet, PacketSpace } from '../packets/space.js'
import type { Addresses, Links, Marks, Numbers, Packets } from './difference.js'

/** Of any packets, real or not; what is roughly told is true of more than is meant. */
export function setOfPackets(space: PacketSpace, packets: Packets): PacketSet {
  const { own, both, either, not, minus, inRange, inPrefix, masked, byLink, family } = space
  const { sender, source, from, to, iif, oif, mark, tos } = packets
  const forwarded = not(own)
  const open = both(own, family === 'inet' ? inRange('src', 0, 0) : inRange('chosen', 0, 0))
  /** `in` and `except`, of which each part is a set. */
  const listed = <Part>(
    word: { readonly in: readonly Part[]; readonly except: readonly Part[] } | undefined,
    setOf: (part: Part) => PacketSet,
  ): PacketSet => {
    if (word === undefined) return EVERYTHING
    const all = word.in.length === 0 ? EVERYTHING : either(...word.in.map(setOf))
    return minus(all, either(...word.except.map(setOf)))
  }
  const linksSet = (name: 'iif' | 'oif', word: Links | undefined) =>
    listed(word, (link) => byLink(name, link === 'none' ? undefined : link))
  const numbersSet = (name: FieldName, word: Numbers | undefined) =>
    listed(word, ({ first, last }) => inRange(name, first, last))
  const marksSet = (name: 'mark' | 'tos', word: Marks | undefined) =>
    listed(word, ({ value, mask }) => masked(name, value, mask))
  /** The longest decides, so that it comes first. */
  const addressesSet = (name: 'src' | 'dst', word: Addresses | undefined): PacketSet => {
    if (word === undefined) return EVERYTHING
    const parts = [
      ...word.in.map(({ prefix }) => ({ prefix, leaf: 1 })),
      ...word.except.map(({ prefix }) => ({ prefix, leaf: 2 })),
    ].toSorted((a, b) => b.prefix.length - a.prefix.length)
    const around = space.leaf(word.in.length === 0 ? 1 : 2)
    const labels = space.overAll([
      ...parts.map(({ prefix, leaf }) => space.within(inPrefix(name, prefix), space.leaf(leaf))),
      around,
    ])
    return space.map(labels, (leaf) => (leaf === 1 ? 1 : 0))
  }
  const ofOwn = (set: PacketSet): PacketSet => (set === EVERYTHING ? set : either(forwarded, set))
  return both(
    sender === undefined ? EVERYTHING : sender === 'own' ? own : forwarded,
    source === undefined ? EVERYTHING : source === 'open' ? either(forwarded, open) : not(open),
    ofOwn(linksSet('oif', oif)),
    iif === undefined ? EVERYTHING : either(own, linksSet('iif', iif)),
    from === undefined ? EVERYTHING : either(open, addressesSet('src', from)),
    addressesSet('dst', to),
    numbersSet('ipproto', packets.ipproto),
    numbersSet('dport', packets.dport),
    numbersSet('sport', packets.sport),
    ofOwn(numbersSet('uid', packets.uid)),
    marksSet('mark', mark),
    marksSet('tos', tos),
  )
}
