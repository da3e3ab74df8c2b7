// The two inits: their start command, the end of their boot, and their log.
import type { Stack } from '../stacks.js'

export type Init = {
  readonly command: readonly string[]
  /** Prints `running` or `degraded` once the boot is over, and something else before. */
  readonly condition: string
  readonly failed: string
  readonly log: string
}

/** OpenRC's inittab creates a file after the last runlevel; a service that did not start is a failure. */
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
