// systemd-networkd: a .network file for each link, and lo's for all that outlives links.
import { hostSettings } from '../host-versions.js'
import { loopback } from '../../kernel/link.js'
import type { KernelPlan } from '../../plan/plan.js'
import { commonFileRemoval, commonFiles, commonFileSteps } from '../shared/common-files.js'
import { networkdBehaviour } from '../shared/networkd/runtime-notes.js'
import { virtualLinkSteps } from '../shared/networkd/netdev.js'
import { networkdCapabilities } from '../shared/networkd/support.js'
import {
  confFile,
  ENABLE,
  loopbackFile,
  reloadSteps,
  REMOVE,
  NETWORK_FOLDER,
  routesByFile,
  startSteps,
  type UnitHead,
} from '../shared/networkd/units.js'
import { refuseValues } from '../shared/networkd/values.js'
import { defineTarget, type Step, type Steps } from '../target.js'
import { versionOf } from '../version.js'
import { refuseSettings } from './settings.js'
import { filePathOf, linkFiles } from './view.js'

const ID = 'networkd'
const TITLE = 'systemd-networkd'
const DEFAULT_VERSION = '257'

export const networkd = defineTarget({
  id: ID,
  title: TITLE,
  consumer: 'systemd',
  defaultVersion: DEFAULT_VERSION,
  settings: {
    ...hostSettings,
    files:
      'link → name of its .network file; default `10-multihome-LINK.network`, or with `manage: routing` `10-LINK.network`, beside which a drop-in is written',
  },
  capabilities: (settings) => networkdCapabilities(versionOf(settings, DEFAULT_VERSION)),
  behaviour: (settings) => networkdBehaviour(versionOf(settings, DEFAULT_VERSION)),
  hostStack: () => ({
    name: 'networkd',
    services: ['systemd-networkd.service', 'systemd-networkd.socket'],
  }),
  render(plan, settings, context) {
    const systemd = versionOf(settings, DEFAULT_VERSION)
    const steps = stepsOf(plan, systemd)
    refuseSettings(plan, settings, systemd, context)
    refuseValues(plan, systemd, ID, context)
    const head: UnitHead = { stack: TITLE, context, mechanism: 'native' }
    const routes = routesByFile(plan, systemd)
    const lo = { rules: plan.state.rules, routes: routes.get(loopback) ?? [] }
    const files = [
      ...linkFiles(plan, routes, settings, systemd, head),
      ...loopbackFile(filePathOf(loopback, plan, settings), lo, systemd, head),
      confFile(plan, systemd, head),
      ...commonFiles(plan, TITLE, context, { protocol: false }),
    ]
    return { files, ...steps }
  },
})

/** Where others configured networkd before us it runs already, and is not ours to enable. */
function stepsOf(plan: KernelPlan, systemd: string): Steps {
  const sysctls = commonFileSteps(plan)
  const made = virtualLinkSteps(plan, `${NETWORK_FOLDER}/10-multihome-*.netdev`)
  return {
    first: [...sysctls, ...(plan.intent.manage === 'full' ? [ENABLE] : []), ...startSteps(systemd)],
    change: [
      ...made.keep.map((step): Step => ({ ...step, when: 'before-files' })),
      ...sysctls,
      ...made.release,
      ...reloadSteps(systemd, plan),
      ...made.join,
    ],
    remove: [...commonFileRemoval(plan), REMOVE],
  }
}
