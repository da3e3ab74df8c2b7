// Services of the common files, under systemd and OpenRC.
import type { Filled } from '../../render/template.js'
import { textFile, type RenderedFile, type Step } from '../target.js'

/** Service manager of the host. */
export type Init = 'systemd' | 'openrc'

/**
 * The file of a service, with the symlinks that `systemctl enable` or `rc-update add` would make. `starters`: units that
 * want the service, or its runlevels.
 */
export function serviceFiles(
  name: string,
  init: Init,
  service: Filled,
  starters: readonly string[],
): readonly RenderedFile[] {
  const isUnit = init === 'systemd'
  const path: RenderedFile['path'] = isUnit ? `/etc/systemd/system/${name}.service` : `/etc/init.d/${name}`
  return [
    textFile(path, service, isUnit ? 0o644 : 0o755),
    ...starters.map((starter): RenderedFile => ({
      path: isUnit
        ? `/etc/systemd/system/${starter}.wants/${name}.service`
        : `/etc/runlevels/${starter}/${name}`,
      symlink: path,
    })),
  ]
}

/** `verb`: of systemctl. */
export function restartSteps(name: string, init: Init, why: string, verb = 'restart'): readonly Step[] {
  if (init === 'openrc') return [{ programs: ['rc-service'], command: `rc-service ${name} restart`, why }]
  return [
    { programs: ['systemctl'], command: 'systemctl daemon-reload', why: `systemd reads ${name}.service` },
    { programs: ['systemctl'], command: `systemctl ${verb} ${name}`, why },
  ]
}

/** Before the files are removed. */
export const stopStep = (name: string, init: Init, why: string): Step => ({
  ...(init === 'openrc'
    ? { programs: ['rc-service'], command: `rc-service --ifstarted ${name} stop` }
    : { programs: ['systemctl'], command: `systemctl stop ${name}` }),
  why,
  when: 'before-files',
})
