// Shell scripts, as far as they are lines of ip(8): nothing is evaluated, plain assignments are followed.
import { linesOf } from './reader.js'
import { readIpCommand, type CommandItem } from './ip-command.js'
import type { LinkName } from '../kernel/link.js'
import type { Collector } from './collector.js'

/** `name="value"`, or an array. */
export interface ShellAssignment extends CommandItem {
  readonly name: string
  /** One value, or the elements of an array. Undefined if a value is unknown: `$(hostname)`. */
  readonly values: readonly string[] | undefined
  readonly isArray: boolean
  /** `name+=value`. */
  readonly appends: boolean
}

export interface ShellCall {
  readonly name: string
  readonly arguments?: readonly string[]
  readonly environment?: Readonly<Record<string, string>>
}

export interface ScriptOptions {
  /** The line of the file in which the text begins, from 1. Default: 1. */
  readonly firstLine?: number
  /** The link that the script runs for. It must not be named by the commands: `$IFACE` is a variable of `environment`. */
  readonly link?: LinkName
  /** Variables that the stack sets: `IFACE`. */
  readonly environment?: Readonly<Record<string, string>>
  /** `$1`, `$2`, … */
  readonly arguments?: readonly string[]
  /** Comment of a command that has none of its own. */
  readonly comment?: string
  /** Reads files of assignments (conf.d/net, ifcfg). Without it, assignments only set variables. */
  readonly assigned?: (assignment: ShellAssignment) => void
  /** Functions that the stack calls after it has read the file: `postup`. Names that the text lacks are ignored. */
  readonly calls?: readonly ShellCall[]
  /** Commands of the caller, before all others. True if it was one. `document` is the text of a here-document. */
  readonly command?: (words: readonly string[], item: CommandItem, document?: string) => boolean
}

/** Adds what the commands of a script do when it brings a link up. What it does not understand is reported. */
export function readScript(
  text: string,
  file: string,
  collector: Collector,
  options: ScriptOptions = {},
): void {
  for (const line of linesOf(file, text)) {
    const words = line.text.split(/\s+/)
    const place = { ...line, line: line.line + (options.firstLine ?? 1) - 1 }
    if (line.text === '' || line.text.startsWith('#')) continue
    if (options.command?.(words, { place }) === true) continue
    if (!readIpCommand(words, { place }, collector, {})) collector.unknown(place, 'the command is not known')
  }
}
