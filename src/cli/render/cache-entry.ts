// Entries of the cache of `render`: what a description gives.
import { createHash } from 'node:crypto'
import { hasErrors } from '../../diagnostics/diagnostic.js'
import { digestOf } from '../../node/tree/tree-digest.js'
import { oncePerObject } from '../../stdlib/memoize.js'
import type { Load, LoadedFile } from '../../yaml/extends.js'
import type { Compiled } from '../runtime/compile-inputs.js'
import type { TargetOutput } from './output-roots.js'

/** Of a description. */
export interface Entry {
  /** Digest of all inputs. */
  readonly inputs: string
  /** Arguments of `load`, in order. */
  readonly loads: readonly (readonly [name: string, from: string])[]
  /** By target, in order: digests of the trees. */
  readonly trees: readonly (readonly [target: string, digest: string])[]
  /** Diagnostics, as printed. */
  readonly printed: readonly string[]
  readonly warnings: number
}

export const digest = (words: readonly unknown[]): string =>
  createHash('sha256').update(JSON.stringify(words)).digest('base64url')

export const inputsOf = (
  environment: string,
  file: string,
  text: string,
  loaded: readonly LoadedFile[],
): string => digest([environment, file, text, ...loaded.map((each) => [each.file, each.text])])

/** `load` that remembers what it has read for a host, until it is asked. The same one for all hosts: see `compile`. */
export const recordingLoad = oncePerObject((original: Load) => {
  let calls: (readonly [name: string, from: string, loaded: LoadedFile])[] = []
  const load: Load = (name, from) => {
    const loaded = original(name, from)
    if (loaded.ok) calls.push([name, from, loaded.value])
    return loaded
  }
  const take = (): typeof calls => {
    const taken = calls
    calls = []
    return taken
  }
  return { load, take }
})

/** Undefined if it has errors, no trees, or trees whose digest is unknown. */
export function entryOf(
  environment: string,
  file: string,
  { text, diagnostics }: Compiled,
  calls: ReturnType<ReturnType<typeof recordingLoad>['take']>,
  outputs: readonly TargetOutput[],
  printed: readonly string[],
): Entry | undefined {
  if (text === undefined || outputs.length === 0 || hasErrors(diagnostics)) return undefined
  const trees = outputs.flatMap(({ target, output }) => {
    const tree = digestOf([...output.files, ...output.control])
    return tree === undefined ? [] : [[target, tree] as const]
  })
  if (trees.length < outputs.length) return undefined
  return {
    inputs: inputsOf(
      environment,
      file,
      text,
      calls.map(([, , loaded]) => loaded),
    ),
    loads: calls.map(([name, from]) => [name, from]),
    trees,
    printed,
    warnings: diagnostics.filter(({ severity }) => severity === 'warning').length,
  }
}
