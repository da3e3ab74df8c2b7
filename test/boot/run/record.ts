// Writes down what has been proven: docs/booted.json, from which README's tables are made, and a picture of the table.
import { writeFileSync } from 'node:fs'
import { release } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { goodFixtures } from '../../helpers/fixtures.js'
import { places } from '../host/places.js'
import { pictureOf } from './picture.js'
import { mergeProof, readProof, signOf, writeProof } from './proof.js'
import type { Proof } from './proof.js'
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
  writeFileSync(join(docs, 'booted.svg'), pictureOf(`$ npm run test:boot\n${wholeTable(proof)}\n`))
  return 'docs/booted.json'
}

/** Of this run and those before it. */
function wholeTable(proof: Proof): string {
  const signs = goodFixtures.flatMap((fixture) =>
    places.map(
      (place) => [`${fixture.name} ${place.stack} ${place.debian}`, signOf(proof, fixture, place)] as const,
    ),
  )
  const known = new Map(signs)
  const names = goodFixtures.map(({ name }) => name)
  return formatTable(names, (name, stack, debian) => known.get(`${name} ${stack} ${debian}`) ?? '·')
}
