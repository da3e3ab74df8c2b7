// Related locations of a diagnostic with several causes of the same kind.
import type { Path, Related } from '../diagnostics/diagnostic.js'

const MAX_LOCATIONS = 4

/** The locations after the first, up to a readable number. */
export function otherLocations(all: readonly { readonly path: Path }[]): {
  readonly related?: readonly Related[]
} {
  const others = all.slice(1, 1 + MAX_LOCATIONS).map(({ path }) => ({ message: 'so is this', path }))
  return others.length === 0 ? {} : { related: others }
}
