import { describe, expect, it } from 'vitest'
import type { Family } from '../../src/kernel/family.js'
import { createWitnessPicker } from '../../src/packets/witness.js'
import { UNIVERSE } from '../../src/packets/bdd-nodes.js'
import { plausiblePackets } from '../../src/packets/plausible.js'
import { createSpace } from '../../src/packets/packet-space.js'
import type { KernelPlan } from '../../src/plan/plan.js'
import { plainLink, readRule } from '../helpers/parse-ip.js'
import { drawPlan } from '../generators/random-plan.js'
import { unmanaged as none } from '../../src/plan/origin.js'

const plan: KernelPlan = {
  ...drawPlan(1),
  state: {
    ...drawPlan(1).state,
    links: [
      plainLink('wan0', ['203.0.113.10/24', '2001:db8:a::10/64']),
      plainLink('lan0', ['10.0.0.1/24', '2001:db8:c::1/64']),
    ],
    routes: [],
    rules: [],
  },
  intent: {
    ...drawPlan(1).intent,
    gateways: [
      {
        name: 'fiber',
        link: plainLink('wan0', []).name,
        table: 101,
        nexthops: [],
        addresses: [],
        failClosed: false,
        origin: none,
      },
    ],
  },
}

function exampleOf(family: Family, ...words: readonly string[]) {
  const rules = words.map((text) => readRule(family, `pref 1 ${text} prohibit`, none))
  const space = createSpace(family, [{ ...plan, state: { ...plan.state, rules } }])
  return createWitnessPicker(space, [plan])(
    UNIVERSE,
    ...rules.map(({ selector }) => space.setOfSelector(selector)),
  )
}

const address = (family: Family, text: string) => ({ family, text })
const fromLan = { iif: 'lan0', ipproto: 6, dport: 443, sport: 40000 }

describe('a witness of a set', () => {
  it('comes from a LAN host and goes to no network of the plan', () => {
    expect(exampleOf('inet')).toEqual({
      family: 'inet',
      dst: address('inet', '198.51.100.7'),
      src: address('inet', '10.0.0.7'),
      ...fromLan,
    })
    expect(exampleOf('inet6')).toEqual({
      family: 'inet6',
      dst: address('inet6', '2001:db8:ffff::7'),
      src: address('inet6', '2001:db8:c::7'),
      ...fromLan,
    })
  })

  it('has a user or a port if the set requires it', () => {
    expect(exampleOf('inet', 'uidrange 1000-1999', 'ipproto 17 dport 53')).toEqual({
      family: 'inet',
      dst: address('inet', '198.51.100.7'),
      uid: 1000,
      ipproto: 17,
      dport: 53,
      sport: 40000,
    })
    expect(exampleOf('inet', 'dport 25', 'not from 10.0.0.0/24')).toMatchObject({ dport: 25, ipproto: 6 })
  })

  it('is plausible if the set contains a plausible packet', () => {
    expect(exampleOf('inet', 'iif lan0 uidrange 1000-1999')).toMatchObject({ iif: 'lan0', uid: 1000 })
    expect(exampleOf('inet', 'iif lo', 'iif lan0')).toBeUndefined()
  })

  it('has a mark and a bound link if the set requires them', () => {
    expect(exampleOf('inet', 'fwmark 0x100/0xff00')).toMatchObject({ mark: 0x100, iif: 'lan0' })
    expect(exampleOf('inet', 'oif wan0')).toMatchObject({ oif: 'wan0', uid: 1000 })
  })
})

describe('plausible packets', () => {
  it('are some, and not all', () => {
    for (const family of ['inet', 'inet6'] as const) {
      const space = createSpace(family, [plan])
      const real = plausiblePackets(space, [plan])
      const has = (words: string) =>
        space.pickPoint([
          real,
          space.setOfSelector(readRule(family, `pref 1 ${words} prohibit`, none).selector),
        ]) !== undefined
      const [own, other] = family === 'inet' ? ['10.0.0.1', '10.0.0.9'] : ['2001:db8:c::1', '2001:db8:c::9']
      expect(has('ipproto 6 dport 25')).toBe(true)
      expect(has(`iif lo from ${own}`)).toBe(true)
      expect(has(`iif lo from ${other}`)).toBe(false)
      expect(has(`iif lan0 from ${own}`)).toBe(false)
      expect(has(`iif lan0 from ${other}`)).toBe(true)
      expect(has('iif lan0 uidrange 1000-1000')).toBe(false)
      expect(has('iif lan0 oif lan0')).toBe(false)
      expect(has('ipproto 1 dport 25')).toBe(false)
      expect(has(family === 'inet' ? 'to 224.0.0.0/4' : 'to ff00::/8')).toBe(false)
    }
  })
})
