// Gentoo's netifrc: conf.d/net with the services that read it, or files beside the host's own conf.d/net.
import { hostSettings } from '../host-versions.js'
import { hasErrors } from '../../diagnostics/diagnostic.js'
import { loopback } from '../../kernel/link.js'
import { neededLinks } from '../shared/route-dependencies.js'
import type { KernelPlan, PlannedLink } from '../../plan/plan.js'
import { fill } from '../../render/template.js'
import type { Block, Views } from '../../render/views.js'
import { bannerOf, commonFiles } from '../shared/common-files.js'
import { deferredRoutes, installedRoutes } from '../shared/deferred-routes.js'
import { defineTarget, textFile, type RenderContext, type RenderedFile } from '../target.js'
import { behaviour } from './runtime-notes.js'
import {
  besideBlocks,
  linkBlocks,
  loopbackBlocks,
  linkHooks,
  postdownBlocks,
  postupView,
} from './assignments.js'
import { capabilities } from './capabilities.js'
import { refuseValues } from './check.js'
import { dhcpcdHookFiles } from './leases.js'
import { listedRoutes } from './route-lines.js'
import { serviceComment, serviceOf, stepsOf } from './steps.js'

const TITLE = 'netifrc'

export const netifrc = defineTarget({
  id: 'netifrc',
  title: TITLE,
  consumer: 'netifrc',
  defaultVersion: '0.7.14',
  settings: hostSettings,
  capabilities: () => capabilities,
  behaviour: () => behaviour,
  hostStack: () => ({ name: 'netifrc', services: [] }),
  render(plan, _settings, context) {
    const common = { kernelRa: true, deferred: deferredRoutes(plan), init: 'openrc' } as const
    const routed = new Set(installedRoutes(plan).flatMap((route) => neededLinks(route, plan)))
    const own = plan.state.links.filter((link) =>
      plan.intent.manage === 'routing' ? routed.has(link.name) : link.managed,
    )
    refuseValues(plan, own, context)
    const steps = stepsOf(plan, own, common)
    if (hasErrors(context.reporter.diagnostics)) return { files: [], ...steps }
    const files =
      plan.intent.manage === 'routing' ? besideFiles(plan, own, context) : wholeFiles(plan, own, context)
    return {
      files: [
        ...files,
        ...dhcpcdHookFiles(plan),
        ...commonFiles(plan, TITLE, context, { ...common, protocol: postupView(plan).length > 0 }),
      ],
      ...steps,
    }
  },
})

/** netifrc has one of each for all links, so they are written only to a file that is entirely ours. */
type Functions = Pick<Views['netifrc/net'], 'preup' | 'postup' | 'postdown' | 'deleteHooks'>

function netFile(
  path: `/${string}`,
  blocks: readonly Block[],
  context: RenderContext,
  functions: Functions = { preup: [], postup: [], postdown: [], deleteHooks: [] },
): RenderedFile {
  const { preup, postup, postdown, deleteHooks } = functions
  const view = {
    banner: bannerOf(context, TITLE),
    blocks,
    ...functions,
    hasPreup: preup.length > 0,
    hasPostup: postup.length > 0,
    hasLoPostdown: postdown.length > 0,
    hasPostdown: postdown.length + deleteHooks.length > 0,
  }
  return textFile(path, fill('netifrc/net', view))
}

function wholeFiles(
  plan: KernelPlan,
  own: readonly PlannedLink[],
  context: RenderContext,
): readonly RenderedFile[] {
  const blocks = [...loopbackBlocks(plan, false), ...own.flatMap((link) => linkBlocks(plan, link))]
  return [
    netFile('/etc/conf.d/net', blocks, context, {
      ...linkHooks(own, plan),
      postup: postupView(plan),
      postdown: postdownBlocks(plan),
    }),
    ...own.map((link): RenderedFile => ({
      path: `/etc/init.d/${serviceOf(link.name)}`,
      symlink: serviceOf(loopback),
    })),
  ]
}

/** Names of our services, which the steps of the next change read. */
const servicesBlock = (own: readonly PlannedLink[]): Block => ({
  comments: own.map(({ name }) => serviceComment(name)),
  lines: [],
})

/** OpenRC reads conf.d/net first and conf.d/net.LINK after it, for that service alone. */
function besideFiles(
  plan: KernelPlan,
  own: readonly PlannedLink[],
  context: RenderContext,
): readonly RenderedFile[] {
  return [
    netFile(
      `/etc/conf.d/${serviceOf(loopback)}`,
      [...loopbackBlocks(plan, true), servicesBlock(own)],
      context,
    ),
    ...own
      .filter((link) => listedRoutes(plan, link.name).length > 0)
      .map((link) => netFile(`/etc/conf.d/${serviceOf(link.name)}`, besideBlocks(plan, link.name), context)),
  ]
}
