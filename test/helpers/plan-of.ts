// Readable form of a plan: ip(8) arguments, and diagnostic codes with their paths.
import { formatSysctlKey } from '../../src/kernel/sysctl.js'
import { compile } from '../../src/compile.js'
import { formatPath } from '../../src/diagnostics/diagnostic.js'
import type { KernelPlan } from '../../src/plan/plan.js'
import { routeCommand, ruleCommand } from '../../src/syntax/iproute2.js'

export interface Read {
  readonly plan: KernelPlan | undefined
  /** `-4 pref 18000 from 192.0.2.10 lookup 101`, in the plan's order. */
  readonly rules: readonly string[]
  /** `-4 default via 192.0.2.1 dev eth0 table 101`, in the plan's order. */
  readonly routes: readonly string[]
  /** `net.ipv4.conf.eth0.rp_filter = 2`. */
  readonly sysctls: readonly string[]
  /** `host-bits at rules[0].from`, in the order of the text. */
  readonly reported: readonly string[]
}

export function planOf(text: string): Read {
  const { plan, diagnostics } = compile(`version: 1\n${text}`, { targets: [] })
  return {
    plan,
    rules: (plan?.state.rules ?? []).map((rule) =>
      ruleCommand('add', rule).toSpliced(2, 2).slice(1).join(' '),
    ),
    routes: (plan?.state.routes ?? []).map((route) =>
      routeCommand('add', route).toSpliced(2, 2).slice(1).join(' '),
    ),
    sysctls: (plan?.state.sysctls ?? []).map(({ key, value }) => `${formatSysctlKey(key)} = ${value}`),
    reported: diagnostics.map(({ code, path }) => `${code} at ${formatPath(path)}`),
  }
}

/** The diagnostics of a description. */
export const reportedIn = (text: string): readonly string[] => planOf(text).reported

/** Two providers with static IPv4 addresses, as a base for tests. */
export const twoProviders = `
links:
  eth0: { addresses: [192.0.2.10/24] }
  eth1: { addresses: [198.51.100.10/24] }
gateways:
  fiber: { link: eth0, via: 192.0.2.1 }
  cable: { link: eth1, via: 198.51.100.1 }
default: fiber
`

/** The same with one provider. */
export const oneProvider = `
links:
  eth0: { addresses: [192.0.2.10/24] }
gateways:
  uplink: { link: eth0, via: 192.0.2.1 }
`
