// Reply probes: each promise of a description has one, and only promises decide the expected link.
import { describe, expect, it } from 'vitest'
import { createFib } from '../../../src/lookup/fib.js'
import { compileFixture, goodFixtures } from '../../helpers/fixtures.js'
import { answerOf, networkOf, probesOf, protocols } from './reply-probes.js'
import type { Probe } from './reply-probes.js'

const hosts = goodFixtures.flatMap((fixture) => {
  const { plan } = compileFixture(fixture)
  const network = networkOf(fixture.text)
  return plan === undefined ? [] : [{ name: fixture.name, network, plan, probes: probesOf(network, plan) }]
})

const formatProbe = ({ link, host, client, from, out }: Probe): string =>
  `${from} ${client.text}, ${host.text} on ${link}: ${protocols.map((one) => out[one].join('|') || 'none').join(' ')}`

const isByOwnLink = ({ link, out }: Probe): boolean => protocols.every((one) => out[one].join() === link)

describe.each(hosts)('$name', ({ network, plan, probes }) => {
  it('has a probe of each address by a stranger, and by a neighbour if it can have one', () => {
    // A member of a VRF answers only within its VRF, which has no gateway.
    const links = plan.state.links.filter(({ master }) => master?.kind !== 'vrf')
    const addresses = links.flatMap((link) => link.addresses.map((own) => own.address.text))
    const asked = (from: Probe['from']) =>
      probes.filter((probe) => probe.from === from).map(({ host }) => host.text)
    expect(asked('stranger').sort()).toEqual([...addresses].sort())
  })

  it('keeps every promise in the lookup too', () => {
    const fib = createFib(plan)
    const broken = probes.filter((probe) => {
      const answer = answerOf(fib, probe)
      return probe.promisedBy !== undefined && protocols.some((one) => answer[one].join() !== probe.link)
    })
    expect(broken.map(formatProbe)).toEqual([])
  })

  it('answers neighbours over their own link', () => {
    const wrong = probes.filter((probe) => probe.from === 'neighbour' && !isByOwnLink(probe))
    expect(wrong.map(formatProbe)).toEqual([])
  })

  it('answers strangers by another link only if its own has no gateway', () => {
    const uplinks = new Set(
      network.gateways.filter(({ nexthops }) => nexthops.length > 0).map(({ link }) => link),
    )
    const wrong = probes.filter((probe) => uplinks.has(probe.link) && !isByOwnLink(probe))
    expect(wrong.map(formatProbe)).toEqual([])
  })
})
