// Plain hosts: without our configuration a host breaks the promises of its gateways, with it all hold. So the reply
// probes detect something.
import { describe, expect, inject, test } from 'vitest'
import { families } from '../../src/kernel/family.js'
import { anyPrefix } from '../../src/kernel/prefix.js'
import { RT_TABLE_MAIN } from '../../src/kernel/table.js'
import { formatSysctlKey } from '../../src/kernel/sysctl.js'
import type { Gateway, Network } from '../../src/network/network.js'
import type { KernelPlan, Route } from '../../src/plan/plan.js'
import { routeCommand } from '../../src/syntax/iproute2.js'
import { commandLine } from '../../src/syntax/shell.js'
import { compileFixture, goodFixtures } from '../helpers/fixtures.js'
import { missingLinkSupport } from '../helpers/virtual-link-support.js'
import { networkOf, probesOf, protocols } from './checks/reply-probes.js'
import type { Probe } from './checks/reply-probes.js'
import { probeAll } from './checks/reply-check.js'
import { linkLines, withNamespaceHost } from './host/expectations/namespace-host.js'
import { routingLines } from './host/expectations/reference-state.js'

type Host = {
  readonly name: string
  readonly plan: KernelPlan
  readonly probes: readonly Probe[]
  /** The only default route of main, in each family. */
  readonly defaults: readonly Route[]
  /** Probes whose promised link is not the default route's. */
  readonly lost: readonly Probe[]
}

/** The first gateway with a promise in a family carries all traffic of a plain host. */
function defaultsOf(network: Network, probes: readonly Probe[]): readonly Route[] {
  return families.flatMap((family) => {
    const first = network.gateways.find(({ name }) =>
      probes.some(({ promisedBy, host }) => promisedBy === name && host.family === family),
    )
    return first === undefined ? [] : [defaultOf(first, family)]
  })
}

function defaultOf({ nexthops, link: dev, onlink, path }: Gateway, family: Route['family']): Route {
  const via = nexthops.find((nexthop) => nexthop.family === family)?.via
  return {
    ...{ family, type: 'unicast', dst: anyPrefix(family), table: RT_TABLE_MAIN },
    nexthops: [{ dev, ...(via === undefined ? {} : { via }), ...(onlink ? { onlink } : {}) }],
    origin: { kind: 'default', path },
  }
}

const hosts = goodFixtures.flatMap((fixture): Host[] => {
  const { plan } = compileFixture(fixture)
  if (plan === undefined) return []
  const network = networkOf(fixture.text)
  const probes = probesOf(network, plan)
  const defaults = defaultsOf(network, probes)
  const lost = probes.filter(
    ({ promisedBy, host, link }) =>
      promisedBy !== undefined &&
      defaults.some(({ family, nexthops }) => family === host.family && nexthops[0]?.dev !== link),
  )
  return lost.length === 0 ? [] : [{ name: fixture.name, plan, probes, defaults, lost }]
})

const sysctlLines = ({ state: { sysctls } }: KernelPlan): readonly string[] =>
  sysctls.map(({ key, value }) => commandLine(['sysctl', '-qw', `${formatSysctlKey(key)}=${value}`]))

test('half of the fixtures have two gateways that promise replies on different links', () => {
  expect(hosts.length).toBeGreaterThan(goodFixtures.length / 2)
})

describe.skipIf(inject('bootObstacle') !== '').concurrent('a plain host', () => {
  test.for(hosts)('$name', async ({ plan, probes, defaults, lost }, { skip }) => {
    const why = missingLinkSupport(plan)
    if (why !== undefined) skip(why)
    await withNamespaceHost(plan, async (host) => {
      const added = defaults.map((route) => commandLine(routeCommand('replace', route)))
      await host.install([...linkLines(plan), ...added])
      const plain = await probeAll(host, lost, 1)
      const answered = [...plain].flatMap(
        ([
          {
            link,
            host: { text },
          },
          problems,
        ]) =>
          protocols
            .filter((one) => !problems.some((line) => line.startsWith(one)))
            .map((one) => [one, link, text]),
      )
      expect(answered).toEqual([])
      const removed = families.map((family) => `ip ${family === 'inet' ? '-4' : '-6'} route flush default`)
      await host.install([...removed, ...sysctlLines(plan), ...routingLines(plan)])
      const configured = await probeAll(host, probes)
      expect([...configured.values()].flat()).toEqual([])
    })
  })
})
