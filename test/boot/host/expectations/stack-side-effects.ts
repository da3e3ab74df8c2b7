// Routes that a stack always adds to the plan. They are expected exactly; docs/targets mention them.
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

export function expectedState(stack: StackId, plan: KernelPlan, planned: State): State {
  if (!networkManagerStacks.includes(stack)) return planned
  const links = plan.state.links.filter((link) => plan.intent.manage === 'routing' || !isExternal(plan, link))
  return { ...planned, routes: [...planned.routes, ...links.flatMap(furtherConnected)].sort() }
}
