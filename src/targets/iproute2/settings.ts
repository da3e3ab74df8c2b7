// Settings of iproute2: the path of the script.
import type { Reporter } from '../../diagnostics/reporter.js'
import type { WrittenSettings } from '../target.js'

const DEFAULT_PATH = '/usr/local/sbin/multihome.sh'

/** Plain characters only: people copy the path in commands. */
const PATH = /^(?:\/[A-Za-z0-9_+@%-][A-Za-z0-9._+@%-]*)+$/

export function scriptPathOf(settings: WrittenSettings, reporter: Reporter): `/${string}` | undefined {
  const path = settings['path'] ?? DEFAULT_PATH
  if (typeof path === 'string' && PATH.test(path)) return path as `/${string}`
  reporter.at('targets', 'iproute2', 'path').report(
    'value-unsupported',
    {
      what: `the path ${JSON.stringify(path)}`,
      target: 'iproute2',
      reason: 'it must be absolute, of letters, digits and ._+@%- only',
    },
    { target: 'iproute2', fix: `Leave it out for ${DEFAULT_PATH}.` },
  )
  return undefined
}
