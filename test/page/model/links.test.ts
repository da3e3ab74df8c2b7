import { describe, expect, test } from 'vitest'
import { huesOf, linkBoxesOf } from '../../../src/page/model/links.js'
import { planNamed } from '../pages.js'

const boxesIn = (name: string) =>
  linkBoxesOf(planNamed(name)).map(({ name: link, lines, ways }) => [
    link,
    lines,
    ways.map(({ kind, title, lines: of }) => [kind, title, ...of].join(' ')),
  ])

describe('what lies beyond', () => {
  test('is each link with its addresses, and behind it gateways or the network', () => {
    expect(boxesIn('two-providers')).toEqual([
      ['wan0', ['203.0.113.10/24', '2001:db8:a::10/64'], ['gateway fiber 203.0.113.1 2001:db8:a::1']],
      ['wan1', ['198.51.100.10/24', '2001:db8:b::10/64'], ['gateway cable 198.51.100.1 fe80::1']],
      ['lan0', ['10.0.0.1/24', '2001:db8:c::1/64'], ['network network 10.0.0.0/24 2001:db8:c::/64']],
      ['lo', ['this host itself'], []],
    ])
  })

  test('is told as leased where a lease tells it, and of a link without next hops the link itself', () => {
    expect(boxesIn('static-and-leased-provider')[1]).toEqual([
      'wan1',
      ['by DHCP', 'by advertisement'],
      ['gateway cable as leased'],
    ])
    expect(boxesIn('pppoe-weighted').flatMap(([, , ways]) => ways)).toContain('gateway fast the link itself')
  })

  test('leaves out the members of a bond, to which nothing is said but by it', () => {
    const boxes = boxesIn('bond-of-two-cards')
    const members = planNamed('bond-of-two-cards').links.filter(({ master }) => master !== undefined)
    expect(members.length).toBeGreaterThan(1)
    expect(boxes.map(([name]) => name)).not.toContain(members[0]?.name)
  })
})

describe('hues', () => {
  test('tell thirty gateways from each other, by colour and shape together', () => {
    const plan = planNamed('two-providers')
    const [gateway] = plan.gateways
    if (gateway === undefined) throw new Error('no gateway')
    const gateways = Array.from({ length: 30 }, (_, index) => ({ ...gateway, name: `g${index}` }))
    const hues = [...huesOf({ ...plan, gateways }).values()].map(({ name, shape }) => `${name} ${shape}`)
    expect(new Set(hues).size).toBe(30)
  })
})
