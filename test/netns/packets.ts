// Random packets that a plan may distinguish, mostly at the edges of prefixes and ranges.
import { addressFromValue, addressValue, isMulticast, type Address } from '../../src/kernel/address.js'
import { addressBits, type Family } from '../../src/kernel/family.js'
import { containsAddress, hostPrefix, networkOf, type Prefix } from '../../src/kernel/prefix.js'
import type { Range } from '../../src/kernel/range.js'
import type { KernelPlan, KernelState } from '../../src/plan/plan.js'
import { hasUids } from './namespace.js'
import { createRandom } from '../generators/random.js'

/** Arguments of `ip route get`, except for packets that the kernel rejects before any rule (martians, foreign sources). */
export function drawPackets(plan: KernelPlan, count: number, seed: number): readonly string[] {
  const { random, chance, pick } = createRandom(seed)
  const links = plan.state.links.map(({ name }) => name)
  const own = plan.state.links.flatMap((link) => link.addresses)
  const ownTexts = new Set(
    own.flatMap((prefix) => [prefix.address.text, ...edges(prefix).map(({ text }) => text)]),
  )
  const claimed = plan.state.routes
    .filter(({ type, dst }) => type === 'local' && dst.length > 0)
    .map(({ dst }) => dst)
  const isOwn = (address: Address): boolean =>
    ownTexts.has(address.text) || claimed.some((prefix) => containsAddress(prefix, address))
  const drawn = (family: Family): Drawn => ({
    prefixes: [
      ...prefixesOf(plan, family),
      ...(family === 'inet'
        ? [{ family, address: { family, text: '8.8.8.8' }, length: 32 }]
        : [{ family, address: { family, text: '2001:db8:ffff::1' }, length: 128 }]),
    ],
    rules: plan.state.rules.filter((rule) => rule.family === family),
  })
  const byFamily = { inet: drawn('inet'), inet6: drawn('inet6') }
  const hostIn = (prefix: Prefix): Address => {
    if (chance(0.3)) return pick(edges(prefix)) ?? prefix.address
    const size = 1n << BigInt(addressBits(prefix.family) - prefix.length)
    const offset = BigInt(Math.floor(random() * 4294967296)) % size
    return addressFromValue(prefix.family, addressValue(networkOf(prefix).address) + offset)
  }
  const inRange = (range: Range | undefined): number | undefined =>
    range === undefined ? undefined : pick([range.first, range.last, range.first - 1, range.last + 1])

  /** Packets to this host and link-local packets, for which the kernel has additional checks. */
  const drawSpecial = (family: Family, dst: Address, link: string): readonly string[] => {
    const src = pick(own.filter((prefix) => prefix.family === family))?.address.text
    const from = src !== undefined && chance(0.5) ? ['from', src] : []
    const oif = ['oif', link]
    const iif = ['iif', link]
    if (family === 'inet') return [pick(['127.0.0.1', '127.9.9.9']) ?? '', ...(chance(0.5) ? oif : from)]
    const ofLink = ['from', 'fe80::7777']
    return (
      pick([
        ['::1', ...from, ...(chance(0.5) ? oif : [])],
        [pick(['fe80::77', 'fe80::ffff:0:1', 'fe80::']) ?? '', ...from, ...oif],
        ['fe80::77', ...ofLink, ...iif],
        [dst.text, ...ofLink, ...(chance(0.5) ? iif : oif)],
      ]) ?? []
    )
  }
  const families = (['inet', 'inet6'] as const).filter((family) => byFamily[family].prefixes.length > 1)
  const drawFamily = (): Family =>
    (chance(0.9) ? pick(families) : undefined) ?? (chance(0.5) ? 'inet' : 'inet6')
  const packets: string[] = []
  while (packets.length < count) {
    const family: Family = drawFamily()
    const { prefixes, rules } = byFamily[family]
    const selectors = rules.map((rule) => rule.selector)
    const link = pick(links)
    const host = (): Address =>
      hostIn(pick(prefixes) ?? hostPrefix({ family, text: family === 'inet' ? '8.8.8.8' : '2001:db8::1' }))
    const source = (): Address | undefined => pick(own.filter((prefix) => prefix.family === family))?.address
    const dst = host()
    if (isSpecial(dst)) continue
    const words: string[] = []
    if (link !== undefined && chance(0.03)) words.push(...drawSpecial(family, dst, link))
    else if (link !== undefined && chance(0.4)) {
      const src = host()
      if (isSpecial(src) || isOwn(src)) continue
      words.push(dst.text, 'from', src.text, 'iif', link)
    } else {
      words.push(dst.text)
      // IPv6 accepts any source.
      const src = family === 'inet6' && chance(0.05) ? host() : chance(0.5) ? source() : undefined
      if (src !== undefined && !isSpecial(src)) words.push('from', src.text)
      if (link !== undefined && chance(0.15)) words.push('oif', link)
    }
    const uid = inRange(pick(selectors.flatMap(({ uidrange }) => uidrange ?? [])))
    if (!words.includes('iif') && hasUids && uid !== undefined && uid >= 0 && uid < 4294967295 && chance(0.5))
      words.push('uid', String(uid))
    const mark = pick(selectors.flatMap(({ fwmark }) => fwmark ?? []))
    if (mark !== undefined && chance(0.4)) {
      const bit = chance(0.5) ? 0 : 2 ** Math.floor(random() * 32)
      words.push('mark', String((mark.value ^ bit) >>> 0))
    }
    const tos = pick(
      selectors.flatMap(({ tos: value, dscp }) => value ?? (dscp === undefined ? [] : dscp << 2)),
    )
    if (tos !== undefined && chance(0.5))
      words.push('tos', `0x${(chance(0.5) ? tos : Math.floor(random() * 256)).toString(16)}`)
    const ported = pick(selectors.filter(({ ipproto, sport, dport }) => ipproto ?? sport ?? dport))
    if (ported !== undefined && chance(0.5)) {
      // `ip route get` accepts only these.
      const protocol = pick([6, 17, ported.ipproto ?? 6])
      if (protocol === 6 || protocol === 17) words.push('ipproto', String(protocol))
      const sport = inRange(ported.sport)
      const dport = inRange(ported.dport) ?? pick([25, 53, 443])
      if (sport !== undefined && sport > 0 && sport < 65536) words.push('sport', String(sport))
      if (dport !== undefined && dport > 0 && dport < 65536) words.push('dport', String(dport))
    }
    packets.push(words.join(' '))
  }
  return packets
}

interface Drawn {
  readonly prefixes: readonly Prefix[]
  readonly rules: KernelState['rules']
}

const prefixesOf = (plan: KernelPlan, family: Family): readonly Prefix[] =>
  [
    ...plan.state.links.flatMap((link) => link.addresses),
    ...plan.state.routes.map((route) => route.dst),
    ...plan.state.rules.flatMap(({ selector }) => [selector.from ?? [], selector.to ?? []].flat()),
  ].filter((prefix) => prefix.family === family)

/** The first and the last address of a prefix, and the addresses before and after it. */
function edges(prefix: Prefix): readonly Address[] {
  const bits = BigInt(addressBits(prefix.family))
  const first = addressValue(networkOf(prefix).address)
  const last = first + (1n << (bits - BigInt(prefix.length))) - 1n
  return [first, last, first - 1n, last + 1n]
    .filter((value) => value >= 0n && value < 1n << bits)
    .map((value) => addressFromValue(prefix.family, value))
}

/** Addresses that the kernel handles before any rule, or that every host has. */
function isSpecial(address: Address): boolean {
  if (isMulticast(address)) return true
  return address.family === 'inet'
    ? /^(0|127|2[4-5]\d)\./.test(address.text)
    : /^(::|::1|fe[89ab].*)$/.test(address.text) || address.text.startsWith('::ffff:')
}
