// Which multihome is this?
import manifest from '../../../package.json' with { type: 'json' }

export const version: string = manifest.version
