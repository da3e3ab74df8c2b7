// Commands that create virtual links and add members, for stacks with hooks: each may run twice and in any order.
import type { LinkName } from '../../kernel/link.js'
import type { VirtualLink, Master } from '../../kernel/virtual-link.js'
import type { KernelPlan, PlannedLink } from '../../plan/plan.js'
import { enslaveCommands, createCommand, primaryCommand } from '../../syntax/iproute2.js'
import { commandLine } from '../../syntax/shell.js'
import { SYSCTL_PATH } from './common-files.js'

const folderOf = (link: LinkName): string => `/sys/class/net/${link}`

const makeLine = (name: LinkName, made: VirtualLink): string =>
  `[ -e ${folderOf(name)} ] || ${commandLine(createCommand(name, made))}`

/** Does nothing if the member does not exist yet: the member's own hook adds it. */
function joinLine(member: LinkName, master: Master, made: VirtualLink): string {
  const commands = [
    ...enslaveCommands(member, master),
    ...(made.kind === 'bond' && made.primary === member ? [primaryCommand(master.link, member)] : []),
  ]
  const all = commands.map((words) => commandLine(words))
  const joined = `[ -e ${folderOf(member)}/upper_${master.link} ]`
  const joins = all.length === 1 ? all.join('') : `{ ${all.join('; ')}; }`
  return `[ ! -e ${folderOf(member)} ] || ${joined} || ${joins}`
}

const linkOf = (plan: KernelPlan, name: LinkName): PlannedLink | undefined =>
  plan.state.links.find((link) => link.name === name)

/** Sysctls of a link are lost with it, and without udev nothing else sets them again. */
const settings = (plan: KernelPlan): readonly string[] =>
  plan.state.sysctls.length === 0 ? [] : [`sysctl -q -e -p ${SYSCTL_PATH}`]

/**
 * Before the link is set up. Whichever comes first, the virtual link or its member, creates the virtual link and adds the
 * member: the order at boot does not matter, and each may be set down and up alone. `isNative`: the stack creates it.
 */
export function beforeUp(
  link: PlannedLink,
  plan: KernelPlan,
  isNative: (link: PlannedLink) => boolean = () => false,
): readonly string[] {
  const make = (one: PlannedLink): readonly string[] =>
    one.virtual === undefined || isNative(one) ? [] : [makeLine(one.name, one.virtual)]
  const { name, virtual, master } = link
  const members = virtual === undefined || virtual.kind === 'vlan' ? [] : virtual.links
  const above = master === undefined ? undefined : linkOf(plan, master.link)
  return [
    ...make(link),
    ...(virtual === undefined ? [] : settings(plan)),
    ...members.flatMap((member) => {
      const joins = linkOf(plan, member)?.master
      return joins === undefined || virtual === undefined ? [] : [joinLine(member, joins, virtual)]
    }),
    ...(master === undefined || above?.virtual === undefined
      ? []
      : [...make(above), joinLine(name, master, above.virtual)]),
  ]
}

/** Once the link is down. */
export const afterDown = (
  { name, virtual, master }: PlannedLink,
  isNative: boolean = false,
): readonly string[] => [
  ...(master === undefined
    ? []
    : [`${commandLine(['ip', 'link', 'set', 'dev', name, 'nomaster'])} 2>/dev/null`]),
  ...(virtual === undefined || isNative
    ? []
    : [`${commandLine(['ip', 'link', 'del', 'dev', name])} 2>/dev/null`]),
]
