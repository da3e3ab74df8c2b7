// What of the machine below could a booted host change: the kernel's settings, and the machine's own network?
import { execFileSync } from 'node:child_process'

/** A counter that every new process moves. */
const moving = '/proc/sys/kernel/ns_last_pid'

/** All that can be written, but for what each network namespace has for itself. */
const settings = `find /proc/sys -path /proc/sys/net -prune -o -type f -perm /222 ! -path ${moving} -print |
sort | while read -r file; do printf '%s = ' "$file"; tr '\\n' ' ' 2>&1 < "$file"; echo; done`

const network =
  'for what in link address rule "-6 rule" "route show table all" "-6 route show table all"; do ip $what; done'

/** A line for each. */
export function machineState(): readonly string[] {
  const said = execFileSync('sh', ['-c', `${settings}; hostname; ${network}`], { encoding: 'utf8' })
  return said.split('\n')
}
