// Writes down what has been proven: docs/booted.json, from which README's tables are made, and a picture of the table.
import { writeFileSync } from 'node:fs'
import { release } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { goodFixtures } from '../../helpers/fixtures.js'
import { pictureOf } from './picture.js'
import { mergeProof, readProof, signsOf, writeProof } from './proof.js'
import type { Result } from './results.js'
import { formatTable } from './table.js'
import { versionsBooted } from './versions.js'

const docs = fileURLToPath(new URL('../../../docs', import.meta.url))

export const proofFile = join(docs, 'booted.json')

/** The name of the record. */
export function recordProof(results: readonly Result[]): string {
  const kernel = release().replace(/^(\d+\.\d+).*$/, '$1')
  const proof = mergeProof(readProof(proofFile), results, kernel, versionsBooted())
  writeProof(proofFile, proof)
  // Of this run and those before it.
  const table = formatTable(
    goodFixtures.map(({ name }) => name),
    signsOf(proof, goodFixtures),
  )
  writeFileSync(join(docs, 'booted.svg'), pictureOf(`$ npm run test:boot\n${table}\n`))
  return 'docs/booted.json'
}
