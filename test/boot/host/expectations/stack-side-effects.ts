// What a stack always adds to the plan or changes in it. It is expected exactly; docs/targets mention it.
import { formatPrefix, networkOf } from '../../../../src/kernel/prefix.js'
import type { KernelPlan, PlannedLink } from '../../../../src/plan/plan.js'
import type { StackId } from '../../lab/stacks.js'
import type { State } from '../../lab/state/state.js'
import { isExternal } from '../other-programs/external-addressing.js'

/** NetworkManager adds a connected route for each IPv4 address; the kernel only for the first of a prefix. */
function furtherConnected({ name, addresses }: PlannedLink): readonly string[] {
  const all = addresses.filter(({ family, length }) => family === 'inet' && length < 32)
  const networks = all.map((address) => formatPrefix(networkOf(address)))
  return all.flatMap(({ address }, n) => {
    const network = networks[n] ?? ''
    if (networks.indexOf(network) === n) return []
    return [`4 254 dev=${name} dst=${network} prefsrc=${address.text} scope=link table=254 type=unicast`]
  })
}

const networkManagerStacks: readonly StackId[] = ['nm-dispatcher', 'nm-keyfile', 'netplan-nm']

/** ifupdown2 sets 1500 on each link without `mtu`, also on a VRF, whose default is the largest possible. */
const withUsualMtu = (plan: KernelPlan, line: string): string =>
  plan.state.links.some(
    ({ name, virtual, mtu }) =>
      virtual?.kind === 'vrf' && mtu === undefined && line.startsWith(`${name} mtu `),
  )
    ? line.replace(/ mtu \d+/, ' mtu 1500')
    : line

export function expectedState(stack: StackId, plan: KernelPlan, planned: State): State {
  if (stack === 'ifupdown2')
    return { ...planned, links: planned.links.map((line) => withUsualMtu(plan, line)).sort() }
  if (!networkManagerStacks.includes(stack)) return planned
  const links = plan.state.links.filter((link) => plan.intent.manage === 'routing' || !isExternal(plan, link))
  return { ...planned, routes: [...planned.routes, ...links.flatMap(furtherConnected)].sort() }
}
