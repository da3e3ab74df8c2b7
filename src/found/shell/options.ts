// What a reader of a stack tells about a script: what the stack sets, and what it wants to know.
import type { LinkName } from '../../kernel/link.js'
import type { InputFiles } from '../reader.js'
import type { CommandItem } from '../commands/command-item.js'

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
  /** The device of routes and addresses that name none; see `CommandDefaults`. */
  readonly link?: LinkName
  /** Variables that the stack sets: `IFACE`. */
  readonly environment?: Readonly<Record<string, string>>
  /** `$1`, `$2`, … */
  readonly arguments?: readonly string[]
  /** Variables that hold the link that comes up, where the stack runs the script for each: `['1', 'DEVICE_IFACE']`. */
  readonly links?: readonly string[]
  /** Variables that hold the event, with the values for which a link comes up: `{2: ['up', 'dhcp4-change']}`. */
  readonly events?: Readonly<Record<string, readonly string[]>>
  /** Values of `$1` with which the host calls a script of its own when links come up: `['', 'start']`. */
  readonly calledWith?: readonly string[]
  /** Other variables that the stack sets and whose values are names of its own: `['CONNECTION_ID']`. */
  readonly names?: readonly string[]
  /** Variables that the stack sets to what no file says, with what each is: `{IP4_GATEWAY: 'a value of the lease'}`. */
  readonly unknowns?: Readonly<Record<string, string>>
  /** Comment of a command that has none of its own. */
  readonly comment?: string
  /** Reads files of assignments (conf.d/net, ifcfg). Without it, assignments only set variables. */
  readonly assigned?: (assignment: ShellAssignment) => void
  /** Functions that the stack calls after it has read the file: `postup`. Names that the text lacks are ignored. */
  readonly calls?: readonly ShellCall[]
  /** Files of the host: those that the script reads with `.`, and scripts that it runs. */
  readonly files?: InputFiles
  /** Whether a script that the script runs is read by itself. */
  readonly isRead?: (path: string) => boolean
  /** Commands of the caller, before all others. True if it was one. `document` is the text of a here-document. */
  readonly command?: (
    /** With a here-document, words of unknown values are as the script has them. */
    words: readonly string[],
    item: CommandItem,
    document?: ShellDocument,
  ) => boolean
}

export interface ShellDocument {
  readonly text: string
  /** The line of the file in which it begins. */
  readonly line: number
}
