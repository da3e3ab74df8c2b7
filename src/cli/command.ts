// The types of a command's two halves: what it takes, and what it does with that.
import type { Argv } from 'yargs'

/** The values that a builder's options come out as. */
export type ArgumentsOf<Build> = Build extends (parser: Argv) => Argv<infer Values> ? Values : never
