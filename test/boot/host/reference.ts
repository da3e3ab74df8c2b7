// The state that a plan means: laid by plain `ip` commands in a namespace of its own, and read back like any other.
import type { KernelPlan } from '../../../src/plan/plan.js'
import { linkCommands, routeCommand, ruleCommand } from '../../../src/syntax/iproute2.js'
import { commandLine } from '../../../src/syntax/shell.js'
import { foreignCommands, isForeign } from './foreign.js'
import { neighboursOf } from './neighbours.js'
import { atEnd } from '../lab/ending.js'
import { must } from '../lab/shell.js'
import { readState } from '../lab/state.js'
import type { State } from '../lab/state.js'
import { cutWires, deleteWires, inside, layWires, wireNames } from '../lab/wires.js'

let serial = 1000

const known = new Map<string, Promise<State>>()

/** Laid once for each plan: it is the same for every stack. */
export function referenceState(plan: KernelPlan): Promise<State> {
  const key = JSON.stringify(plan)
  const state = known.get(key) ?? layReference(plan)
  known.set(key, state)
  return state
}

async function layReference(plan: KernelPlan): Promise<State> {
  const peers = neighboursOf(plan)
  const wires = wireNames(peers.length, (serial += 1))
  const clear = atEnd(() => cutWires(wires))
  const lines = [
    // No waiting for duplicate checks: nobody else is here.
    'for key in /proc/sys/net/ipv6/conf/*/accept_dad; do echo 0 > "$key"; done',
    ...foreignCommands(plan),
    ...plan.links
      .filter((link) => !isForeign(plan, link))
      .flatMap((link) => linkCommands(link).map(commandLine)),
    ...plan.routes.map((route) => commandLine(routeCommand('replace', route))),
    ...plan.rules.map((rule) => commandLine(ruleCommand('add', rule))),
  ]
  try {
    await layWires(wires, peers)
    await must(inside(wires.host, ['sh', '-ec', lines.join('\n')]))
    return await readState(wires.host)
  } finally {
    await deleteWires(wires)
    clear()
  }
}
