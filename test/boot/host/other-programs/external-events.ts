// Events of external links: their configuration appears, a link goes down and up, the stack restarts.
import { managedLinks } from '../../../../src/plan/lasting-rules.js'
import type { KernelPlan } from '../../../../src/plan/plan.js'
import type { Lab, LabSpec } from '../../lab/lab.js'
import type { StackId } from '../../lab/stacks.js'
import type { TreeFile } from '../../lab/rootfs/tree.js'
import { loseCarrier } from '../events/carrier.js'
import { externalCommands, externalFiles } from './external-addressing.js'
import type { Platform, Rendering } from '../rendering.js'
import { stackCommandsOf } from '../actions/stack-commands.js'
import type { StackCommands } from '../actions/stack-commands.js'

export type ExternalEvent = {
  readonly name: string
  /** Runs the event and returns its problems; the state afterwards is compared with the plan. */
  readonly perform: (lab: Lab) => Promise<readonly string[]>
}

async function runCommand(lab: Lab, command: string): Promise<readonly string[]> {
  const { code, stdout, stderr } = await lab.exec(command)
  return code === 0 ? [] : [`! ${command}: exit ${code}: ${stdout}${stderr}`]
}

const commandEvent = (command: string): ExternalEvent => ({
  name: command,
  perform: (lab) => runCommand(lab, command),
})

/** While a link has no address, systemd before 257 treats its gateways as onlink: docs/targets/netplan.md. */
const mustComeWithOurFiles = ({ stack, debian }: Platform, path: string): boolean =>
  stack === 'netplan' && debian < 13 && path.startsWith('/etc/netplan/')

/** A host before any external configuration: the links exist, down and without addresses. */
export function withoutExternalConfig(spec: LabSpec, plan: KernelPlan): LabSpec {
  const externalPaths = new Set(externalFiles(plan, spec.stack).map(({ path }) => path))
  const isKept = (path: string): boolean =>
    !externalPaths.has(path) && !(plan.intent.manage === 'routing' && mustComeWithOurFiles(spec, path))
  return {
    ...spec,
    tree: [...spec.tree.filter(({ path }) => isKept(path)), ...idleStackFiles(spec.stack, plan)],
    prepare: [],
    external:
      plan.intent.manage === 'routing' ? plan.state.links.map((link) => link.name) : (spec.external ?? []),
  }
}

/** Without this file NetworkManager requests a lease on every unconfigured link. */
function idleStackFiles(stack: StackId, plan: KernelPlan): readonly TreeFile[] {
  switch (stack) {
    case 'netplan-nm':
    case 'nm-dispatcher':
    case 'nm-keyfile':
      return [
        {
          path: '/etc/NetworkManager/conf.d/bare.conf',
          mode: 0o644,
          content: '[main]\nno-auto-default=*\n',
        },
      ]
    case 'ifupdown':
    case 'ifupdown2':
    case 'ifupdown-ng':
      return plan.intent.manage === 'routing'
        ? [{ path: '/etc/network/interfaces', mode: 0o644, content: 'auto lo\niface lo inet loopback\n' }]
        : []
    default:
      return []
  }
}

const scriptOf = ({ output }: Rendering): string =>
  output.files.find(({ path }) => path.endsWith('.sh'))?.path ?? 'multihome.sh'

/** The documented command that makes each stack read new files of another program. */
function activateCommand(platform: Platform, rendering: Rendering): string {
  const links = rendering.plan.state.links.map((link) => link.name)
  switch (platform.stack) {
    case 'networkd':
    case 'netplan':
    case 'netplan-nm':
      return stackCommandsOf(platform, rendering).reloads[0] ?? 'true'
    case 'nm-dispatcher':
    case 'nm-keyfile':
      return ['nmcli connection reload', ...links.map((link) => `nmcli connection up ${link}`)].join(' && ')
    case 'ifupdown':
    case 'ifupdown2':
    case 'ifupdown-ng':
      return `ifup ${links.join(' ')}`
    case 'netifrc':
      return links
        .map((link) => `ln -s net.lo /etc/init.d/net.${link} && rc-service net.${link} start`)
        .join(' && ')
    case 'iproute2':
      return [...externalCommands(rendering.plan), `${scriptOf(rendering)} up`].join(' && ')
  }
}

/** By the other program's own connection names. */
function downAndUp({ stack }: Platform, rendering: Rendering, link: string): string {
  switch (stack) {
    case 'networkd':
    case 'netplan':
      return `networkctl down ${link} && networkctl up ${link}`
    case 'netplan-nm':
      return `nmcli connection down netplan-${link} && nmcli connection up netplan-${link}`
    case 'nm-dispatcher':
    case 'nm-keyfile':
      return `nmcli connection down ${link} && nmcli connection up ${link}`
    case 'ifupdown':
    case 'ifupdown2':
    case 'ifupdown-ng':
      return `ifdown ${link} && ifup ${link}`
    case 'netifrc':
      return `rc-service net.${link} stop && rc-service net.${link} start`
    case 'iproute2':
      return [
        `ip link set dev ${link} down`,
        ...externalCommands(rendering.plan),
        `${scriptOf(rendering)} up`,
      ].join(' && ')
  }
}

function carrierLost(link: string, withdraws: boolean): ExternalEvent {
  return {
    name: `carrier of ${link} lost and back`,
    perform: async (lab) => {
      await loseCarrier(lab, link, withdraws)
      await lab.carrier(link, true)
      return []
    },
  }
}

/** The stack itself has the addresses, in files that are not ours. */
export function stackEvents(
  platform: Platform,
  rendering: Rendering,
  link: string,
  isLate: boolean,
): readonly ExternalEvent[] {
  const stackCommands = stackCommandsOf(platform, rendering)
  const configurationArrives: ExternalEvent = {
    name: 'its configuration appears',
    perform: async (lab) => {
      const ours = rendering.output.files.filter(({ path }) => mustComeWithOurFiles(platform, path))
      await lab.install([...externalFiles(rendering.plan, platform.stack), ...ours])
      return await runCommand(lab, activateCommand(platform, rendering))
    },
  }
  return [
    ...(isLate ? [configurationArrives] : []),
    ...[stackCommands.restart, ...stackCommands.reloads, downAndUp(platform, rendering, link)].map(
      commandEvent,
    ),
    carrierLost(link, stackCommands.withdraws),
    commandEvent(stackCommands.restart),
  ]
}

/** The commands that reconfigure one link, each with the command that adds missing routes. */
export const relinksOf = (
  { relink, incomplete, completing }: StackCommands,
  link: string,
): readonly string[] =>
  relink.map((command) =>
    command === incomplete && completing !== undefined
      ? `${command(link)} && ${completing(link)}`
      : command(link),
  )

/** NetworkManager does not report that an unmanaged link is up again; other stacks watch links themselves. */
const reportLinkUp = ({ stack }: Platform, link: string): string =>
  stack === 'netplan-nm' || stack === 'nm-dispatcher' || stack === 'nm-keyfile'
    ? `/etc/NetworkManager/dispatcher.d/50-multihome ${link} up`
    : 'true'

/** A program that is not part of the stack creates one of the links. */
export function creatorEvents(
  platform: Platform,
  rendering: Rendering,
  link: string,
): readonly ExternalEvent[] {
  const stackCommands = stackCommandsOf(platform, rendering)
  const addresses = externalCommands(rendering.plan)
  const own = managedLinks(rendering.plan).map(({ name }) => name)
  return [
    { ...commandEvent(addresses.join(' && ')), name: 'its creator starts' },
    ...[stackCommands.restart, ...stackCommands.reloads, ...relinksOf(stackCommands, own[0] ?? 'lo')].map(
      commandEvent,
    ),
    {
      name: 'its creator restarts',
      perform: async (lab) => {
        const gone = await runCommand(lab, `ip link set dev ${link} down`)
        await lab.waitStable()
        return [
          ...gone,
          ...(await runCommand(lab, [...addresses, reportLinkUp(platform, link)].join(' && '))),
        ]
      },
    },
    carrierLost(link, false),
    commandEvent(stackCommands.restart),
  ]
}
