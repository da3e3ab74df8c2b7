// What a person may do to a link of a gateway that closes, or tell its stack, and whether a document says that it opens.
import type { Lab } from '../../lab/lab.js'
import type { LeaseDocument } from '../documentation.js'
import { changeHost } from '../host.js'
import type { Place, Rendering } from '../rendering.js'
import { tell } from '../actions/run-command.js'
import { briefly, ofChange, waysOf } from '../actions/stack-commands.js'

type Act = {
  readonly name: string
  readonly perform: () => Promise<readonly string[]>
  /** Nothing is closed meanwhile, which a document tells. */
  readonly opens?: LeaseDocument
}

/** What else happens to a link of a gateway that closes: by hand, and by the stack's own. */
export function acts(lab: Lab, place: Place, rendering: Rendering, link: string): readonly Act[] {
  const ways = waysOf(place, rendering)
  const { cure, document, opens = [] } = ways
  const byHand = async (): Promise<readonly string[]> => {
    const down = await tell(lab, `ip link set dev ${link} down`)
    await lab.settled()
    const up = await tell(lab, `ip link set dev ${link} up`)
    await lab.settled()
    return [...down, ...up, ...(cure === undefined ? [] : await tell(lab, cure(link)))]
  }
  const commands = [ways.restart, ...ways.again, ...ways.relink.map((relink) => relink(link))]
  const act = (command: string, perform: Act['perform']): Act => {
    const open = opens.find((one) => one.command === command)
    const told =
      open === undefined ? {} : { opens: { document, about: 'opens what is closed', words: open.told } }
    return { name: briefly(command), perform, ...told }
  }
  return [
    { name: `${link} set down and up by hand`, perform: byHand },
    ...commands.map((command) => act(command, () => tell(lab, command))),
    act(ofChange, () => changeHost(lab, rendering.output.files, rendering)),
  ]
}
