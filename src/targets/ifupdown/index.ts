// Target ifupdown, also for ifupdown2 and ifupdown-ng: stanzas with hooks, or a script beside stanzas of others.
import { hostSettings } from '../host-versions.js'
import { loopback } from '../../kernel/link.js'
import type { KernelPlan } from '../../plan/plan.js'
import { fill } from '../../render/template.js'
import {
  bannerOf,
  commonFileRemoval,
  commonFiles,
  commonFileSteps,
  type CommonFileOptions,
} from '../shared/common-files.js'
import { deferredRoutes } from '../shared/deferred-routes.js'
import {
  defineTarget,
  textFile,
  type RenderContext,
  type RenderedFile,
  type Step,
  type Steps,
} from '../target.js'
import { behaviourOf } from './runtime-notes.js'
import { capabilitiesOf } from './capabilities.js'
import { refuseValues } from './check.js'
import { leaseFiles } from './dhcp.js'
import { SCRIPT, scriptFiles } from './script.js'
import { flavourOf, readSettings, type Flavour, type Settings } from './settings.js'
import { ownLinks, stanzasOf } from './stanzas.js'

const ID = 'ifupdown'

export const ifupdown = defineTarget({
  id: ID,
  title: 'ifupdown',
  consumer: 'ifupdown',
  defaultVersion: '0.8.44',
  settings: {
    ...hostSettings,
    flavour:
      'the program that reads the files: ifupdown (default), ifupdown2 or ifupdown-ng; `version` is its own',
    layout:
      '`interfaces` (default): the whole of /etc/network/interfaces. `drop-in`: a file in interfaces.d, which the host’s own interfaces file sources',
    file: 'name of that drop-in; default 60-multihome; letters, digits, _ and - only',
  },
  capabilities: (settings) => capabilitiesOf(flavourOf(settings)),
  behaviour: (settings, manage) => behaviourOf(flavourOf(settings), manage),
  hostStack: (settings) => ({ name: 'ifupdown', flavour: flavourOf(settings), services: [] }),
  render(plan, written, context) {
    const common = { kernelRa: true, deferred: deferredRoutes(plan) }
    const settings = readSettings(written, context.reporter)
    refuseValues(plan, settings.flavour, context)
    const steps = stepsOf(plan, common, settings)
    return {
      files: [
        ...(plan.intent.manage === 'routing' ? [] : [interfacesFile(plan, settings, context)]),
        ...(plan.intent.manage === 'routing' ? scriptFiles(plan, settings.flavour, context) : []),
        ...leaseFiles(plan, settings.flavour, context),
        ...commonFiles(plan, settings.flavour, context, { ...common, protocol: true }),
      ],
      ...steps,
    }
  },
})

function interfacesFile(plan: KernelPlan, settings: Settings, context: RenderContext): RenderedFile {
  const { flavour, path } = settings
  const view = { banner: bannerOf(context, flavour), stanzas: stanzasOf(plan, flavour, context) }
  return textFile(path, fill('ifupdown/interfaces', view))
}

/** ifupdown2 would set lo down before other links of the same command, so reject rules would be missing while they are up. */
const THEN_LO: Readonly<Record<Settings['flavour'], string>> = {
  ifupdown: ' lo',
  ifupdown2: ' && ifdown lo',
  'ifupdown-ng': ' lo',
}

/** `ifup` skips links that it has recorded as up, and only the file that brought a link up takes it down completely. */
function stepsOf(plan: KernelPlan, common: CommonFileOptions, { path, flavour }: Settings): Steps {
  const script: Step = {
    command: SCRIPT,
    why: 'installs rules and routes, reports what fails, and deletes those of an earlier description',
  }
  if (plan.intent.manage === 'routing') {
    const steps = [...commonFileSteps(plan, common), script]
    return { first: steps, change: steps, remove: commonFileRemoval(plan, common) }
  }
  const names = [loopback, ...ownLinks(plan).map((link) => link.name)].join(' ')
  const after: readonly Step[] = [
    ...commonFileSteps(plan, common),
    { programs: ['ifup'], command: `ifup ${names}`, why: 'addresses, routes and rules of these files' },
  ]
  const down: Step = {
    programs: ['ifdown'],
    command: `ifdown $(awk '/^iface/ && $2 != "lo" {print $2}' ${path} | sort -u)${THEN_LO[flavour]}`,
    why: 'every link of the previous file, also one that is listed no more; lo last, so that what is closed stays closed',
    when: 'before-files',
  }
  return {
    first: [
      {
        programs: ['ifdown'],
        command: `for link in ${names}; do ifdown "$link" || true; done`,
        why: 'takes down these links as ifupdown knows them; it reports one that it does not know, without harm',
        when: 'before-files',
      },
      ...after,
    ],
    change: [down, ...after],
    remove: [down, ...commonFileRemoval(plan, common), ...upAgain(flavour)],
  }
}

/** Brings up what was up before; apply.sh does that for ifupdown from its record of the time before the first change. */
const upAgain = (flavour: Flavour): readonly Step[] =>
  flavour === 'ifupdown'
    ? []
    : [{ programs: ['ifup'], command: 'ifup -a', why: 'the links of the files before' }]
