// The shape of a catalogue entry; split from the catalogue so that its parts can be files of their own.
import type { Severity } from '../severity.js'

export interface CatalogueEntry<A extends object = never> {
  readonly severity: Severity
  readonly message: (args: A) => string
  /** What to write instead. */
  readonly fix?: string
  /** Why it matters, for `multihome explain`: what the kernel or a stack would do. */
  readonly about: string
}

export const define = <A extends object>(entry: CatalogueEntry<A>): CatalogueEntry<A> => entry

/** For entries whose message has no arguments. */
export type NoArgs = Readonly<Record<never, never>>
