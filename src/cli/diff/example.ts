// One of the packets, in the words that `multihome trace` takes, without what no rule of either plan asks for.
import type { Reroute } from '../../diff/difference.js'
import { isLocallyGenerated, type Packet } from '../../lookup/packet.js'
import type { Selector } from '../../plan/plan.js'
import { formatPacket } from '../../syntax/route-get.js'
import type { Manner } from './packets.js'
import type { Sides } from './inputs.js'

/** The packet, and what stands for addresses in it that nobody knows yet. */
export function formatExample({ example }: Reroute, { before, after }: Sides): string {
  const asked = [...before.plan.rules, ...after.plan.rules].map(({ selector }) => selector)
  return formatPacket(plain(example.packet, (word) => asked.some((selector) => selector[word] !== undefined)))
}

function plain(packet: Packet, isAsked: (word: keyof Selector) => boolean): Packet {
  const { ipproto, sport, dport, uid, ...rest } = packet
  const isFlow = isAsked('ipproto') || isAsked('sport') || isAsked('dport')
  return {
    ...rest,
    ...(isFlow && ipproto !== undefined ? { ipproto } : {}),
    ...(isAsked('sport') && sport !== undefined ? { sport } : {}),
    ...(isFlow && dport !== undefined ? { dport } : {}),
    ...(isAsked('uidrange') && isLocallyGenerated(packet) && uid !== undefined ? { uid } : {}),
  }
}

/** What the packet has instead of an address that nobody knows yet. */
export const placeholdersIn = (
  { example: { packet } }: Reroute,
  { invented }: Pick<Manner, 'invented'>,
): readonly string[] =>
  [packet.src, packet.dst].flatMap((address) => {
    const name = address === undefined ? undefined : invented.get(address.text)
    return address === undefined || name === undefined ? [] : [`${address.text} stands for ${name}`]
  })
