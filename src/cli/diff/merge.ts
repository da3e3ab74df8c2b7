// Which moves are one but for a list that each has a part of? Ports of one rule of the description are rules of their own.
import type { Reroute, Packets } from '../../diff/difference.js'
import type { Answer } from '../../lookup/lookup.js'

const lists = ['from', 'to', 'iif', 'ipproto', 'sport', 'dport', 'uid', 'mark', 'tos'] as const
type ListName = (typeof lists)[number]

/** Exact as they are: two sets that differ in one field are together a set of both lists. */
export function joined(moves: readonly Reroute[]): readonly Reroute[] {
  const done: Reroute[] = []
  for (const move of moves) {
    const place = done.findIndex((other) => joint(other, move) !== undefined)
    const other = done[place]
    const both = other === undefined ? undefined : joint(other, move)
    if (both === undefined) done.push(move)
    else done[place] = both
  }
  return done
}

function joint(one: Reroute, other: Reroute): Reroute | undefined {
  if (frame(one) !== frame(other)) return undefined
  const apart = lists.filter((name) => textOf(one.packets[name]) !== textOf(other.packets[name]))
  const [name, ...more] = apart
  if (name === undefined || more.length > 0) return undefined
  const packets = withBoth(one.packets, other.packets, name)
  return packets === undefined ? undefined : { ...one, packets }
}

/** All but the lists; what the same words of the description decide. */
function frame({ packets, example, ...move }: Reroute): string {
  const { sender, source, oif } = packets
  return textOf([move, sender, source, oif, originsOf(example.before), originsOf(example.after)])
}

const originsOf = (answer: Answer): unknown => ('rule' in answer ? answer.rule.origin.path : answer.kind)

function withBoth(one: Packets, other: Packets, name: ListName): Packets | undefined {
  const [a, b] = [one[name], other[name]]
  if (a === undefined || b === undefined) return undefined
  // An exception of one may be what the other has.
  const isPlain = [a, b].every(
    (list) => list.in.length > 0 && list.except.length === 0 && !('isRough' in list),
  )
  return isPlain ? { ...one, [name]: { ...a, in: [...a.in, ...b.in] } } : undefined
}

const textOf = (value: unknown): string => JSON.stringify(value) ?? ''
