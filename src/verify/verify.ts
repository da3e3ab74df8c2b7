// Does a host hold its plan? What it has at the moment, against what it shall have.
import { withLeases } from '../plan/leased.js'
import type { KernelPlan } from '../plan/plan.js'
import { findingThings, type Finding } from './finding.js'
import { tellForeignRoutes } from './foreign-routes.js'
import { tellForeignRules } from './foreign-rules.js'
import { holdLeases } from './hold-leases.js'
import { holdLinks } from './hold-links.js'
import { holdRoutes } from './hold-routes.js'
import { holdRules } from './hold-rules.js'
import { holdSysctls } from './hold-sysctls.js'
import { idleLinks } from './idle.js'
import { leasesHere } from './leases-here.js'
import { tellIdle } from './tell-idle.js'
import { hasFamily, WITHOUT_IPV6, type LiveState } from './state.js'

/** By thing, then as planned; empty where the host has what the plan says and nothing that gets in its way. */
export function verify(plan: KernelPlan, state: LiveState): readonly Finding[] {
  const facts = leasesHere(plan, state)
  const told = withLeases(plan, facts)
  const names = plan.links.map(({ name }) => name)
  const idle = idleLinks(names, state)
  const links = holdLinks(plan, state, idle)
  const leases = holdLeases(plan, facts, idle)
  const rules = holdRules(told, state)
  const routes = holdRoutes(plan, told, state, idle)
  const sysctls = holdSysctls(plan, state, idle)
  const excused = [links, leases, routes, sysctls].flatMap((held) => held.excused)
  const findings = [
    ...tellIdle(plan, idle, excused),
    ...links.findings,
    ...leases.findings,
    ...rules.findings,
    ...tellForeignRules(told, state, rules.foreign),
    ...routes.findings,
    ...tellForeignRoutes(plan, told, state, routes.others),
    ...sysctls.findings,
    ...marksUnchecked(plan),
  ]
  return findingThings.flatMap((thing) =>
    findings.filter(({ what }) => what === thing).map((finding) => explained(finding, state)),
  )
}

const explained = (finding: Finding, state: LiveState): Finding =>
  finding.family === 'inet6' && finding.why === undefined && !hasFamily(state, 'inet6')
    ? { ...finding, why: WITHOUT_IPV6 }
    : finding

/** Only root may read them, and they change no answer of the kernel’s by themselves. */
const marksUnchecked = ({ marks: [first] }: KernelPlan): readonly Finding[] =>
  first === undefined
    ? []
    : [
        {
          ...{ severity: 'note', kind: 'unchecked', what: 'mark' },
          words: 'marks of connections',
          why: 'only root may read what nftables has',
          show: 'nft list table inet multihome',
          origin: first.origin,
        },
      ]
