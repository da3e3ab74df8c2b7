import { describe, expect, it } from 'vitest'
import { formatPath } from '../../src/diagnostics/diagnostic.js'
import { features, featuresOf, featureTitles } from '../../src/plan/features.js'
import { oneProvider, planOf } from '../helpers/plan-of.js'

function usesOf(text: string): readonly string[] {
  const { plan, reported } = planOf(text)
  if (plan === undefined) throw new Error(reported.join(', '))
  return [...new Set(featuresOf(plan).map(({ feature, path }) => `${feature} at ${formatPath(path)}`))]
}

describe('the features of a plan', () => {
  it('have the path that needs them', () => {
    expect(usesOf(oneProvider)).toEqual([
      'link.address at links.eth0.addresses',
      'table.name at gateways.uplink',
      'route.table at gateways.uplink',
      'route.src at gateways.uplink',
      'route.device at gateways.uplink',
      'route.table at gateways.uplink.via',
      'route.metric at gateways.uplink',
      'rule.from at gateways.uplink.reply',
      'sysctl at gateways.uplink',
      'sysctl at links.eth0',
    ])
  })

  it('have the key of a user rule', () => {
    expect(
      usesOf(
        `${oneProvider}rules: [{ dport: 25, ipproto: tcp, fwmark: 0/0xff, gateway: uplink, else: prohibit }]`,
      ).filter((use) => use.includes(' at rules[0].')),
    ).toEqual([
      'rule.fwmark at rules[0].fwmark',
      'rule.fwmark-mask at rules[0].fwmark',
      'rule.fwmark-zero at rules[0].fwmark',
      'rule.ipproto at rules[0].ipproto',
      'rule.dport at rules[0].dport',
      'rule.prohibit at rules[0].else',
      'rule.lasting at rules[0].else',
    ])
  })

  it('do not include settings of links that another program manages', () => {
    expect(usesOf(`manage: routing\n${oneProvider}`)).toEqual(
      expect.arrayContaining(['manage.routing at manage']),
    )
    expect(usesOf(`manage: routing\n${oneProvider}`).filter((use) => use.startsWith('link.'))).toEqual([])
    const foreign = oneProvider.replace('[192.0.2.10/24]', '[192.0.2.10/24], manage: routing, mtu: 1400')
    expect(usesOf(foreign).filter((use) => use.startsWith('link.'))).toEqual([
      'link.foreign at links.eth0.manage',
    ])
  })
})

it('every feature has a title, and no two the same', () => {
  const titles = features.map((feature) => featureTitles[feature])
  expect(new Set(titles).size).toBe(features.length)
})
