// NetworkManager for addresses, its dispatcher script for all routing.
import { hostSettings } from '../host-versions.js'
import type { KernelPlan, PlannedLink } from '../../plan/plan.js'
import { commonFileRemoval, commonFiles, commonFileSteps } from '../shared/common-files.js'
import {
  DEFAULT_DISPATCHER,
  dispatcherName,
  dispatcherRemoval,
  dispatcherFiles,
  dispatcherStep,
} from '../shared/networkmanager/dispatcher.js'
import { isLeasing } from '../shared/networkmanager/lease.js'
import { keyfile, linkSections, RELOAD, upSteps } from '../shared/networkmanager/keyfile.js'
import { dispatcherBehaviour } from '../shared/networkmanager/runtime-notes.js'
import { leaseOf } from '../shared/lease/settings.js'
import { defineTarget, type Steps } from '../target.js'
import { versionOf } from '../version.js'
import { capabilities } from './capabilities.js'
import { refuseMoved, refuseNameservers } from '../shared/networkmanager/values.js'

const ID = 'nm-dispatcher'
const DEFAULT_VERSION = '1.52.1'
const TITLE = 'NetworkManager and its dispatcher'

export const nmDispatcher = defineTarget({
  id: ID,
  title: TITLE,
  consumer: 'NetworkManager',
  defaultVersion: DEFAULT_VERSION,
  settings: {
    ...hostSettings,
    file: `name of the script in /etc/NetworkManager/dispatcher.d; default ${DEFAULT_DISPATCHER}`,
  },
  capabilities: () => capabilities,
  behaviour: (settings) => dispatcherBehaviour(versionOf(settings, DEFAULT_VERSION)),
  hostStack: () => ({ name: 'NetworkManager', services: ['NetworkManager.service'] }),
  render(plan, settings, context) {
    const file = dispatcherName(settings, ID, context)
    const links = plan.state.links.filter(({ managed }) => managed)
    refuseNameservers(links, ID, context)
    refuseMoved(plan, ID, context)
    const scripts = dispatcherFiles(
      plan.state,
      { file, stack: TITLE, programs: plan.intent.programs },
      context,
    )
    const profiles = links.map((link) =>
      keyfile(link, linkSections(link, leaseOf(plan, link), { inet: [], inet6: [] }), TITLE, context),
    )
    return {
      files: [...scripts, ...profiles, ...commonFiles(plan, TITLE, context, { protocol: true })],
      ...stepsOf(plan, file, links),
    }
  },
})

function stepsOf(plan: KernelPlan, file: string, links: readonly PlannedLink[]): Steps {
  const names = links.map(({ name }) => name)
  const profiles = links.length === 0 ? [] : [RELOAD, ...upSteps(names, isLeasing(plan))]
  const steps = [...commonFileSteps(plan), ...profiles, dispatcherStep(file)]
  const remove = [
    dispatcherRemoval(file),
    ...commonFileRemoval(plan),
    ...(links.length === 0 ? [] : [RELOAD]),
  ]
  return { first: steps, change: steps, remove }
}
