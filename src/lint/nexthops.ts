// Next hops that the kernel rejects.
import type { Reporter } from '../diagnostics/reporter.js'
import { rejectedNexthops } from '../lookup/nexthop-validation.js'
import { entryKey, entryPath, formatOrigin } from '../plan/origin.js'
import type { LintContext } from './context.js'

/** Reports each rule once, with the first route that it breaks. */
export function checkNexthops({ plan }: LintContext, reporter: Reporter): void {
  const reported = new Set<string>()
  for (const { route, nexthop, rule } of rejectedNexthops(plan)) {
    const key = entryKey(rule.origin)
    if (reported.has(key)) continue
    reported.add(key)
    const via = nexthop.via?.text ?? ''
    reporter.at(...entryPath(rule.origin)).report(
      'nexthop-rejected',
      { via, route: formatOrigin(route.origin) },
      {
        fix: `Add a rule \`{ to: ${via}, table: main }\` before it, or set \`onlink: true\` on the gateway.`,
      },
    )
  }
}
