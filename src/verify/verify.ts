// Comparison of a host's live state with its plan.
import { applyLeases } from '../plan/apply-leases.js'
import type { KernelPlan } from '../plan/plan.js'
import { findingThings, type Finding } from './finding.js'
import { reportUnmanagedRoutes } from './unmanaged-routes.js'
import { reportUnmanagedRules } from './unmanaged-rules.js'
import { checkLeases } from './check/leases.js'
import { checkLinks } from './check/links.js'
import { checkRoutes } from './check/routes.js'
import { checkRules } from './check/rules.js'
import { checkSysctls } from './check/sysctls.js'
import { downLinks, isExcused } from './link-state.js'
import { liveLeases } from './live-leases.js'
import { reportDownLinks } from './report-down-links.js'
import { hasFamily, WITHOUT_IPV6, type LiveState } from './state.js'

/** Findings by thing, then in the plan's order; empty if the host matches the plan. */
export function verify(plan: KernelPlan, state: LiveState): readonly Finding[] {
  const leaseData = liveLeases(plan, state)
  const leased = applyLeases(plan, leaseData)
  const idle = downLinks(plan, state)
  const rules = checkRules(leased, state)
  const routes = checkRoutes(plan, leased, state, idle)
  const checked = [
    ...checkLinks(plan, state, idle),
    ...checkLeases(plan, leaseData, idle),
    ...rules.findings,
    ...reportUnmanagedRules(leased, state, rules.foreign),
    ...routes.checked,
    ...reportUnmanagedRoutes(plan, leased, state, routes.others),
    ...checkSysctls(plan, state, idle),
    ...uncheckedMarks(plan),
  ]
  const findings = [
    ...reportDownLinks(plan, idle, checked.filter(isExcused)),
    ...checked.flatMap((one) => (isExcused(one) ? [] : [one])),
  ]
  return findingThings.flatMap((thing) =>
    findings.filter(({ what }) => what === thing).map((finding) => withReason(finding, state)),
  )
}

const withReason = (finding: Finding, state: LiveState): Finding =>
  finding.family === 'inet6' && finding.why === undefined && !hasFamily(state, 'inet6')
    ? { ...finding, why: WITHOUT_IPV6 }
    : finding

/** Only root may read them. They change no lookup by themselves. */
const uncheckedMarks = ({
  state: {
    connmarks: [first],
  },
}: KernelPlan): readonly Finding[] =>
  first === undefined
    ? []
    : [
        {
          ...{ severity: 'note', kind: 'unchecked', what: 'mark' },
          words: 'marks of connections',
          why: 'only root may read nftables',
          show: 'nft list table inet multihome',
          origin: first.origin,
        },
      ]
