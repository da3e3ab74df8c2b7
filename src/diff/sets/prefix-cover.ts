// Which addresses a field has, in as few prefixes as can be, each with what it is to a link.
import { addressFromValue, type Address } from '../../kernel/address.js'
import type { LinkName } from '../../kernel/link.js'
import { containsPrefix, isHostPrefix, isSamePrefix, networkOf, type Prefix } from '../../kernel/prefix.js'
import { EMPTY } from '../../packets/bdd-nodes.js'
import type { PacketSet, PacketSpace } from '../../packets/packet-space.js'
import type { KernelPlan } from '../../plan/plan.js'
import type { Addresses, NamedPrefix } from '../difference.js'
import { careSet, MAX_RANGES } from './range-cover.js'

type Label = 1 | 2
const other = (label: Label): Label => (label === 1 ? 2 : 1)

/** `could`: what the field can be at all; both ask its bits alone. */
export function addressesOf(
  space: PacketSpace,
  name: 'src' | 'dst',
  has: PacketSet,
  could: PacketSet,
  nameOf: (prefix: Prefix) => NamedPrefix,
): Addresses {
  const { bitOf, lowOf, highOf, family } = space
  const { first, width } = space.fields[name]
  const labels = careSet(space, has, could)
  const half = (diagram: PacketSet, depth: number): readonly [PacketSet, PacketSet] =>
    bitOf(diagram) === first + depth ? [lowOf(diagram), highOf(diagram)] : [diagram, diagram]
  const isEnd = (diagram: PacketSet): boolean => bitOf(diagram) >= first + width
  const labelAt = (diagram: PacketSet): number => (diagram === EMPTY ? 0 : lowOf(diagram))

  // The least number of prefixes to say, where those around have one label: of prefixes the longest decides.
  const known = new Map<number, number>()
  const cost = (diagram: PacketSet, depth: number, around: Label): number => {
    if (isEnd(diagram)) return labelAt(diagram) === other(around) ? 1 : 0
    const key = (diagram * (width + 1) + depth) * 2 + around - 1
    const before = known.get(key)
    if (before !== undefined) return before
    const halves = half(diagram, depth)
    const of = (label: Label) => halves.reduce((total, one) => total + cost(one, depth + 1, label), 0)
    const least = Math.min(of(around), 1 + of(other(around)), MAX_RANGES + 1)
    known.set(key, least)
    return least
  }
  const sum = (diagram: PacketSet, depth: number, label: Label): number => {
    const [low, high] = half(diagram, depth)
    return cost(low, depth + 1, label) + cost(high, depth + 1, label)
  }
  const at = (value: bigint, length: number): Prefix => ({
    family,
    address: addressFromValue(family, value << BigInt(width - length)),
    length,
  })
  const found: Record<Label, Prefix[]> = { 1: [], 2: [] }
  const walk = (diagram: PacketSet, depth: number, value: bigint, around: Label): void => {
    if (cost(diagram, depth, around) === 0) return
    const isTurning = isEnd(diagram) || sum(diagram, depth, around) > 1 + sum(diagram, depth, other(around))
    const label = isTurning ? other(around) : around
    if (isTurning) found[label].push(at(value, depth))
    if (isEnd(diagram)) return
    const [low, high] = half(diagram, depth)
    walk(low, depth + 1, value << 1n, label)
    walk(high, depth + 1, (value << 1n) | 1n, label)
  }
  const around: Label = cost(labels, 0, 2) <= cost(labels, 0, 1) ? 2 : 1
  if (cost(labels, 0, around) > MAX_RANGES) return { in: hullOf(), except: [], isRough: true }
  walk(labels, 0, 0n, around)
  const isNested = around === 1 && found[1].length > 0
  return {
    in: [...(isNested ? [at(0n, 0)] : []), ...found[1]].map(nameOf),
    except: found[2].map(nameOf),
  }

  /** The one prefix around all; none where that is every address. */
  function hullOf(): readonly NamedPrefix[] {
    let diagram = has
    let value = 0n
    for (let depth = 0; ; depth++) {
      const [low, high] = half(diagram, depth)
      if (isEnd(diagram) || (low !== EMPTY && high !== EMPTY))
        return depth === 0 ? [] : [nameOf(at(value, depth))]
      value = (value << 1n) | (low === EMPTY ? 1n : 0n)
      diagram = low === EMPTY ? high : low
    }
  }
}

/** What a prefix is to the links; of the later plan first, where the plans differ. */
export function createNames(plans: readonly KernelPlan[]): (prefix: Prefix) => NamedPrefix {
  const owns: { readonly link: LinkName; readonly address: Address; readonly network: Prefix }[] = []
  for (const { links } of [...plans].reverse())
    for (const { name, addresses } of links)
      for (const prefix of addresses)
        owns.push({ link: name, address: prefix.address, network: networkOf(prefix) })
  return (prefix) => {
    const network = owns.find((own) => isSamePrefix(own.network, prefix))
    if (network !== undefined && !isHostPrefix(prefix))
      return { prefix, of: { link: network.link, as: 'network' } }
    const own = isHostPrefix(prefix)
      ? owns.find(({ address }) => address.text === prefix.address.text && address.family === prefix.family)
      : undefined
    if (own !== undefined) return { prefix, of: { link: own.link, as: 'address' } }
    const around = owns.find((one) => containsPrefix(one.network, prefix))
    return around === undefined ? { prefix } : { prefix, of: { link: around.link, as: 'part' } }
  }
}
