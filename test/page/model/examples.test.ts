import { describe, expect, test } from 'vitest'
import { compile } from '../../../src/compile.js'
import { examplesOf } from '../../../src/page/model/examples.js'
import { planNamed } from '../pages.js'

const labelsOf = (...rules: readonly string[]): readonly string[] => {
  const text = [
    'version: 1',
    'links: { eth0: { addresses: [192.0.2.10/24] }, lan0: { addresses: [10.0.0.1/24] } }',
    'gateways: { up: { link: eth0, via: 192.0.2.1 } }',
    'rules:',
    ...rules.map((rule) => `  - ${rule}`),
    '',
  ].join('\n')
  const { plan } = compile(text, { targets: [] })
  if (plan === undefined) throw new Error('no plan')
  return examplesOf(plan).map(({ label }) => label)
}

describe('example packets', () => {
  test('cover the rules of the description, the LAN, replies and families', () => {
    expect(examplesOf(planNamed('two-providers')).slice(0, 2)).toEqual([
      { label: 'guests', packet: '192.0.2.77 from 10.0.0.135 iif lan0' },
      { label: 'SMTP from lan0', packet: '192.0.2.77 from 10.0.0.7 iif lan0 ipproto tcp dport 25' },
    ])
  })

  test('are labelled by service, mark, user, comment or ends', () => {
    expect(labelsOf('{ ipproto: tcp, dport: 443, gateway: up }')).toContain('HTTPS from lan0')
    expect(labelsOf('{ uidrange: 1000-1000, gateway: up }')).toContain('user 1000')
    expect(labelsOf('{ to: 198.51.100.0/24, gateway: up }')).toContain('to 198.51.100.0/24')
    expect(labelsOf('{ from: 10.0.0.0/24, gateway: up, comment: the office }')).toContain('the office')
  })
})
