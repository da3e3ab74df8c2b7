// Runtime notes of netplan: those of its renderer, with a generator before it (docs/targets/netplan.md).
import { notesOf, type Behaviour } from '../shared/runtime-notes.js'
import { dispatcherBehaviour } from '../shared/networkmanager/runtime-notes.js'
import { networkdBehaviour } from '../shared/networkd/runtime-notes.js'
import type { WrittenSettings } from '../target.js'
import { isAtLeast } from '../version.js'
import { RULES_IN_PROFILES } from './manager-split.js'
import { versionBeside } from '../host-versions.js'
import { readSettings } from './settings.js'

export function behaviour(written: WrittenSettings): Behaviour {
  const settings = readSettings(written)
  if (settings.renderer === 'networkd')
    return {
      ...networkdBehaviour(settings.systemd),
      ...notesOf('netplan', {
        removal:
          'By hand, as with networkd’s own files: first rules and tables by their numbers, then the files, and `netplan generate` before the reload.',
        boot: 'A generator turns the YAML into files below `/run`; then networkd installs everything, rules and reject routes with `lo`.',
      }),
    }
  const manager = dispatcherBehaviour(versionBeside('netplan', settings.netplan, 'NetworkManager'))
  const isScripted = settings.beyond === 'dispatcher'
  if (isScripted && !isAtLeast(settings.netplan, RULES_IN_PROFILES))
    return {
      ...manager,
      ...notesOf('netplan', {
        removal:
          'Run the script with `all remove`; then remove the files, run `netplan generate` and reload the connections.',
        boot: 'A generator turns the YAML into profiles below `/run`; NetworkManager adds the addresses, and the dispatcher script routes and rules at the event of each link.',
      }),
    }
  return {
    ...manager,
    ...notesOf('netplan', {
      removal: isScripted
        ? 'Run the script, if there is one, with `all remove`; then remove the files and run `netplan generate`; a reload of the connections deactivates each profile, with its rules.'
        : 'Remove the files and run `netplan generate`; a reload of the connections deactivates each profile, with its rules.',
      boot: `A generator turns the YAML into profiles below \`/run\`; NetworkManager installs everything with the links, rules too${isScripted ? ', and the dispatcher script what a profile cannot hold' : ''}.`,
      carrier: `The kernel skips routes over the link within a second; some six seconds later NetworkManager removes its addresses and routes, and the rules that no other active profile has.${isScripted ? ' multihome-dispatcher installs rules that matter without any link; they stay with the reject routes.' : ''}`,
      'set-down': 'As with NetworkManager’s own profiles: addresses and routes come back.',
      restart: 'Changes nothing in the kernel.',
    }),
  }
}
