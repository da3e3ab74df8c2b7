// Actions on a link of a fail-closed gateway, and the documents that mention which of them open it.
import type { Lab } from '../../lab/lab.js'
import type { Documentation } from '../documentation.js'
import { changeHost } from '../host.js'
import type { Platform, Rendering } from '../rendering.js'
import { runCommand } from '../actions/run-command.js'
import { withoutWaits, changeStepsName, stackCommandsOf } from '../actions/stack-commands.js'

type LinkAction = {
  readonly name: string
  readonly perform: () => Promise<readonly string[]>
  /** The document that says that traffic may leave during the action. */
  readonly opens?: Documentation
}

/** Actions by hand, and by the stack's own commands. */
export function linkActions(
  lab: Lab,
  platform: Platform,
  rendering: Rendering,
  link: string,
): readonly LinkAction[] {
  const stackCommands = stackCommandsOf(platform, rendering)
  const { fix, document, opens = [] } = stackCommands
  const setDownAndUp = async (): Promise<readonly string[]> => {
    const down = await runCommand(lab, `ip link set dev ${link} down`)
    await lab.waitStable()
    const up = await runCommand(lab, `ip link set dev ${link} up`)
    await lab.waitStable()
    return [...down, ...up, ...(fix === undefined ? [] : await runCommand(lab, fix(link)))]
  }
  const commands = [
    stackCommands.restart,
    ...stackCommands.reloads,
    ...stackCommands.relink.map((relink) => relink(link)),
  ]
  const documentedAction = (command: string, perform: LinkAction['perform']): LinkAction => {
    const open = opens.find((one) => one.command === command)
    const documented =
      open === undefined
        ? {}
        : { opens: { document, about: 'fail-closed gateways are open', words: open.documented } }
    return { name: withoutWaits(command), perform, ...documented }
  }
  return [
    { name: `${link} set down and up by hand`, perform: setDownAndUp },
    ...commands.map((command) => documentedAction(command, () => runCommand(lab, command))),
    documentedAction(changeStepsName, () => changeHost(lab, rendering.output.files, rendering)),
  ]
}
