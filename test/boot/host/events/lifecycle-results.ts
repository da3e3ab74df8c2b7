// Problems of a host during each lifecycle event and after it.
import type { KernelPlan } from '../../../../src/plan/plan.js'
import type { Lab } from '../../lab/lab.js'
import { difference } from '../../lab/state/state.js'
import { isDocumented } from '../documentation.js'
import { compareWithPlan } from '../host.js'
import type { Event } from './lifecycle.js'
import { expectedPlan } from '../expectations/expected-plan.js'
import { runCommand } from '../actions/run-command.js'

/** All problems, each with the name of its event, so that one run reports everything. */
export async function differencesInLife(
  lab: Lab,
  plan: KernelPlan,
  events: readonly Event[],
): Promise<readonly string[]> {
  const found: string[] = []
  for (const event of events) {
    const wrong = [...(await event.perform(lab)), ...(await wrongAfter(lab, plan, event))]
    found.push(...wrong.map((line) => `${event.name}: ${line}`))
  }
  return found
}

async function wrongAfter(lab: Lab, plan: KernelPlan, event: Event): Promise<readonly string[]> {
  if (event.shortfall === undefined) return compareWithPlan(lab, plan)
  const { link, fix, documentation, isExtra } = event.shortfall
  const isExpected = isExtra ? isGatewayRoute : concernsLink
  const { state } = await expectedPlan(lab, plan)
  const found = difference(state, await lab.waitStable())
  const afterFix = [...(await runCommand(lab, fix)), ...(await compareWithPlan(lab, plan))]
  return [
    ...(found.length === 0 && !isExtra ? [`! nothing is missing: ${fix} is not needed`] : []),
    ...found.filter((line) => !isExpected(link, line)),
    ...(isDocumented(documentation)
      ? []
      : [`! ${documentation.document} does not say ${documentation.words} of ${documentation.about}`]),
    ...afterFix.map((line) => `after ${fix}: ${line}`),
  ]
}

/** A missing line about this link. Extra lines are never expected. */
function concernsLink(link: string, line: string): boolean {
  const words = [` dev=${link} `, String.raw`{\"dev\":\"${link}\",`, `- link ${link} `]
  return line.startsWith('- ') && words.some((word) => line.includes(word))
}

/** NetworkManager 1.42 sometimes adds this route, if it is faster than the link-local address. */
const isGatewayRoute = (link: string, line: string): boolean =>
  line.startsWith('+ route 6 ') && line.includes(` dev=${link} dst=fe80::`)
