// Description of a set of packets, field by field.
import type { FieldName } from '../../packets/fields.js'
import { UNIVERSE, EMPTY } from '../../packets/bdd-nodes.js'
import { project } from '../../packets/project-field.js'
import type { PacketSet, PacketSpace } from '../../packets/packet-space.js'
import type { Packets } from '../difference.js'
import {
  linkCover,
  maskCover,
  prefixCover,
  rangeCover,
  setOfLinks,
  setOfMasks,
  setOfPrefixes,
  setOfRanges,
} from './covers.js'

export interface Description {
  readonly packets: Packets
  /** All packets that the description matches, plausible or not. */
  readonly all: PacketSet
}

/** The condition that one field adds to a description. */
interface Condition {
  readonly key: keyof Packets
  /** Packets that meet it. */
  readonly set: PacketSet
  /** `others`: the packets that meet all other conditions. */
  describe(others: () => PacketSet): Description
}

/** Describes a set that is not empty; `base` contains it, and fields that all of `base` shares are left out. */
export type SetDescriber = (set: PacketSet, base?: PacketSet) => Description

/** Locally generated packets of sockets without an address. */
export const unsetSource = ({ locallyGenerated, intersect, inRange, family }: PacketSpace): PacketSet =>
  intersect(locallyGenerated, family === 'inet' ? inRange('src', 0, 0) : inRange('srcSet', 0, 0))

/** `plausible`: all packets that are considered. */
export function createSetDescriber(space: PacketSpace, plausible: PacketSet): SetDescriber {
  const { locallyGenerated, intersect, union, complement, difference } = space
  const forwarded = complement(locallyGenerated)
  const unset = unsetSource(space)
  const fields = describedFields(space, unset)
  const sources = [
    { packets: { source: 'unset' }, all: union(forwarded, unset) },
    { packets: { source: 'set' }, all: complement(unset) },
  ] as const

  const senderOf = (set: PacketSet): PacketSet =>
    intersect(set, locallyGenerated) === EMPTY
      ? forwarded
      : intersect(set, forwarded) === EMPTY
        ? locallyGenerated
        : UNIVERSE

  return (set, base = plausible) => {
    const sender = senderOf(set) === senderOf(base) ? UNIVERSE : senderOf(set)
    const conditions: Condition[] = []
    let all = intersect(sender, base)
    const add = (condition: Condition): void => {
      const narrower = intersect(condition.set, all)
      if (narrower === all) return
      conditions.push(condition)
      all = narrower
    }
    for (const source of sources)
      if (intersect(set, locallyGenerated) !== EMPTY && difference(set, source.all) === EMPTY)
        add({ key: 'source', set: source.all, describe: () => source })
    for (const { key, name, scope, describe } of fields) {
      const counted = intersect(set, scope)
      if (counted === EMPTY) continue
      const has = project(space, counted, name)
      add({
        key,
        set: union(complement(scope), has),
        describe(others) {
          const described = describe(has, UNIVERSE)
          return isShort(described.packets[key])
            ? described
            : describe(has, project(space, intersect(others(), scope), name))
        },
      })
    }
    // A port implies the protocols that have ports.
    const isPort = ({ key }: Condition): boolean => key === 'dport' || key === 'sport'
    const others = conditions.filter(({ key }) => key !== 'ipproto')
    const isImplied =
      conditions.some(isPort) && intersect(sender, base, ...others.map((one) => one.set)) === all
    // One after the other: what the other conditions exclude, a condition may include or not.
    const waiting = isImplied ? others : conditions
    const parts: Packets[] = [
      sender === UNIVERSE ? {} : { sender: sender === locallyGenerated ? 'local' : 'forwarded' },
    ]
    let described = intersect(sender, base)
    for (const [index, condition] of waiting.entries()) {
      const rest = waiting.slice(index + 1).map((one) => one.set)
      const part = condition.describe(() => intersect(described, ...rest))
      parts.push(part.packets)
      described = intersect(part.all, described)
    }
    return { packets: Object.assign({}, ...parts) as Packets, all: described }
  }
}

/** So short that values which do not matter cannot make it shorter. */
const isShort = (values: Packets[keyof Packets]): boolean =>
  typeof values !== 'object' ||
  (values.in.length < 4 && values.exclusions.length === 0 && !('isApproximate' in values))

/** A field of a description. */
interface DescribedField {
  readonly key: keyof Packets
  readonly name: FieldName
  /** Packets that the field concerns. */
  readonly scope: PacketSet
  /** Both sets depend on the field alone; `could` are the values that are possible. */
  describe(has: PacketSet, could: PacketSet): Description
}

function describedFields(space: PacketSpace, unset: PacketSet): readonly DescribedField[] {
  const { locallyGenerated, complement, union } = space
  const field = <Name extends FieldName, Key extends keyof Packets>(
    key: Key,
    name: Name,
    cover: (space: PacketSpace, name: Name, has: PacketSet, could: PacketSet) => NonNullable<Packets[Key]>,
    setOf: (space: PacketSpace, name: Name, values: NonNullable<Packets[Key]>) => PacketSet,
    scope: PacketSet = UNIVERSE,
  ): DescribedField => ({
    key,
    name,
    scope,
    describe(has, could) {
      const values = cover(space, name, has, could)
      return { packets: { [key]: values }, all: union(complement(scope), setOf(space, name, values)) }
    },
  })
  return [
    field('from', 'src', prefixCover, setOfPrefixes, complement(unset)),
    field('to', 'dst', prefixCover, setOfPrefixes),
    field('oif', 'oif', linkCover, setOfLinks, locallyGenerated),
    field('iif', 'iif', linkCover, setOfLinks, complement(locallyGenerated)),
    field('ipproto', 'ipproto', rangeCover, setOfRanges),
    field('dport', 'dport', rangeCover, setOfRanges),
    field('sport', 'sport', rangeCover, setOfRanges),
    field('uid', 'uid', rangeCover, setOfRanges, locallyGenerated),
    field('mark', 'mark', maskCover, setOfMasks),
    field('tos', 'tos', maskCover, setOfMasks),
  ]
}
