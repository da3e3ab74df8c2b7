// Documented limitations: a page of docs/targets must mention what its stack does not do by itself.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** Text in a line of a file of docs/targets that mentions `about`. */
export type Documentation = { readonly document: string; readonly about: string; readonly words: string }

const folder = join(import.meta.dirname, '../../../docs/targets')

export function isDocumented({ document, about, words }: Documentation): boolean {
  const lines = readFileSync(join(folder, document), 'utf8').split('\n')
  return lines.some((line) => line.includes(about) && line.includes(words))
}
