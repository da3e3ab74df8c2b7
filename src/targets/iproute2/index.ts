// Target iproute2: a program with ip(8) that installs, removes or checks the plan; for hosts without a stack.
import { hostSettings } from '../host-versions.js'
import { fill } from '../../render/template.js'
import { bannerOf, commonFileRemoval, commonFiles, commonFileSteps } from '../shared/common-files.js'
import { deferredRoutes } from '../shared/deferred-routes.js'
import { programFiles, programPath } from '../shared/programs.js'
import { defineTarget, textFile, type Step, type Steps } from '../target.js'
import { behaviourOf } from './runtime-notes.js'
import { capabilities } from './capabilities.js'
import { scriptPathOf } from './settings.js'
import { planBlocks } from './view.js'

const title = 'plain iproute2'

const DATA_PATH = '/etc/multihome/plan.conf'

export const iproute2 = defineTarget({
  id: 'iproute2',
  title,
  consumer: 'iproute2',
  defaultVersion: '6.15',
  settings: {
    linux: hostSettings.linux,
    path: 'path of the script, below /usr/local, /opt or /etc/multihome; default /usr/local/sbin/multihome.sh',
  },
  capabilities: () => capabilities,
  behaviour: (_settings, manage) => behaviourOf(manage),
  hostStack: () => ({ name: 'iproute2', services: [] }),
  render(plan, settings, context) {
    const path = scriptPathOf(settings, context.reporter)
    const up = { command: `${path} up`, why: 'installs the plan, and deletes what an earlier one left' }
    const down: Step = { command: `${path} down`, why: 'deletes what `up` has added', when: 'before-files' }
    const common = { kernelRa: true, deferred: deferredRoutes(plan) }
    const steps: Steps = {
      first: [...commonFileSteps(plan, common), up],
      change: [...commonFileSteps(plan, common), up],
      remove: [...commonFileRemoval(plan, common), down],
    }
    const banner = bannerOf(context, title)
    const { programs } = plan.intent
    const name = path.slice(path.lastIndexOf('/') + 1)
    return {
      files: [
        textFile(
          path,
          fill('iproute2/multihome', {
            banner,
            name,
            data: DATA_PATH,
            program: programPath(programs, 'multihome-plan'),
          }),
          0o755,
        ),
        textFile(DATA_PATH, fill('shared/blocks', { banner, blocks: planBlocks(plan) })),
        ...programFiles(programs, 'multihome-plan', 'plan.awk'),
        ...commonFiles(plan, title, context, { ...common, protocol: true }),
      ],
      ...steps,
    }
  },
})
