// State and limits that a script shares with the files that it sources (`. FILE`).
import type { ParsedScript, SyntaxNode } from 'unbash'
import type { Collector } from '../collector.js'
import type { CommandItem } from '../commands/command-item.js'
import type { Place } from '../found.js'
import type { Environment, Outcome } from './environment.js'
import type { ScriptOptions } from './options.js'

export interface Reading {
  readonly collector: Collector
  readonly options: ScriptOptions
  /** Runs a file on a path. Control flow needs commands, and `.` needs control flow. */
  readonly run: (file: ScriptFile, environment: Environment) => readonly Outcome[]
  /** Reads a script that the script runs. */
  readonly call: (path: string, text: string, given: readonly string[]) => void
  /** The script, and those that run it. */
  readonly callers: readonly string[]
  /** Scripts that these run, each with its arguments. */
  readonly called: Set<string>
  readonly functions: Map<string, DefinedFunction>
  /** Files that the script reads with `.`, by path. */
  readonly files: Map<string, ScriptFile>
  /** Paths of the files that run at present. */
  readonly open: Set<string>
  /** How often a path has run each command. */
  readonly done: Map<string, number>
  /** Names of variables that hold a symbol on some path. */
  readonly symbols: Set<string>
  /** Whether commands change nothing, by their words. */
  readonly idle: Map<string, boolean>
  /** Commands that have run. */
  steps: number
  /** Of lists, functions and files. */
  depth: number
  isStopped: boolean
}

/** Positions in a text. */
export interface Span {
  readonly pos: number
  readonly end: number
}

export interface ScriptFile {
  readonly path: string
  readonly tree: ParsedScript
  /** The reading that it is part of. */
  readonly reading: Reading
  readonly placeOf: (pos: number) => Place
  /** The place and the comment of a command. */
  readonly itemOf: (node: Span) => CommandItem
  /** The text of a node, for messages. */
  readonly sourceOf: (node: Span) => string
  /** Reports a problem once, in whatever number of paths it is met. */
  readonly report: (kind: 'unknown' | 'withoutEffect', pos: number, why: string) => void
  /** Ends the reading with a problem. */
  readonly stop: (pos: number, why: string) => void
  /** Marks each command of a node as reached. */
  readonly reach: (node: SyntaxNode) => void
  /** Reports each command that no path has reached. */
  readonly reportUnreached: () => void
}

export interface DefinedFunction {
  readonly body: SyntaxNode
  readonly run: (environment: Environment) => readonly Outcome[]
}

/** Bounds of what a script may ask for. */
export const MAX_SIZE = 1_000_000
export const MAX_COMMANDS = 10_000
export const MAX_PATHS = 64
const MAX_DEPTH = 40
/** Characters: a longer condition may be nested too deep for a recursive function. */
export const MAX_CONDITION = 4000

/** Runs a list of commands, a function or another file inside of the present one. */
export function runInside(
  script: ScriptFile,
  pos: number,
  environment: Environment,
  run: () => readonly Outcome[],
): readonly Outcome[] {
  const { reading } = script
  if (++reading.depth > MAX_DEPTH)
    script.stop(pos, `functions, blocks and files are nested more than ${MAX_DEPTH} deep`)
  const outcomes = reading.isStopped ? [{ environment, ok: true }] : run()
  reading.depth--
  return outcomes
}

/** A condition, for conditions.ts. */
export const questionOf = (
  node: Span,
  { reading, sourceOf }: ScriptFile,
): { readonly source: string; readonly isGiven: (path: string) => boolean } => ({
  source: sourceOf(node),
  isGiven: (path) => reading.options.files?.has(path) === true,
})

/** Whether a path runs the command more often than those before: paths that do the same do it once. */
export function isNew({ done }: Reading, environment: Environment, command: string): boolean {
  const count = (environment.counts.get(command) ?? 0) + 1
  environment.counts.set(command, count)
  if (count <= (done.get(command) ?? 0)) return false
  done.set(command, count)
  return true
}
