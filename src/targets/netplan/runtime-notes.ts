// What becomes of the planned state under netplan: what its renderer does, with a generator before it (docs/targets/netplan.md).
import { factsOf, type Behaviour } from '../shared/runtime-notes.js'
import { dispatcherBehaviour } from '../shared/networkmanager/runtime-notes.js'
import { networkdBehaviour } from '../shared/networkd/runtime-notes.js'
import type { WrittenSettings } from '../target.js'
import { isAtLeast } from '../version.js'
import { RULES_IN_PROFILES } from './manager-split.js'
import { managerBeside, readSettings } from './settings.js'

const fact = factsOf('netplan')

const removal = (text: string) => fact('to-take-it-away', text)

export function behaviour(written: WrittenSettings): Behaviour {
  const settings = readSettings(written)
  if (settings.renderer === 'networkd')
    return {
      ...networkdBehaviour(settings.systemd),
      removal: removal(
        'You do, as with networkd’s own files: rules and tables first, by their numbers, then the files, and `netplan generate` before the reload.',
      ),
      boot: fact(
        'life-cycle',
        'A generator turns the YAML into files below `/run`; then networkd lays all of it, rules and closing routes with `lo`.',
      ),
    }
  const manager = dispatcherBehaviour(managerBeside(settings.netplan))
  const isScripted = settings.beyond === 'dispatcher'
  if (isScripted && !isAtLeast(settings.netplan, RULES_IN_PROFILES))
    return {
      ...manager,
      removal: removal(
        'The script does, told `all remove`; then remove the files, run `netplan generate` and reload the connections.',
      ),
      boot: fact(
        'life-cycle',
        'A generator turns the YAML into profiles below `/run`; NetworkManager lays the addresses, and the dispatcher’s script routes and rules, at each link’s event.',
      ),
    }
  return {
    ...manager,
    removal: removal(
      isScripted
        ? 'The script, if there is one, told `all remove`; then remove the files and run `netplan generate`; a reload of the connections takes each profile down, with its rules.'
        : 'Remove the files and run `netplan generate`; a reload of the connections takes each profile down, with its rules.',
    ),
    boot: fact(
      'life-cycle',
      `A generator turns the YAML into profiles below \`/run\`; NetworkManager lays all of it with the links, rules too${isScripted ? ', and the dispatcher’s script what a profile cannot hold' : ''}.`,
    ),
    carrier: fact(
      'when-a-link-is-lost',
      `The kernel passes the routes over the link by within a second; some six seconds later NetworkManager takes its addresses and routes away, and the rules that stand in no other profile that is up.${isScripted ? ' Rules that matter without any link are the script’s, and stay with the closing routes.' : ''}`,
    ),
    'set-down': fact('life-cycle', 'As with NetworkManager’s own profiles: addresses and routes come back.'),
    restart: fact('what-a-stop-leaves', 'Changes nothing in the kernel.'),
  }
}
