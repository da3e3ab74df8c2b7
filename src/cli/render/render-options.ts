// What `render` does with each host.
import type { ModeComparison } from '../../node/tree/compare.js'
import type { LoadedFile } from '../../yaml/extends.js'
import type { Detail } from '../usage/options.js'

export interface RenderOptions {
  /** Undefined: each description chooses its own. */
  readonly targets: readonly string[] | undefined
  readonly strict: boolean
  readonly stdinName: string | undefined
  /** Of multihome.yaml. */
  readonly defaults: LoadedFile | undefined
  readonly out: string | undefined
  /** The folder of multihome.yaml if that names `out`: no symbolic link below it is followed. */
  readonly below: string | undefined
  /** `inspect`: nothing is written, and nothing is printed but diagnostics. */
  readonly action: 'inspect' | 'write' | 'compare' | 'print'
  /** False after an inspection, which has printed diagnostics. */
  readonly isFirst: boolean
  readonly detail: Detail
  /** Whether a report is made, with all that it contains. */
  readonly isReported: boolean
  readonly diff: boolean
  /** How `compare` compares modes. */
  readonly modes: ModeComparison
  /** Undefined: trees. */
  readonly archive: ArchiveOptions | undefined
  /** Of the cache, which then learns about each host; undefined without a cache. */
  readonly environment: string | undefined
  /** Whether several descriptions are rendered. */
  readonly isMany: boolean
}

/** Files of a delivery format instead of trees. */
export interface ArchiveOptions {
  /** Name of a format. */
  readonly format: string
  /** Whether each host has a folder in it. */
  readonly hasFolders: boolean
}
