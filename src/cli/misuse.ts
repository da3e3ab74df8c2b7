// How is it said that a command was used wrongly?
import type { ExitCode, Io } from './io.js'

/** One sentence on what is wrong, one on what to type instead. */
export function misuse(io: Io, command: string, text: string): ExitCode {
  io.stderr(`multihome ${command}: ${text}\nSee multihome ${command} --help.\n`)
  return 2
}
