// Writes down what this run has proven: docs/booted.json, from which README's table is made, and the picture of the run.
import { writeFileSync } from 'node:fs'
import { release } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { pictureOf } from './picture.js'
import { mergeProof, readProof, writeProof } from './proof.js'
import type { Result } from './results.js'
import { formatResults } from './table.js'
import { versionsBooted } from './versions.js'

const docs = fileURLToPath(new URL('../../../docs', import.meta.url))

export const proofFile = join(docs, 'booted.json')

/** The name of the record. */
export function recordProof(results: readonly Result[]): string {
  const kernel = release().replace(/^(\d+\.\d+).*$/, '$1')
  writeProof(proofFile, mergeProof(readProof(proofFile), results, kernel, versionsBooted()))
  writeFileSync(join(docs, 'booted.svg'), pictureOf(`$ npm run test:boot\n${formatResults(results)}`))
  return 'docs/booted.json'
}
