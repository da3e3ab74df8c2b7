import { describe, expect, test } from 'vitest'
import { gatewayStyles, linkBoxesOf } from '../../../src/page/model/links.js'
import { planNamed } from '../pages.js'

const boxesIn = (name: string) =>
  linkBoxesOf(planNamed(name)).map(({ name: link, lines, uplinks }) => [
    link,
    lines,
    uplinks.map(({ kind, title, lines: own }) => [kind, title, ...own].join(' ')),
  ])

describe('the links of the drawing', () => {
  test('have their addresses, and behind them gateways or the network', () => {
    expect(boxesIn('two-providers')).toEqual([
      ['wan0', ['203.0.113.10/24', '2001:db8:a::10/64'], ['gateway fiber 203.0.113.1 2001:db8:a::1']],
      ['wan1', ['198.51.100.10/24', '2001:db8:b::10/64'], ['gateway cable 198.51.100.1 fe80::1']],
      ['lan0', ['10.0.0.1/24', '2001:db8:c::1/64'], ['network network 10.0.0.0/24 2001:db8:c::/64']],
      ['lo', ['this host itself'], []],
    ])
  })

  test('show a leased next hop as leased, and a link without next hops as the link itself', () => {
    expect(boxesIn('static-and-leased-provider')[1]).toEqual([
      'wan1',
      ['DHCP', 'router advertisement'],
      ['gateway cable leased'],
    ])
    expect(boxesIn('pppoe-weighted').flatMap(([, , uplinks]) => uplinks)).toContain(
      'gateway fast the link itself',
    )
  })

  test('leave out the ports of a bond', () => {
    const boxes = boxesIn('bond-of-two-cards')
    const members = planNamed('bond-of-two-cards').state.links.filter(({ master }) => master !== undefined)
    expect(members.length).toBeGreaterThan(1)
    expect(boxes.map(([name]) => name)).not.toContain(members[0]?.name)
  })
})

describe('the styles of gateways', () => {
  test('differ for thirty gateways', () => {
    const plan = planNamed('two-providers')
    const [gateway] = plan.intent.gateways
    if (gateway === undefined) throw new Error('no gateway')
    const gateways = Array.from({ length: 30 }, (_, index) => ({ ...gateway, name: `g${index}` }))
    const styles = [...gatewayStyles({ ...plan, intent: { ...plan.intent, gateways } }).values()].map(
      ({ className, shape }) => `${className} ${shape}`,
    )
    expect(new Set(styles).size).toBe(30)
  })
})
