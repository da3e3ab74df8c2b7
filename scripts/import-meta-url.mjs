// What `import.meta.url` is in the bundled command, which is CommonJS.
import { pathToFileURL } from 'node:url'

export const importMetaUrl = pathToFileURL(__filename).href
