// Reference state of a plan: installed by plain `ip` commands in a namespace of its own, and read like a host's
// state.
import type { KernelPlan } from '../../../../src/plan/plan.js'
import { routeCommand, ruleCommand } from '../../../../src/syntax/iproute2.js'
import { commandLine } from '../../../../src/syntax/shell.js'
import { untilValid } from '../../lab/state/wait-stable.js'
import { readState } from '../../lab/state/state.js'
import type { State } from '../../lab/state/state.js'
import type { Leases } from '../leases/leases-file.js'
import { linkLines, withNamespaceHost } from './namespace-host.js'

const cache = new Map<string, Promise<State>>()

/**
 * Cached for each plan, since it is the same for every stack. Leased addresses are part of the plan, and are
 * normalized as on the host.
 */
export function referenceState(plan: KernelPlan, leases: Leases = new Map()): Promise<State> {
  const key = JSON.stringify([plan, ...leases])
  const state = cache.get(key) ?? installReference(plan, leases)
  cache.set(key, state)
  // A repeated boot must build it again.
  state.catch(() => cache.delete(key))
  return state
}

const installReference = (plan: KernelPlan, leases: Leases): Promise<State> =>
  withNamespaceHost(plan, async (host) => {
    await host.install([...linkLines(plan), untilValid, ...routingLines(plan)])
    return await readState(host.netns, leases)
  })

/** Commands for the routes and rules of a plan, after its links. */
export const routingLines = (plan: KernelPlan): readonly string[] => [
  ...plan.state.routes.map((route) => commandLine(routeCommand('replace', route))),
  ...plan.state.rules.map((rule) => commandLine(ruleCommand('add', rule))),
]
