// Unmanaged rules and routes in a table of another program, added by hand on a booted host; they must survive all our
// actions.
import type { Lab } from '../../lab/lab.js'
import { additions } from '../../lab/state/state.js'

const commands = [
  'ip -4 rule add pref 31000 to 192.88.99.7 lookup 7777',
  'ip -6 rule add pref 31000 to 2001:db8:77::7 lookup 7777',
  'ip -4 route add unreachable default table 7777',
  'ip -6 route add unreachable default table 7777 metric 2000',
]

const overLink = (link: string): readonly string[] => [
  `ip -4 route add 198.18.99.0/24 dev ${link} table 7777`,
  `ip -6 route add 2001:db8:99::/64 dev ${link} table 7777`,
]

/** The added lines of the state. With a link, also routes over it, which cannot survive that link. */
export async function addUnmanagedRouting(lab: Lab, link?: string): Promise<readonly string[]> {
  const all = [...commands, ...(link === undefined ? [] : overLink(link))]
  const before = await lab.state()
  const { code, stderr } = await lab.netExec(all.join(' && '))
  if (code !== 0) throw new Error(stderr)
  return additions(before, await lab.state())
}
