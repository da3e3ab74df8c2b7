// Settings of ifupdown: which of the three programs reads the file, and its path.
import type { Reporter } from '../../diagnostics/reporter.js'
import { refuseValue } from '../refuse.js'
import type { WrittenSettings } from '../target.js'

export const flavours = ['ifupdown', 'ifupdown2', 'ifupdown-ng'] as const
export type Flavour = (typeof flavours)[number]

const layouts = ['interfaces', 'drop-in'] as const
export type Layout = (typeof layouts)[number]

const DEFAULT_FILE = '60-multihome'

export interface Settings {
  readonly flavour: Flavour
  readonly layout: Layout
  /** File with the stanzas. */
  readonly path: `/${string}`
}

/** Flavour alone, for the capabilities: what cannot be read is reported by `readSettings`. */
export const flavourOf = (settings: WrittenSettings): Flavour =>
  flavours.find((flavour) => flavour === settings['flavour']) ?? 'ifupdown'

/** The default in place of an invalid one, which is reported. */
export function readSettings(settings: WrittenSettings, reporter: Reporter): Settings {
  const at = (key: string) => reporter.at('targets', 'ifupdown', key)
  const choose = <T extends string>(key: string, choices: readonly T[], fallback: T): T => {
    const written = settings[key]
    if (written === undefined) return fallback
    const found = choices.find((choice) => choice === written)
    if (found === undefined) at(key).report('value-unknown', { what: key, value: String(written), choices })
    return found ?? fallback
  }
  const flavour = choose('flavour', flavours, 'ifupdown')
  const layout = choose('layout', layouts, 'interfaces')
  const file = settings['file']
  if (layout === 'interfaces') {
    const reason = 'the layout `interfaces` has only /etc/network/interfaces'
    if (file !== undefined) refuseValue(at('file'), 'ifupdown', 'a file name', reason)
    return { flavour, layout, path: '/etc/network/interfaces' }
  }
  const name = file === undefined ? DEFAULT_FILE : String(file)
  if (!/^[A-Za-z0-9_-]+$/.test(name))
    refuseValue(
      at('file'),
      'ifupdown',
      `the file name ${JSON.stringify(name)}`,
      'source-directory of interfaces(5) silently skips names with other characters than letters, digits, _ and -',
    )
  return { flavour, layout, path: `/etc/network/interfaces.d/${name}` }
}
