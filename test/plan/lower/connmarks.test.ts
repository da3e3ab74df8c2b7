import { describe, expect, it } from 'vitest'
import { formatFwmark } from '../../../src/kernel/fwmark.js'
import { planOf, reportedIn } from '../../helpers/plan-of.js'

const links = `
links:
  eth0: { addresses: [192.0.2.10/24, 203.0.113.10/24] }
  eth1: { addresses: [198.51.100.10/24] }
default: fiber
`
const fiber = '  fiber: { link: eth0, via: 192.0.2.1, fwmark: 0x100/0xff00 }\n'
const cable = (rest: string) => `  cable: { link: eth1, via: 198.51.100.1${rest} }\n`
const gateways = (...lines: readonly string[]) => `${links}marks: nftables\ngateways:\n${lines.join('')}`

const marksOf = (text: string) =>
  planOf(text).plan?.state.connmarks.map(({ link, fwmark }) => `${link} ${formatFwmark(fwmark)}`)

describe('connection marks', () => {
  it('exist for every gateway, by its link', () => {
    const text = gateways(fiber, cable(', fwmark: 0x200/0xff00'))
    expect(reportedIn(text)).toEqual([])
    expect(marksOf(text)).toEqual(['eth0 0x100/0xff00', 'eth1 0x200/0xff00'])
  })

  it('do not exist without `marks`', () => {
    expect(marksOf(gateways(fiber).replace('nftables', 'none'))).toEqual([])
    expect(marksOf(gateways(fiber).replace('marks: nftables\n', ''))).toEqual([])
  })

  it('skip a gateway without a mark', () => {
    const text = gateways(fiber, cable(', fwmark: 0/0xff00'))
    expect(reportedIn(text)).toEqual([])
    expect(marksOf(text)).toEqual(['eth0 0x100/0xff00'])
  })

  it('need a gateway with a mark', () => {
    expect(reportedIn(gateways(fiber.replace('0x100/', '0/')))).toEqual(['marks-without-gateway at marks'])
  })

  it('report a gateway that they cannot restore, unless it has no next hop', () => {
    expect(reportedIn(gateways(fiber, cable('')))).toEqual(['marks-gateway-unmarked at gateways.cable'])
    expect(reportedIn(gateways(fiber, '  storage: { link: eth1 }\n'))).toEqual([])
  })

  it('are rejected if two gateways share a link, whichever of them has the mark', () => {
    const second = '  second: { link: eth0, via: 203.0.113.1 }\n'
    const refused = ['marks-link-shared at gateways.second.link']
    expect(reportedIn(gateways(fiber, second))).toEqual(refused)
    const unmarked = fiber.replace(', fwmark: 0x100/0xff00', '')
    expect(reportedIn(gateways(unmarked, second.replace(' }', ', fwmark: 0x1/0xf }')))).toContain(refused[0])
    expect(reportedIn(gateways(unmarked, second, cable(', fwmark: 0x1/0xf')))).not.toContain(refused[0])
  })
})
