import { expect, test } from 'vitest'
import { compile, createFib, trace, type KernelPlan } from '../src/index.js'

const planOf = (text: string): KernelPlan => {
  const { plan } = compile(text, { targets: [] })
  if (plan === undefined) throw new Error('the description has an error')
  return plan
}

const plan = planOf(
  `version: 1
links:
  wan0: { addresses: [192.0.2.10/24] }
  lan0: { addresses: [10.0.0.1/24] }
gateways:
  fiber: { link: wan0, via: 192.0.2.1, table: 101 }
rules:
  - { from: lan0, ipproto: tcp, dport: 25, gateway: fiber }
  - { fwmark: 0x10, action: unreachable }
sysctls: { net.ipv4.ip_forward: 1 }
`,
)

test('a packet as text, as an object and as a parsed packet gives the same answer', () => {
  const text = trace(plan, '8.8.8.8 from 10.0.0.7 iif lan0 ipproto tcp dport 25')
  const fields = trace(plan, { to: '8.8.8.8', from: '10.0.0.7', iif: 'lan0', ipproto: 'tcp', dport: 25 })
  expect(text.text).toBe('via 192.0.2.1 dev wan0 table 101')
  expect(text.gateways).toEqual(['fiber'])
  expect(fields).toEqual(text)
  expect(trace(plan, text.packet)).toEqual(text)
})

test('numbers of an object are numbers, whatever base ip(8) reads a token in', () => {
  const { packet } = trace(plan, { to: '8.8.8.8', mark: 16, tos: 16, uid: 1000, ipproto: 6 })
  expect(packet).toMatchObject({ mark: 16, tos: 16, uid: 1000, ipproto: 6 })
  expect(trace(plan, { to: '8.8.8.8', mark: '0x10' }).text).toBe('unreachable')
})

test('tables are prepared once for many packets', () => {
  const fib = createFib(plan)
  for (const packet of ['8.8.8.8', '192.0.2.10']) expect(trace(fib, packet)).toEqual(trace(plan, packet))
})

test('an answer that depends on a lease says so', () => {
  const leased = planOf(`version: 1
links: { wan0: { dhcp4: true } }
gateways: { fiber: { link: wan0, via: lease, fwmark: 1 } }
`)
  expect(trace(leased, '8.8.8.8 mark 1').unknown).toMatchObject([{ kind: 'lease', link: 'wan0' }])
})

test.each([
  [
    '8.8.8.8 fron 10.0.0.7',
    'cannot trace "8.8.8.8 fron 10.0.0.7": "fron" is no keyword of a packet; did you mean "from"?',
  ],
  [{ to: 'example.org' }, 'is a name'],
  [{ to: '8.8.8.8', iif: 'lan1', from: '10.0.0.7' }, 'did you mean lan0?'],
  [{ to: '8.8.8.8', dport: 70000 }, 'up to 65535'],
  ['', 'the destination is missing'],
])('a packet that the host cannot have is a TypeError: %j', (packet, message) => {
  expect(() => trace(plan, packet)).toThrow(TypeError)
  expect(() => trace(plan, packet)).toThrow(message)
})
