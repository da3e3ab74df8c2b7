// What a person may do to a link of a gateway that closes, or tell its stack, and whether a document says that it opens.
import type { Lab } from '../../lab/lab.js'
import type { Documentation } from '../documentation.js'
import { changeHost } from '../host.js'
import type { Place, Rendering } from '../rendering.js'
import { runCommand } from '../actions/run-command.js'
import { withoutWaits, changeStepsName, stackCommandsOf } from '../actions/stack-commands.js'

type LinkAction = {
  readonly name: string
  readonly perform: () => Promise<readonly string[]>
  /** Nothing is closed meanwhile, which a document tells. */
  readonly opens?: Documentation
}

/** What else happens to a link of a gateway that closes: by hand, and by the stack's own. */
export function linkActions(
  lab: Lab,
  place: Place,
  rendering: Rendering,
  link: string,
): readonly LinkAction[] {
  const stackCommands = stackCommandsOf(place, rendering)
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
      open === undefined ? {} : { opens: { document, about: 'opens what is closed', words: open.documented } }
    return { name: withoutWaits(command), perform, ...documented }
  }
  return [
    { name: `${link} set down and up by hand`, perform: setDownAndUp },
    ...commands.map((command) => documentedAction(command, () => runCommand(lab, command))),
    documentedAction(changeStepsName, () => changeHost(lab, rendering.output.files, rendering)),
  ]
}
