// Comparison of lookup and kernel for the same packets.
import { forwardingSysctls } from '../../src/kernel/sysctl.js'
import { createFib } from '../../src/lookup/fib.js'
import type { Answer } from '../../src/lookup/lookup.js'
import { traceIn, type Trace } from '../../src/lookup/trace.js'
import type { KernelPlan, Sysctl } from '../../src/plan/plan.js'
import { formatAnswer, parsePacketTokens } from '../../src/syntax/route-get.js'
import { physicalLinks } from '../helpers/virtual-link-support.js'
import { askKernel, isOneOf } from './decisions.js'
import { installableRules, installLinks, installRouting } from './kernel.js'
import { inNetns, type Netns } from './namespace.js'
import { unmanaged } from '../../src/plan/origin.js'

/** The namespaces forward, so that IPv6 does not skip unreachable routers: RT6_LOOKUP_F_REACHABLE. */
const forwarding: Sysctl = {
  key: forwardingSysctls.inet6,
  value: '1',
  origin: unmanaged,
}

/** The part of the plan that a namespace of this machine can have. */
export const asInstalled = (plan: KernelPlan): KernelPlan => ({
  ...plan,
  state: {
    ...plan.state,
    rules: installableRules(plan),
    sysctls: [...plan.state.sysctls.filter(({ key }) => key !== forwarding.key), forwarding],
  },
})

export const inInstalled = (plan: KernelPlan, use: (netns: Netns) => void): Promise<void> =>
  inNetns(physicalLinks(plan), (netns) => {
    installLinks(netns, plan)
    installRouting(netns, plan)
    use(netns)
  })

/** An `unreachable` rule gives the same errno as no answer, an `unreachable` route another one. */
const asKernel = (answer: Answer): string =>
  answer.kind === 'reject' && answer.type === 'unreachable' && answer.route === undefined
    ? 'none'
    : formatAnswer(answer)

export interface ComparedAnswer {
  /** Arguments of `ip route get`. */
  readonly words: string
  readonly trace: Trace
  readonly kernel: string
  /** The answer of the lookup; for several next hops, each of them. */
  readonly lookup: string
  readonly agree: boolean
}

/** Looks up every packet in the kernel and in the plan. */
export function compareAnswers(
  netns: Netns,
  plan: KernelPlan,
  packets: readonly string[],
): readonly ComparedAnswer[] {
  const fib = createFib(plan)
  const kernel = askKernel(netns, packets)
  return packets.map((words, index) => {
    const read = parsePacketTokens(words)
    if (!read.ok) throw new Error(`${words}: ${read.problem}`)
    const traced = traceIn(fib, read.value)
    const expected = asKernel(traced.answer)
    const actual = kernel[index] ?? ''
    return { words, trace: traced, kernel: actual, lookup: expected, agree: isOneOf(expected, actual) }
  })
}
