// Next hops that the kernel rejects because of a rule, as predicted by rejectedNexthops.
import { expect } from 'vitest'
import { rejectedNexthops } from '../../src/lookup/nexthop-validation.js'
import type { KernelPlan } from '../../src/plan/plan.js'
import { routeCommand } from '../../src/syntax/iproute2.js'
import { readRoute, readRule } from '../helpers/parse-ip.js'
import { installLinks, installRouting } from './kernel.js'
import { inNetns, netnsTest } from './netns.js'
import { installable } from './plans-of-fixtures.js'
import { drawPlan } from '../generators/random-plan.js'
import { unmanaged as origin } from '../../src/plan/origin.js'

/** Next hops of each link, in tables with and without a route to them: the kernel then also looks in main. */
const candidates = ['eth0', 'eth1', 'lan0'].flatMap((dev) => {
  const via = { eth0: '192.0.2.1', eth1: '198.51.100.1', lan0: '10.0.0.99' }[dev] ?? ''
  return ['main', '105', '101'].map((table) =>
    readRoute('inet', `172.16.0.0/12 via ${via} dev ${dev} table ${table} metric 9999`, origin),
  )
})

/** Selectors of the rejecting rule. The kernel checks a next hop with a locally generated packet without a mark. */
const rejects = [
  '',
  'iif lo ',
  'not fwmark 0x1 ',
  'oif eth1 ',
  'to 192.0.2.0/24 ',
  'fwmark 0x1 ',
  'iif eth0 ',
]

for (let seed = 1; seed <= 14; seed++) {
  netnsTest(`plan ${seed}`, async () => {
    const drawn = installable(drawPlan(seed))
    const selector = rejects[seed % rejects.length] ?? ''
    const rule = readRule('inet', `pref ${seed % 2 === 0 ? 1001 : 1205} ${selector}prohibit`, origin)
    const rules = [...drawn.state.rules, rule].sort((a, b) => a.pref - b.pref)
    const plan: KernelPlan = { ...drawn, state: { ...drawn.state, rules } }
    await inNetns(
      plan.state.links.map(({ name }) => name),
      (netns) => {
        installLinks(netns, plan)
        installRouting(netns, plan)
        for (const route of candidates) {
          const [program = '', ...words] = routeCommand('add', route)
          const { status, stderr } = netns.run([program, ...words])
          netns.run(['ip', 'route', 'flush', 'table', 'all', 'root', '172.16.0.0/12'])
          const predicted = rejectedNexthops({
            ...plan,
            state: { ...plan.state, routes: [...plan.state.routes, route] },
          }).some((refused) => refused.route === route)
          expect({ words: words.join(' '), refused: status !== 0, stderr }).toMatchObject({
            refused: predicted,
          })
        }
      },
    )
  })
}
