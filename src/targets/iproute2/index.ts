// Target iproute2: one POSIX script with ip(8) that installs, removes or checks the plan; for hosts without a stack.
import { RTPROT_INTERIM, RTPROT_MULTIHOME } from '../../kernel/protocol.js'
import { fill } from '../../render/template.js'
import { bannerOf, commonFileRemoval, commonFiles, commonFileSteps } from '../shared/common-files.js'
import { TRACKER_PATH, needsTracker } from '../shared/address-tracker.js'
import { deferredRoutes } from '../shared/deferred-routes.js'
import { defineTarget, textFile, type Step, type Steps } from '../target.js'
import { behaviourOf } from './runtime-notes.js'
import { capabilities } from './capabilities.js'
import { scriptPathOf } from './settings.js'
import {
  linkEntries,
  routeEntries,
  ruleEntries,
  settingEntries,
  sourcesOf,
  virtualLinkEntries,
} from './view.js'

const title = 'plain iproute2'

/** Addresses have no protocol number before Linux 5.18, so the script records them here. */
const STATE = '/run/multihome.addresses'

/** Record of the links that it has created. */
const VIRTUAL_LINKS = '/run/multihome.links'

export const iproute2 = defineTarget({
  id: 'iproute2',
  title,
  consumer: 'iproute2',
  defaultVersion: '6.15',
  settings: {
    path: 'path of the script, below /usr/local, /opt or /etc/multihome; default /usr/local/sbin/multihome.sh',
  },
  capabilities: () => capabilities,
  behaviour: (_settings, manage) => behaviourOf(manage),
  hostStack: () => ({ name: 'iproute2', services: [] }),
  render(plan, settings, context) {
    const path = scriptPathOf(settings, context.reporter)
    const up = { command: `${path} up`, why: 'lays the plan, and takes away what an earlier one left' }
    const down: Step = { command: `${path} down`, why: 'deletes what `up` has added', when: 'before-files' }
    const common = { kernelRa: true, deferred: deferredRoutes(plan) }
    const steps: Steps = {
      first: [...commonFileSteps(plan, common), up],
      change: [...commonFileSteps(plan, common), up],
      remove: [...commonFileRemoval(plan, common), down],
    }
    const script = fill('iproute2/multihome', {
      banner: bannerOf(context, title),
      isFollowing: needsTracker(plan, common.deferred),
      follow: TRACKER_PATH,
      name: path.slice(path.lastIndexOf('/') + 1),
      protocol: RTPROT_MULTIHOME,
      interim: RTPROT_INTERIM,
      state: STATE,
      settings: settingEntries(plan),
      madeLinks: VIRTUAL_LINKS,
      virtualLinks: virtualLinkEntries(plan),
      links: linkEntries(plan),
      routes: routeEntries(plan),
      rules: ruleEntries(plan),
      needsDadWait: sourcesOf(plan).length > 0,
      sources: sourcesOf(plan).join(' '),
      selectsDscp: plan.state.rules.some(({ selector }) => selector.dscp !== undefined),
    })
    return {
      files: [
        textFile(path, script, 0o755),
        ...commonFiles(plan, title, context, { ...common, protocol: true }),
      ],
      ...steps,
    }
  },
})
