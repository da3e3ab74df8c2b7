// The plan as commands of ip(8) and sysctl(8), each after its reason.
import { formatSysctlKey } from '../../kernel/sysctl.js'
import type { Path } from '../../diagnostics/diagnostic.js'
import { formatLine, type SourceLine } from '../../diagnostics/source-line.js'
import { formatOrigin } from '../../plan/origin.js'
import type { KernelPlan, Origin } from '../../plan/plan.js'
import { linkCommands, createCommand, routeCommand, ruleCommand, type Tokens } from '../../syntax/iproute2.js'
import { commentText } from '../../syntax/comments.js'
import { commandLine } from '../../syntax/shell.js'

export function planCommands(plan: KernelPlan, lineOf: (path: Path) => SourceLine): string {
  let last = ''
  const lines: string[] = []
  const add = (origin: Origin, commands: readonly Tokens[]): void => {
    if (commands.length === 0) return
    const comment = origin.comment === undefined ? '' : `: ${origin.comment}`
    const why = `# ${commentText(`${formatOrigin(origin)} (${formatLine(lineOf(origin.path))})${comment}`)}`
    if (why !== last) lines.push(why)
    last = why
    lines.push(...commands.map(commandLine))
  }
  // Sysctls come first: routes over links without carrier depend on them.
  for (const { key, value, origin } of plan.state.sysctls)
    add(origin, [['sysctl', '-w', `${formatSysctlKey(key)}=${value}`]])
  const links = plan.state.links.filter(({ managed }) => managed)
  for (const { name, virtual, origin } of links)
    if (virtual !== undefined) add(origin, [createCommand(name, virtual)])
  for (const link of links) add(link.origin, linkCommands(link))
  for (const route of plan.state.routes) add(route.origin, [routeCommand('replace', route)])
  for (const rule of plan.state.rules) add(rule.origin, [ruleCommand('add', rule)])
  if (plan.state.connmarks.length > 0)
    lines.push('# nft(8) marks connections, see /etc/nftables.d/multihome.nft of any output.')
  return lines.map((line) => `${line}\n`).join('')
}
