// What has been booted and found the same, kept in docs/booted.json: each cell with the hash of the files that booted.
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import type { Output } from '../../../src/targets/target.js'
import { places } from '../host/places.js'
import { isRefusal, renderFor } from '../host/rendering.js'
import type { Place } from '../host/rendering.js'
import type { Result } from './results.js'
import type { Sign, SignOf } from './table.js'
import type { Versions } from './versions.js'

export type Proof = {
  readonly kernel: string
  readonly versions: Versions
  /** Fixture → stack → `13=HASH 12=HASH`; `differs` where it did, nothing where it is refused. */
  readonly cells: Readonly<Record<string, Readonly<Record<string, string>>>>
}

export const hashOf = ({ files }: Output): string =>
  createHash('sha256').update(JSON.stringify(files)).digest('hex').slice(0, 10)

export function readProof(file: string): Proof {
  if (!existsSync(file)) return { kernel: '', versions: {}, cells: {} }
  return JSON.parse(readFileSync(file, 'utf8')) as Proof
}

export function writeProof(file: string, proof: Proof): void {
  writeFileSync(file, `${JSON.stringify(proof, undefined, 2)}\n`)
}

function entriesOf(cell: string | undefined): Map<string, string> {
  const pairs = (cell ?? '').split(' ').filter((word) => word !== '')
  return new Map(pairs.map((pair): [string, string] => [pair.slice(0, 2), pair.slice(3)]))
}

/** Newer results take the place of older ones; what was not booted in this run stays as it was. */
export function mergeProof(
  { cells }: Proof,
  results: readonly Result[],
  kernel: string,
  versions: Versions,
): Proof {
  const merged: Record<string, Record<string, string>> = {}
  for (const [fixture, stacks] of Object.entries(cells)) merged[fixture] = { ...stacks }
  for (const { fixture, stack, debian, outcome, hash } of results) {
    if (outcome.kind === 'cannot run here') continue
    const stacks = (merged[fixture] ??= {})
    const entries = entriesOf(stacks[stack])
    if (outcome.kind === 'refused') entries.delete(String(debian))
    else entries.set(String(debian), outcome.kind === 'same' && hash !== undefined ? hash : 'differs')
    stacks[stack] = [...entries]
      .sort(([a], [b]) => Number(b) - Number(a))
      .map((pair) => pair.join('='))
      .join(' ')
  }
  return { kernel, versions, cells: merged }
}

/** What may be said of a cell today: `~` is booted once, and rendered otherwise since. */
export function signOf(
  proof: Proof,
  fixture: { readonly name: string; readonly text: string },
  place: Place,
): Sign {
  const made = renderFor(fixture.text, place)
  if (isRefusal(made)) return 'r'
  const entry = entriesOf(proof.cells[fixture.name]?.[place.stack]).get(String(place.debian))
  if (entry === undefined) return '·'
  if (entry === 'differs') return '≠'
  return entry === hashOf(made.output) ? '=' : '~'
}

type Fixture = Parameters<typeof signOf>[1]

/** Of all of them at once: each is rendered for each place. */
export function signsOf(proof: Proof, fixtures: readonly Fixture[]): SignOf {
  const key = (name: string, stack: string, debian: number): string => `${name} ${stack} ${debian}`
  const signs = new Map(
    fixtures.flatMap((fixture) =>
      places.map((place): [string, Sign] => [
        key(fixture.name, place.stack, place.debian),
        signOf(proof, fixture, place),
      ]),
    ),
  )
  return (name, stack, debian) => signs.get(key(name, stack, debian)) ?? '·'
}
