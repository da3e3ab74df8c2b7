// Next hops that the kernel rejects.
import type { Reporter } from '../diagnostics/reporter.js'
import { rejectedNexthops } from '../lookup/nexthop-validation.js'
import type { LintContext } from './context.js'

/** Reports each rule once, with the first route that it breaks. */
export function checkNexthops({ plan }: LintContext, reporter: Reporter): void {
  const reported = new Set<string>()
  for (const { route, nexthop, rule } of rejectedNexthops(plan)) {
    const path = rule.origin.path.slice(0, 2)
    if (reported.has(path.join('.'))) continue
    reported.add(path.join('.'))
    const via = nexthop.via?.text ?? ''
    reporter.at(...path).report(
      'nexthop-rejected',
      { via, route: route.origin.reason },
      {
        fix: `Add a rule \`{ to: ${via}, table: main }\` before it, or set \`onlink: true\` on the gateway.`,
      },
    )
  }
}
