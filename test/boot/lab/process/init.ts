// The two inits: how each is started, how it says that its boot is over, and where it keeps its log.
import type { Stack } from '../stacks.js'

export type Init = {
  readonly command: readonly string[]
  /** Prints `running` or `degraded` once the boot is over, anything else before. */
  readonly condition: string
  readonly failed: string
  readonly log: string
}

/** OpenRC's inittab leaves a mark behind the last level; a service of a level that did not start is a failure. */
const openrcFailed = `for service in /etc/runlevels/boot/* /etc/runlevels/default/*; do
  test -e "$service" || continue
  rc-service -q "\${service##*/}" status >/dev/null 2>&1 || echo "\${service##*/}"
done`

export const inits: Readonly<Record<Stack['init'], Init>> = {
  systemd: {
    command: ['/lib/systemd/systemd'],
    condition: 'systemctl is-system-running',
    failed: 'systemctl --failed --no-legend --plain --no-pager',
    log: 'journalctl -b --no-pager -o short-precise | tail -n 400',
  },
  openrc: {
    command: ['/sbin/init'],
    condition: `test -e /run/booted || exit
test -z "$(${openrcFailed})" && echo running || echo degraded`,
    failed: openrcFailed,
    log: 'cat /var/log/rc.log; rc-status',
  },
}
