// Description of a set of packets field by field, and the set that a description stands for.
import type { FieldName } from '../../packets/fields.js'
import { UNIVERSE, EMPTY } from '../../packets/bdd-nodes.js'
import { project } from '../../packets/project-field.js'
import type { PacketSet, PacketSpace } from '../../packets/packet-space.js'
import type { Addresses, Links, MarkSet, Numbers, Packets } from '../difference.js'
import { maskCover, prefixCover, rangeCover } from './covers.js'

export interface Description {
  readonly packets: Packets
  /** All packets that the description matches. */
  readonly all: PacketSet
}

/** The condition that one field adds to a description. */
interface Condition {
  readonly key: keyof Packets
  /** Packets that meet it. */
  readonly set: PacketSet
  /** `others`: the packets that meet all other conditions. */
  format(others: () => PacketSet): Packets
}

export interface SetDescriber {
  /** Describes a set that is not empty; `base` contains it, and fields that all of `base` shares are left out. */
  describe(set: PacketSet, base?: PacketSet): Description
  /** Locally generated packets. */
  readonly locallyGenerated: PacketSet
  /** Those of sockets that are bound to a link. */
  readonly bound: PacketSet
}

/** Locally generated packets of sockets without an address. */
export const unsetSource = ({ locallyGenerated, intersect, inRange, family }: PacketSpace): PacketSet =>
  intersect(locallyGenerated, family === 'inet' ? inRange('src', 0, 0) : inRange('srcSet', 0, 0))

/** `plausible`: all packets that are considered. */
export function createSetDescriber(space: PacketSpace, plausible: PacketSet): SetDescriber {
  const { locallyGenerated, intersect, union, complement, byLink, difference } = space
  const forwarded = complement(locallyGenerated)
  const unset = unsetSource(space)
  const unbound = byLink('oif', undefined)

  const linksOf = (name: 'iif' | 'oif', has: PacketSet, could: PacketSet): Links => {
    const links: readonly (readonly [Links['in'][number], PacketSet])[] = [
      ...space.links.map((link) => [link, byLink(name, link)] as const),
      ...(name === 'oif' ? [['none', unbound] as const] : []),
    ]
    const overlaps = (set: PacketSet): boolean => intersect(set, has) !== EMPTY
    const select = (isIn: boolean): Links['in'] =>
      links.flatMap(([link, set]) =>
        intersect(set, could) !== EMPTY && overlaps(set) === isIn ? [link] : [],
      )
    return overlaps(space.byOtherLink(name))
      ? { in: [], exclusions: select(false) }
      : { in: select(true), exclusions: [] }
  }

  type Field = readonly [key: keyof Packets, name: FieldName, scope: PacketSet]
  const fields: readonly Field[] = [
    ['from', 'src', complement(unset)],
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
  const valuesOf = (key: keyof Packets, name: FieldName, has: PacketSet, could: PacketSet): Packets => {
    switch (key) {
      case 'oif':
      case 'iif':
        return { [key]: linksOf(key, has, could) }
      case 'mark':
      case 'tos':
        return { [key]: maskCover(space, key, has) }
      case 'from':
        return { from: prefixCover(space, 'src', has, could) }
      case 'to':
        return { to: prefixCover(space, 'dst', has, could) }
      default:
        return { [key]: rangeCover(space, name, has, could) }
    }
  }

  const senderOf = (set: PacketSet): PacketSet =>
    intersect(set, locallyGenerated) === EMPTY
      ? forwarded
      : intersect(set, forwarded) === EMPTY
        ? locallyGenerated
        : UNIVERSE

  function describe(set: PacketSet, base: PacketSet = plausible): Description {
    const sender = senderOf(set) === senderOf(base) ? UNIVERSE : senderOf(set)
    const conditions: Condition[] = []
    let all = intersect(sender, base)
    const add = (condition: Condition): void => {
      const narrower = intersect(condition.set, all)
      if (narrower === all) return
      conditions.push(condition)
      all = narrower
    }
    for (const source of ['unset', 'set'] as const) {
      const those = setOfDescription(space, { source })
      if (intersect(set, locallyGenerated) !== EMPTY && difference(set, those) === EMPTY)
        add({ key: 'source', set: those, format: () => ({ source }) })
    }
    for (const [key, name, scope] of fields) {
      const counted = intersect(set, scope)
      if (counted === EMPTY) continue
      const has = project(space, counted, name)
      add({
        key,
        set: union(complement(scope), has),
        format(others) {
          const values = valuesOf(key, name, has, UNIVERSE)
          return isShort(values[key])
            ? values
            : valuesOf(key, name, has, project(space, intersect(others(), scope), name))
        },
      })
    }
    // A port implies the protocols that have ports.
    const isPort = ({ key }: Condition): boolean => key === 'dport' || key === 'sport'
    const others = conditions.filter(({ key }) => key !== 'ipproto')
    const isImplied =
      conditions.some(isPort) && intersect(sender, base, ...others.map((one) => one.set)) === all
    // One after the other: what the other conditions exclude, a condition may include or not.
    const waiting = isImplied ? others : [...conditions]
    const parts: Packets[] = [
      sender === UNIVERSE ? {} : { sender: sender === locallyGenerated ? 'local' : 'forwarded' },
    ]
    let described = intersect(sender, base)
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const rest = waiting.map((one) => one.set)
      const part = next.format(() => intersect(described, ...rest))
      parts.push(part)
      described = intersect(setOfDescription(space, part), described)
    }
    return { packets: Object.assign({}, ...parts) as Packets, all: described }
  }
  return { describe, locallyGenerated, bound: intersect(locallyGenerated, complement(unbound)) }
}

/** So short that values which do not matter cannot make it shorter. */
const isShort = (values: Packets[keyof Packets]): boolean =>
  typeof values !== 'object' ||
  (values.in.length < 4 && values.exclusions.length === 0 && !('isApproximate' in values))

/** All packets that a description matches, plausible or not. */
export function setOfDescription(space: PacketSpace, packets: Packets): PacketSet {
  const { locallyGenerated, intersect, union, complement, difference, inRange, inPrefix, masked, byLink } =
    space
  const { sender, source, from, to, iif, oif, mark, tos } = packets
  const forwarded = complement(locallyGenerated)
  const unset = unsetSource(space)
  const valuesSet = <T>(
    values: { readonly in: readonly T[]; readonly exclusions: readonly T[] } | undefined,
    setOf: (value: T) => PacketSet,
  ): PacketSet => {
    if (values === undefined) return UNIVERSE
    const included = values.in.length === 0 ? UNIVERSE : union(...values.in.map(setOf))
    return difference(included, union(...values.exclusions.map(setOf)))
  }
  const linksSet = (name: 'iif' | 'oif', links: Links | undefined) =>
    valuesSet(links, (link) => byLink(name, link === 'none' ? undefined : link))
  const numbersSet = (name: FieldName, numbers: Numbers | undefined) =>
    valuesSet(numbers, ({ first, last }) => inRange(name, first, last))
  const marksSet = (name: 'mark' | 'tos', marks: MarkSet | undefined) =>
    valuesSet(marks, ({ value, mask }) => masked(name, value, mask))
  const addressesSet = (name: 'src' | 'dst', addresses: Addresses | undefined): PacketSet => {
    if (addresses === undefined) return UNIVERSE
    // The longest prefix decides, so it comes first.
    const parts = [
      ...addresses.in.map((prefix) => ({ prefix, label: 1 })),
      ...addresses.exclusions.map((prefix) => ({ prefix, label: 2 })),
    ].toSorted((a, b) => b.prefix.length - a.prefix.length)
    const labels = space.orElseAll([
      ...parts.map(({ prefix, label }) => space.restrict(inPrefix(name, prefix), space.terminal(label))),
      space.terminal(addresses.in.length === 0 ? 1 : 2),
    ])
    return space.mapTerminals(labels, (label) => (label === 1 ? 1 : 0))
  }
  const ofLocal = (set: PacketSet): PacketSet => (set === UNIVERSE ? set : union(forwarded, set))
  return intersect(
    sender === undefined ? UNIVERSE : sender === 'local' ? locallyGenerated : forwarded,
    source === undefined ? UNIVERSE : source === 'unset' ? union(forwarded, unset) : complement(unset),
    ofLocal(linksSet('oif', oif)),
    iif === undefined ? UNIVERSE : union(locallyGenerated, linksSet('iif', iif)),
    from === undefined ? UNIVERSE : union(unset, addressesSet('src', from)),
    addressesSet('dst', to),
    numbersSet('ipproto', packets.ipproto),
    numbersSet('dport', packets.dport),
    numbersSet('sport', packets.sport),
    ofLocal(numbersSet('uid', packets.uid)),
    marksSet('mark', mark),
    marksSet('tos', tos),
  )
}
