// State of the machine that a booted host could change: sysctls and its network.
import { execFileSync } from 'node:child_process'

/** A counter that every new process changes. */
const moving = '/proc/sys/kernel/ns_last_pid'

/** All writable sysctls that are not specific to a network namespace. */
const settings = `find /proc/sys -path /proc/sys/net -prune -o -type f -perm /222 ! -path ${moving} -print |
sort | while read -r file; do printf '%s = ' "$file"; tr '\\n' ' ' 2>&1 < "$file"; echo; done`

const network =
  'for what in link address rule "-6 rule" "route show table all" "-6 route show table all"; do ip $what; done'

/** One line for each setting and object. */
export function machineState(): readonly string[] {
  const said = execFileSync('sh', ['-c', `${settings}; hostname; ${network}`], { encoding: 'utf8' })
  return said.split('\n')
}
