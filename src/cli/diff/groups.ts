// How are many moves told in few sentences? What is said of both families in the same words is one story, the widest first.
import type { Reroute } from '../../diff/difference.js'
import { familyName } from '../../kernel/family.js'
import { joined } from './merge.js'
import { mannerOf } from './phrase-context.js'
import { exceptionsOf, isBound, formatPackets, type Manner } from './packets.js'
import type { Sides } from './inputs.js'
import { formatDisposition, nexthopsOf } from './disposition-text.js'

export interface Story {
  readonly scope: Scope
  /** `tcp dport 25 (smtp)`. */
  readonly packets: string
  /** `moves from fiber to cable`. */
  readonly fate: string
  readonly ways: readonly [string, string]
  /** One of each family that it is about. */
  readonly moves: readonly [Reroute, ...Reroute[]]
  /** What is within the words and does not move; of one family alone where that is named. */
  readonly exceptions: readonly string[]
}

/**
 * `wide`: to anywhere. `source`: the same, but only the address is another. `near`: to the networks of links, or the
 * host itself. `bound`: of sockets that are bound to a link, which few programs have.
 */
export const scopes = ['wide', 'source', 'near', 'bound'] as const
export type Scope = (typeof scopes)[number]

export function storiesOf(sides: Sides): readonly Story[] {
  const manner = mannerOf(sides)
  const groups = new Map<string, [Reroute, ...Reroute[]]>()
  for (const move of joined(sides.difference.moves)) {
    const both = { ...manner, isOfBoth: true }
    const words = [scopeOf(move), move.kind, formatPackets(move, both), formatDisposition(move, both)].join(
      ' ',
    )
    const found = groups.get(words)
    // Twice the same words of one family are two sets.
    const key =
      found?.some(({ family }) => family === move.family) === true ? `${words} ${groups.size}` : words
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [move])
    else group.push(move)
  }
  const stories = [...groups.values()].map((group) =>
    storyOf(group, { ...manner, isOfBoth: group.length > 1 }),
  )
  return scopes.flatMap((scope) => {
    const told = stories.filter((story) => story.scope === scope)
    return [...told.filter((story) => !isMarked(story)), ...told.filter(isMarked)]
  })
}

/** Few packets bear a mark. */
const isMarked = ({ moves: [{ example }] }: Story): boolean =>
  example.packet.mark !== undefined && example.packet.mark !== 0

function storyOf(moves: readonly [Reroute, ...Reroute[]], manner: Manner): Story {
  const [first] = moves
  return {
    scope: scopeOf(first),
    packets: formatPackets(first, manner),
    fate: formatDisposition(first, manner),
    ways: nexthopsOf(first, manner),
    moves,
    exceptions: exceptionsIn(moves, manner),
  }
}

/** What is the same of both families once. */
function exceptionsIn(moves: readonly Reroute[], manner: Manner): readonly string[] {
  const told = moves.map((move) => ({ family: familyName(move.family), words: exceptionsOf(move, manner) }))
  const common = (told[0]?.words ?? []).filter((one) => told.every(({ words }) => words.includes(one)))
  return [
    ...(common.length === 0 ? [] : [common.join('; ')]),
    ...told.flatMap(({ family, words }) => {
      const own = words.filter((one) => !common.includes(one))
      return own.length === 0 ? [] : [`(${family}) ${own.join('; ')}`]
    }),
  ]
}

function scopeOf({ kind, packets: { to, oif }, example: { packet } }: Reroute): Scope {
  if (packet.oif !== undefined || isBound(oif)) return 'bound'
  if (to !== undefined && to.in.length > 0 && to.in.every(({ of }) => of !== undefined)) return 'near'
  return kind === 'source' ? 'source' : 'wide'
}
