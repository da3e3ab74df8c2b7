// What does another hand do to links that are not ours: its configuration comes, a link goes down and up, the stack restarts?
import type { KernelPlan } from '../../../../src/plan/plan.js'
import type { Lab, LabSpec } from '../../lab/lab.js'
import type { StackId } from '../../lab/stacks.js'
import type { TreeFile } from '../../lab/rootfs/tree.js'
import { loseCarrier } from '../events/carrier.js'
import { foreignCommands, foreignFiles } from './external-addressing.js'
import type { Place, Rendering } from '../rendering.js'
import { waysOf } from '../actions/stack-commands.js'
import type { Ways } from '../actions/stack-commands.js'

export type Stir = {
  readonly name: string
  /** Lines that tell what went wrong; the state afterwards is compared with the plan. */
  readonly perform: (lab: Lab) => Promise<readonly string[]>
}

async function tell(lab: Lab, command: string): Promise<readonly string[]> {
  const { code, stdout, stderr } = await lab.exec(command)
  return code === 0 ? [] : [`! ${command}: exit ${code}: ${stdout}${stderr}`]
}

const told = (command: string): Stir => ({ name: command, perform: (lab) => tell(lab, command) })

/** systemd before 257 takes a gateway for onlink while it knows of no address: docs/targets/netplan.md. */
const comesWithOurs = ({ stack, debian }: Place, path: string): boolean =>
  stack === 'netplan' && debian < 13 && path.startsWith('/etc/netplan/')

/** A host on which that hand has done nothing yet; the links are there, down and without an address. */
export function beforeOthers(spec: LabSpec, plan: KernelPlan): LabSpec {
  const theirs = new Set(foreignFiles(plan, spec.stack).map(({ path }) => path))
  const isThere = (path: string): boolean =>
    !theirs.has(path) && !(plan.intent.manage === 'routing' && comesWithOurs(spec, path))
  return {
    ...spec,
    tree: [...spec.tree.filter(({ path }) => isThere(path)), ...bare(spec.stack, plan)],
    prepare: [],
    foreign:
      plan.intent.manage === 'routing' ? plan.state.links.map((link) => link.name) : (spec.foreign ?? []),
  }
}

/** NetworkManager would ask for a lease on every link that nobody has told it of. */
function bare(stack: StackId, plan: KernelPlan): readonly TreeFile[] {
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

/** As documented for each stack: what makes it see the files that another hand has written. */
function comeCommand(place: Place, made: Rendering): string {
  const links = made.plan.state.links.map((link) => link.name)
  switch (place.stack) {
    case 'networkd':
    case 'netplan':
    case 'netplan-nm':
      return waysOf(place, made).again[0] ?? 'true'
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
      return [...foreignCommands(made.plan), `${scriptOf(made)} up`].join(' && ')
  }
}

/** By the other hand's own names. */
function downAndUp({ stack }: Place, made: Rendering, link: string): string {
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
      return [`ip link set dev ${link} down`, ...foreignCommands(made.plan), `${scriptOf(made)} up`].join(
        ' && ',
      )
  }
}

function carrierLost(link: string, withdraws: boolean): Stir {
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
export function besideStack(place: Place, made: Rendering, link: string, isLate: boolean): readonly Stir[] {
  const ways = waysOf(place, made)
  const comes: Stir = {
    name: 'its configuration comes',
    perform: async (lab) => {
      const ours = made.output.files.filter(({ path }) => comesWithOurs(place, path))
      await lab.install([...foreignFiles(made.plan, place.stack), ...ours])
      return await tell(lab, comeCommand(place, made))
    },
  }
  return [
    ...(isLate ? [comes] : []),
    ...[ways.restart, ...ways.again, downAndUp(place, made, link)].map(told),
    carrierLost(link, ways.withdraws),
    told(ways.restart),
  ]
}

/** One link once more, each with its cure where it leaves routes out. */
export const relinksOf = ({ relink, incomplete, completing }: Ways, link: string): readonly string[] =>
  relink.map((command) =>
    command === incomplete && completing !== undefined
      ? `${command(link)} && ${completing(link)}`
      : command(link),
  )

/** NetworkManager tells nobody when a link that it leaves alone is back; whoever else watches links needs no word. */
const backOf = ({ stack }: Place, link: string): string =>
  stack === 'netplan-nm' || stack === 'nm-dispatcher' || stack === 'nm-keyfile'
    ? `/etc/NetworkManager/dispatcher.d/50-multihome ${link} up`
    : 'true'

/** A program that is no part of the stack makes one of the links. */
export function besideMaker(place: Place, made: Rendering, link: string): readonly Stir[] {
  const ways = waysOf(place, made)
  const addresses = foreignCommands(made.plan)
  const own = made.plan.state.links.filter(({ manage }) => manage === 'full').map(({ name }) => name)
  return [
    { ...told(addresses.join(' && ')), name: 'its maker comes' },
    ...[ways.restart, ...ways.again, ...relinksOf(ways, own[0] ?? 'lo')].map(told),
    {
      name: 'its maker goes and comes',
      perform: async (lab) => {
        const gone = await tell(lab, `ip link set dev ${link} down`)
        await lab.settled()
        return [...gone, ...(await tell(lab, [...addresses, backOf(place, link)].join(' && ')))]
      },
    },
    carrierLost(link, false),
    told(ways.restart),
  ]
}
