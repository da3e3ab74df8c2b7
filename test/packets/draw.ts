// Random packets with any fields, at the edges of what a plan distinguishes.
import { addressFromValue, addressValue, type Address } from '../../src/kernel/address.js'
import { addressBits, families, type Family } from '../../src/kernel/family.js'
import { lastAddress, networkOf, type Prefix } from '../../src/kernel/prefix.js'
import type { LinkName } from '../../src/kernel/link.js'
import type { Range } from '../../src/kernel/range.js'
import type { Packet } from '../../src/kernel/packet.js'
import type { KernelPlan } from '../../src/plan/plan.js'
import { createRandom } from '../generators/random.js'

export function drawAnyPackets(plan: KernelPlan, count: number, seed: number): readonly Packet[] {
  const { random, chance, pick } = createRandom(seed)
  const selectors = plan.state.rules.map(({ selector }) => selector)
  const links = [
    ...plan.state.links.map(({ name }) => name),
    ...selectors.flatMap(({ iif, oif }) => [iif ?? [], oif ?? []].flat()),
    ...(['lo', 'nowhere0'] as LinkName[]),
  ]
  const prefixes = [
    ...plan.state.links.flatMap(({ addresses }) => addresses),
    ...plan.state.routes.map(({ dst }) => dst),
    ...selectors.flatMap(({ from, to }) => [from ?? [], to ?? []].flat()),
  ]
  const below = (limit: number) => Math.floor(random() * limit)
  const addressIn = (family: Family): Address => {
    const bits = addressBits(family)
    const any = BigInt(below(2 ** 32)) << BigInt(bits - 32)
    const prefix = pick(prefixes.filter((one) => one.family === family))
    if (family === 'inet6' && chance(0.05)) return addressFromValue(family, pick(OF_ONE_LINK) ?? any)
    if (prefix === undefined || chance(0.1)) return addressFromValue(family, any)
    return addressFromValue(family, pick(edgesOf(prefix)) ?? any)
  }
  const near = (ranges: readonly (Range | undefined)[], top: number): number => {
    const range = pick(ranges.filter((one) => one !== undefined))
    const value =
      range === undefined || chance(0.1)
        ? below(top + 1)
        : (pick([range.first, range.last, range.first - 1, range.last + 1]) ?? 0)
    return Math.min(Math.max(value, 0), top)
  }
  const maybe = <T>(share: number, value: () => T | undefined): T | undefined =>
    chance(share) ? value() : undefined
  const drawPacket = (): Packet => {
    const family = pick(families) ?? 'inet'
    const words = {
      src: maybe(0.8, () => addressIn(family)),
      iif: maybe(0.5, () => pick(links)),
      oif: maybe(0.3, () => pick(links)),
      mark: maybe(0.5, () => {
        const mark = pick(selectors.flatMap(({ fwmark }) => fwmark ?? []))
        return ((mark?.value ?? 0) ^ (chance(0.5) ? 0 : 2 ** below(32))) >>> 0
      }),
      ipproto: maybe(0.7, () =>
        pick([1, 6, 17, 58, 255, ...selectors.flatMap(({ ipproto }) => ipproto ?? [])]),
      ),
      sport: maybe(0.6, () =>
        near(
          selectors.map(({ sport }) => sport),
          65535,
        ),
      ),
      dport: maybe(0.6, () =>
        near(
          selectors.map(({ dport }) => dport),
          65535,
        ),
      ),
      uid: maybe(0.5, () =>
        near(
          selectors.map(({ uidrange }) => uidrange),
          2 ** 32 - 1,
        ),
      ),
      tos: maybe(0.4, () =>
        pick([
          ...selectors.map(({ tos, dscp = 0 }) => (tos ?? dscp << 2) ^ (chance(0.3) ? 3 : 0)),
          below(256),
        ]),
      ),
    }
    return {
      family,
      dst: addressIn(family),
      ...(Object.fromEntries(
        Object.entries(words).filter(([, value]) => value !== undefined),
      ) as Partial<Packet>),
    }
  }
  return Array.from({ length: count }, drawPacket)
}

/** fe80::77, ff02::1, ::1. */
const OF_ONE_LINK = [(0xfe80n << 112n) | 0x77n, (0xff02n << 112n) | 1n, 1n]

/** The address of a prefix as written, its first and last address, and the addresses before and after. */
function edgesOf(prefix: Prefix): readonly bigint[] {
  const first = addressValue(networkOf(prefix).address)
  const last = addressValue(lastAddress(prefix))
  const top = 1n << BigInt(addressBits(prefix.family))
  return [
    addressValue(prefix.address),
    first,
    last,
    first - 1n,
    last + 1n,
    first + (last - first) / 3n,
  ].filter((value) => value >= 0n && value < top)
}
