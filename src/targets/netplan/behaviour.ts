// What becomes of the planned state under netplan: what its renderer does, with a generator before it (docs/targets/netplan.md).
import { factsOf, type Behaviour } from '../behaviour.js'
import { dispatcherBehaviour } from '../manager-behaviour.js'
import { networkdBehaviour } from '../networkd-behaviour.js'
import type { WrittenSettings } from '../target.js'
import { managerBeside, readSettings } from './settings.js'

const fact = factsOf('netplan')

const REMOVAL = 'You do, by the commands of the renderer; then remove the files and run `netplan generate`.'

export function behaviour(written: WrittenSettings): Behaviour {
  const settings = readSettings(written)
  const own = {
    stop: fact('what-a-stop-leaves', 'Everything stays in the kernel, with either renderer.'),
    removal: fact('to-take-it-away', REMOVAL),
  }
  if (settings.renderer === 'networkd')
    return {
      ...networkdBehaviour(settings.systemd),
      ...own,
      boot: fact(
        'life-cycle',
        'A generator turns the YAML into files below `/run`; then networkd lays all of it, rules and closing routes with `lo`.',
      ),
    }
  const manager = dispatcherBehaviour(managerBeside(settings.netplan))
  if (settings.beyond === 'dispatcher')
    return {
      ...manager,
      ...own,
      boot: fact(
        'life-cycle',
        'A generator turns the YAML into profiles below `/run`; NetworkManager lays the addresses, and the dispatcher’s script routes and rules, at each link’s event.',
      ),
    }
  return {
    ...manager,
    ...own,
    boot: fact(
      'life-cycle',
      'A generator turns the YAML into profiles below `/run`; NetworkManager lays all of it with the links, rules too.',
    ),
    carrier: fact(
      'when-a-link-is-lost',
      'The kernel passes the routes over the link by within a second; some six seconds later NetworkManager takes its addresses and routes away, and the rules that stand in no other profile that is up.',
    ),
    'set-down': fact('life-cycle', 'As with NetworkManager’s own profiles: addresses and routes come back.'),
    restart: fact('what-a-stop-leaves', 'Changes nothing in the kernel.'),
  }
}
