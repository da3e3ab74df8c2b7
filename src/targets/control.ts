// Control files of a rendered tree: the program apply.sh, the same for all, and its data, apply.conf.
import { managedLinks } from '../plan/lasting-rules.js'
import { familyFlag, families } from '../kernel/family.js'
import { RT_TABLE_MAIN } from '../kernel/table.js'
import { memoizeLast } from '../stdlib/memoize.js'
import type { KernelPlan } from '../plan/plan.js'
import { requiredVersion, versionNeeds } from '../plan/requires-versions.js'
import { programs } from '../render/templates.generated.js'
import { commentText } from '../syntax/comments.js'
import { routeTokens, ruleTokens } from '../syntax/iproute2.js'
import { bannerOf } from './shared/common-files.js'
import { installedRoutes } from './shared/deferred-routes.js'
import { minimumVersionOf } from './minimum-version.js'
import { programsOf, stepsAfterFiles, stepsBeforeFiles } from './steps.js'
import type { Rendered, Step, Target, TextFile, WrittenSettings } from './target.js'

/** Below a tree's root; copying `etc/` and `usr/` to a host does not take it along. */
export const CONTROL_FOLDER = '/.multihome'

/** Of the data; a program refuses data of another format. */
const FORMAT = 1

export function controlFiles(
  plan: KernelPlan,
  target: Target,
  settings: WrittenSettings,
  rendered: Rendered,
  file: string,
): readonly TextFile[] {
  const lines = [
    ...bannerOf({ file }, target.title).map((line) => `# ${line}`),
    '',
    '# Data of apply.sh: the files of this tree, the steps that activate them, the kernel state.',
    `format ${FORMAT}`,
    `description ${file}`,
    `target ${target.id}`,
    `title ${target.title}`,
    ...hostLines(plan, target, settings),
    ...requirementLines(plan, target, settings, rendered),
    ...fileLines(rendered),
    ...stepLines(rendered),
    stateText(plan),
  ]
  const owner = 'root:root'
  return [
    { path: `${CONTROL_FOLDER}/apply.sh`, mode: 0o755, owner, content: programs['apply.sh'] },
    { path: `${CONTROL_FOLDER}/apply.conf`, mode: 0o644, owner, content: `${lines.join('\n')}\n` },
  ]
}

function hostLines(plan: KernelPlan, target: Target, settings: WrittenSettings): readonly string[] {
  const { name, flavour, services } = target.hostStack(settings)
  return [
    '',
    '# The stack that must run the network of this host, and the services that the steps may start.',
    `stack ${name}`,
    ...(flavour === undefined ? [] : [`flavour ${flavour}`]),
    `manage ${plan.intent.manage}`,
    ...services.map((service) => `service ${service}`),
  ]
}

/** Checked before anything is changed. Links that may appear later are not required. */
function requirementLines(
  plan: KernelPlan,
  target: Target,
  settings: WrittenSettings,
  rendered: Rendered,
): readonly string[] {
  const { consumer, least, hooks } = minimumVersionOf(plan, target, settings)
  const { linux, iproute2, nftables, links } = sharedRequirements(plan)
  const versions = [
    ['linux', linux],
    ['iproute2', hooks ? iproute2 : undefined],
    ['nftables', nftables],
    [consumer, consumer === 'iproute2' ? undefined : least],
  ] as const
  return [
    '',
    '# Requirements: programs, minimum versions, links that must be there; links that the steps create.',
    ...programsOf(target.id, rendered, hooks).map((program) => `program ${program}`),
    ...versions.flatMap(([what, version]) => (version === undefined ? [] : [`version ${what} ${version}`])),
    ...links,
  ]
}

/** The requirements that all targets have in common. */
const sharedRequirements = memoizeLast((plan: KernelPlan) => {
  const needs = versionNeeds(plan)
  const own = managedLinks(plan)
  return {
    linux: requiredVersion(needs, 'linux'),
    iproute2: requiredVersion(needs, 'iproute2'),
    nftables: requiredVersion(needs, 'nftables'),
    links: [
      ...own
        .filter(({ virtual, optional }) => virtual === undefined && !optional)
        .map(({ name }) => `link ${name}`),
      ...own.filter(({ virtual }) => virtual !== undefined).map(({ name }) => `created ${name}`),
    ],
  }
})

const fileLines = ({ files }: Rendered): readonly string[] => [
  '',
  '# Files: mode, owner, path; symbolic links: target, path.',
  ...files.map((file) =>
    'symlink' in file
      ? `symlink ${file.symlink} ${file.path}`
      : `file ${file.mode.toString(8).padStart(4, '0')} ${file.owner} ${file.path}`,
  ),
]

const stepLines = ({ first, change, remove = [], boot = [] }: Rendered): readonly string[] => [
  ...stepSection(
    'From a host without these files to one that runs them; -before: with the earlier files.',
    'first',
    first,
  ),
  ...stepSection('From the previous files to these.', 'change', change),
  ...stepSection('Back to a host without these files.', 'remove', remove),
  ...stepSection('At boot, where the previous files came back before the network starts.', 'boot', boot),
]

function stepSection(title: string, keyword: string, steps: readonly Step[]): readonly string[] {
  if (steps.length === 0) return []
  const linesOf = (word: string, some: readonly Step[]): readonly string[] =>
    some.flatMap(({ command, why }) => {
      // A line break would begin another item of the data.
      if (command.includes('\n')) throw new Error(`a step of several lines: ${command}`)
      return [...(why === '' ? [] : [`why ${commentText(why)}`]), `${word} ${command}`]
    })
  return [
    '',
    `# ${title}`,
    ...linesOf(`${keyword}-before`, stepsBeforeFiles(steps)),
    ...linesOf(keyword, stepsAfterFiles(steps)),
  ]
}

/**
 * Static state only: dynamic rules and routes are known at run time. Routes over links of other programs come and go with
 * these.
 */
const stateText = memoizeLast((plan: KernelPlan): string =>
  [
    '',
    '# Expected rules and routes, as arguments of `ip -4|-6 rule|route add`; families that have a',
    '# default route in main.',
    ...plan.state.rules.map((rule) => `rule ${familyFlag(rule.family)} ${ruleTokens(rule).join(' ')}`),
    ...installedRoutes(plan).map(
      (route) => `route ${familyFlag(route.family)} ${routeTokens(route).join(' ')}`,
    ),
    ...families
      .filter((family) => hasDefault(plan, family))
      .map((family) => `default ${familyFlag(family).slice(1)}`),
    ...(plan.state.sysctls.length === 0
      ? []
      : ['', '# Settings that are restored by a revert, below /proc/sys.']),
    ...plan.state.sysctls.map(({ key }) => `sysctl ${key.join('/')}`),
  ].join('\n'),
)

const hasDefault = (plan: KernelPlan, family: 'inet' | 'inet6'): boolean =>
  plan.state.routes.some(
    (route) =>
      route.family === family &&
      route.table === RT_TABLE_MAIN &&
      route.dst.length === 0 &&
      route.type === 'unicast',
  ) ||
  plan.dynamic.multipaths.some((balance) => balance.family === family) ||
  plan.dynamic.tables.some(({ installedIn, routers }) => installedIn === 'main' && routers.includes(family))
