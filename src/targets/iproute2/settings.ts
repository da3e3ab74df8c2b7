// Settings of iproute2: the path of the script.
import type { Reporter } from '../../diagnostics/reporter.js'
import { refuseValue } from '../refuse.js'
import type { WrittenSettings } from '../target.js'

const DEFAULT_PATH = '/usr/local/sbin/multihome.sh'

/** Plain characters only: people copy the path in commands. */
const PATH = /^(?:\/[A-Za-z0-9_+@%-][A-Za-z0-9._+@%-]*)+$/

/** The default after reporting an invalid one. */
export function scriptPathOf(settings: WrittenSettings, reporter: Reporter): `/${string}` {
  const path = settings['path'] ?? DEFAULT_PATH
  if (typeof path === 'string' && PATH.test(path)) return path as `/${string}`
  const at = reporter.at('targets', 'iproute2', 'path')
  const reason = 'it must be absolute, of letters, digits and ._+@%- only'
  const fix = `Leave it out for ${DEFAULT_PATH}.`
  refuseValue(at, 'iproute2', `the path ${JSON.stringify(path)}`, reason, { fix })
  return DEFAULT_PATH
}
