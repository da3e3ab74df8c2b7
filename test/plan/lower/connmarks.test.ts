import { describe, expect, it } from 'vitest'
import { formatFwmark } from '../../../src/kernel/fwmark.js'
import { planOf, toldOf } from '../../helpers/plan-of.js'

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
  planOf(text).plan?.marks.map(({ link, fwmark }) => `${link} ${formatFwmark(fwmark)}`)

describe('connection marks', () => {
  it('are those of the gateways, each by its link', () => {
    const text = gateways(fiber, cable(', fwmark: 0x200/0xff00'))
    expect(toldOf(text)).toEqual([])
    expect(marksOf(text)).toEqual(['eth0 0x100/0xff00', 'eth1 0x200/0xff00'])
  })

  it('are not made where nobody asks for them', () => {
    expect(marksOf(gateways(fiber).replace('nftables', 'none'))).toEqual([])
    expect(marksOf(gateways(fiber).replace('marks: nftables\n', ''))).toEqual([])
  })

  it('leave a gateway of unmarked packets alone', () => {
    const text = gateways(fiber, cable(', fwmark: 0/0xff00'))
    expect(toldOf(text)).toEqual([])
    expect(marksOf(text)).toEqual(['eth0 0x100/0xff00'])
  })

  it('want a gateway with a mark to give', () => {
    expect(toldOf(gateways(fiber.replace('0x100/', '0/')))).toEqual(['marks-without-gateway at marks'])
  })

  it('tell of a gateway that they cannot remember, if it leads anywhere', () => {
    expect(toldOf(gateways(fiber, cable('')))).toEqual(['marks-gateway-unmarked at gateways.cable'])
    expect(toldOf(gateways(fiber, '  storage: { link: eth1 }\n'))).toEqual([])
  })

  it('are refused where the link does not tell the gateway, whichever of the two has the mark', () => {
    const second = '  second: { link: eth0, via: 203.0.113.1 }\n'
    const refused = ['marks-link-shared at gateways.second.link']
    expect(toldOf(gateways(fiber, second))).toEqual(refused)
    const unmarked = fiber.replace(', fwmark: 0x100/0xff00', '')
    expect(toldOf(gateways(unmarked, second.replace(' }', ', fwmark: 0x1/0xf }')))).toContain(refused[0])
    expect(toldOf(gateways(unmarked, second, cable(', fwmark: 0x1/0xf')))).not.toContain(refused[0])
  })
})
