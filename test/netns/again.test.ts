// IPv6 source retry with real sockets: `ip route get` does not show the second lookup.
import { expect } from 'vitest'
import { retryWithSource } from '../../src/lookup/ipv6-source-retry.js'
import { createFib } from '../../src/lookup/fib.js'
import { isLinkLocal } from '../../src/kernel/address.js'
import type { Answer } from '../../src/lookup/lookup.js'
import type { Packet } from '../../src/kernel/packet.js'
import { traceIn } from '../../src/lookup/trace.js'
import { parsePacketTokens } from '../../src/syntax/route-get.js'
import { asInstalled, inInstalled } from './agreement.js'
import { netnsTest, type Netns } from './netns.js'
import { drawPackets } from './packets.js'
import { drawPlan } from '../generators/random-plan.js'

/** Connects an unbound UDP socket to each destination, and prints the chosen source or the errno. */
const connects = `
const { createSocket } = require('node:dgram')
for (const dst of process.argv.slice(1)) {
  const socket = createSocket('udp6')
  socket.connect(9, dst, (error) => {
    console.log(JSON.stringify([dst, error ? { error: error.code } : { src: socket.address().address }]))
    socket.close()
  })
}
`

type Connected = { readonly error: string } | { readonly src: string }

function connectTo(netns: Netns, destinations: readonly string[]): ReadonlyMap<string, Connected> {
  const stdout = netns.must([process.execPath, '-e', connects, ...destinations])
  return new Map(
    stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as [string, Connected]),
  )
}

/** The packet of such a socket: UDP to port 9, without a source port, which connect() has not chosen yet. */
function packetTo(words: string): Packet {
  const read = parsePacketTokens(`${words} ipproto udp dport 9`)
  if (!read.ok) throw new Error(read.problem)
  return read.value
}

const isRefused = ({ kind }: Answer): boolean => kind === 'reject' || kind === 'none'

const seeds = [5, 7, 8]

netnsTest('an unbound socket gets the answer of the second lookup', async () => {
  const counts = { through: 0, refused: 0 }
  for (const seed of seeds) {
    const plan = asInstalled(drawPlan(seed))
    const fib = createFib(plan)
    const traces = [
      ...new Set(
        drawPackets(plan, 600, seed)
          .map((words) => words.split(' ')[0] ?? '')
          .filter((dst) => dst.includes(':')),
      ),
    ]
      .map(packetTo)
      .filter(({ dst }) => !isLinkLocal(dst))
      .map((packet) => traceIn(fib, packet))
      .filter(({ answer }) => isRefused(answer))
    await inInstalled(plan, (netns) => {
      const connected = connectTo(
        netns,
        traces.map(({ packet }) => packet.dst.text),
      )
      for (const trace of traces) {
        const dst = trace.packet.dst.text
        const got = connected.get(dst)
        if (got === undefined) throw new Error(`no word on ${dst}`)
        const again = retryWithSource(fib, trace)
        const refused = again.filter((second) => isRefused(second.trace.answer))
        if ('error' in got) {
          counts.refused++
          expect.soft(refused.length, `plan ${seed}, ${dst}: ${got.error}`).toBeGreaterThan(0)
        } else {
          counts.through++
          const from = again.find(({ src }) => src.text === got.src)
          expect
            .soft(
              from !== undefined && !isRefused(from.trace.answer),
              `plan ${seed}, ${dst}: from ${got.src}`,
            )
            .toBe(true)
        }
      }
    })
  }
  expect(counts.through).toBeGreaterThan(20)
  expect(counts.refused).toBeGreaterThan(20)
})
