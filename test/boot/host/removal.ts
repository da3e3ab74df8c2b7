// Removal commands of each stack, read from its page in docs/targets.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { settingsFor, type Platform } from './rendering.js'

const pages = join(import.meta.dirname, '..', '..', '..', 'docs', 'targets')

/** The commands of the page. Of netplan's two renderers the second block is NetworkManager. */
export function removalCommands({ stack, debian }: Platform): string {
  const { target } = settingsFor({ stack, debian: 13 })
  const section = readFileSync(join(pages, `${target}.md`), 'utf8')
    .split(/^## /m)
    .find((one) => one.startsWith('To take it away\n'))
  const blocks = [...(section ?? '').matchAll(/^```sh\n(.*?)^```$/gms)].map(([, lines]) => lines ?? '')
  const block = blocks[stack === 'netplan-nm' ? 1 : 0]
  if (block === undefined) throw new Error(`docs/targets/${target}.md does not say how to take it away`)
  // The page says so for systemd 247.
  return debian === 11 ? block.replace('$pref protocol static', '$pref') : block
}
