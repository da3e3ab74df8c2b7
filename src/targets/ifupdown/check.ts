// Validation for ifupdown: values that interfaces(5) cannot have.
import type { PathEnd } from '../../diagnostics/diagnostic.js'
import type { Reporter } from '../../diagnostics/reporter.js'
import type { KernelPlan } from '../../plan/plan.js'
import { optionKeys, optionProblem } from '../../syntax/interfaces.js'
import { refuseValue } from '../refuse.js'
import type { RenderContext } from '../target.js'
import { isNative } from './virtual-links.js'
import type { Flavour } from './settings.js'
import { ownLinks } from './stanzas.js'

export function refuseValues(plan: KernelPlan, flavour: Flavour, context: RenderContext): void {
  const { about } = context.reporter
  const refuse = (at: Reporter, what: string, reason: string, fix?: string, on?: PathEnd): void =>
    refuseValue(at, 'ifupdown', what, reason, { fix, on })
  if (plan.intent.manage === 'routing') {
    for (const { family, prefsrc, origin } of plan.state.routes)
      if (family === 'inet6' && prefsrc !== undefined)
        refuse(
          about(origin),
          `the IPv6 source ${prefsrc.text} beside others’ stanzas`,
          'the address may still be tentative when the script runs, and the kernel refuses a tentative source',
          'Leave `src` out: for IPv6 the kernel then chooses the address of the link (RFC 6724).',
        )
    return
  }
  for (const link of ownLinks(plan)) {
    if (link.name.includes('.') && !isNative(link))
      refuse(
        about(link.origin),
        `the link name ${link.name}`,
        `${flavour} creates a VLAN for every name with a dot, and deletes it on ifdown`,
        link.virtual === undefined
          ? 'Write which VLAN it is (`vlan: {id, link}`), or `manage: routing` if another program creates it.'
          : 'Give it a name without a dot, or, for a VLAN, the name of its link and its id: `eth0.7`.',
        'key',
      )
    for (const domain of link.nameservers.search)
      if (optionProblem(optionKeys.search, domain) !== undefined)
        refuse(
          about(link.origin).at('nameservers'),
          `the search domain ${JSON.stringify(domain)}`,
          'ifupdown2 and ifupdown-ng read %, \\, # and ${ in their own ways',
        )
  }
}
