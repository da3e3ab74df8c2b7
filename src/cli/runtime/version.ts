// Version of multihome.
import manifest from '../../../package.json' with { type: 'json' }

export const version: string = manifest.version

/** Hash of the bundle. Set by scripts/bundle.mjs. */
declare const BUILD: string

/** Two builds with the same value render the same; undefined outside of the bundle. */
export const build: string | undefined = typeof BUILD === 'undefined' ? undefined : `${version}-${BUILD}`
