// Routes over links that another program makes: stacks that watch no link need that program's help, and say so.
import type { LinkName } from '../kernel/link.js'
import { featureTitles } from '../plan/features.js'
import { membersOf } from '../plan/owner.js'
import type { KernelPlan } from '../plan/plan.js'
import type { RenderContext } from './target.js'

/** One warning for each such link; none for a link that only rules name. */
export function warnOfForeignRoutes(
  plan: KernelPlan,
  target: string,
  reason: (link: LinkName) => string,
  context: RenderContext,
): void {
  const routed = new Set(plan.routes.flatMap(membersOf))
  for (const { name, manage, origin } of plan.links)
    if (manage === 'routing' && routed.has(name))
      context.reporter
        .at(...origin.path)
        .report(
          'feature-partial',
          { feature: featureTitles['link.foreign'], target, reason: reason(name) },
          { target },
        )
}
