// What a target is: a program whose configuration we write, with an honest record of what it can say.
import type { Diagnostic } from '../diagnostics/diagnostic.js'
import type { Reporter } from '../diagnostics/reporter.js'
import type { Feature } from '../plan/features.js'
import type { KernelPlan, Origin } from '../plan/plan.js'
import type { Filled, OwnedLine } from '../render/template.js'
import { commentLines } from '../syntax/comments.js'
import type { Behaviour } from './shared/runtime-notes.js'

/**
 * `native`: the stack's own key. `hook`: `ip` commands in a script that the stack runs. `drop-in`: another
 * layer's own file beside it (networkd's, under netplan). `partial`: with a loss, told as a warning.
 * `since` is the least version of the target's consumer; an older one is refused with the line.
 */
export type Support =
  | { readonly how: 'native'; readonly since?: string; readonly note?: string }
  /** `why`: what keeps the stack's own language from it. */
  | {
      readonly how: 'hook' | 'drop-in'
      readonly why: string
      readonly since?: string
      readonly note?: string
    }
  /** So by nature: there is nothing to write, and no file changes. */
  | { readonly how: 'not-needed'; readonly note: string; readonly since?: string }
  | { readonly how: 'partial'; readonly reason: string; readonly since?: string }
  | { readonly how: 'unsupported'; readonly reason: string; readonly instead?: string }

/** Total: a feature without a word on it does not compile. */
export type Capabilities = Readonly<Record<Feature, Support>>

/** Settings as written under `targets: {ID: …}`; the schema has checked their shape. */
export type SettingValue = string | number | boolean | { readonly [key: string]: string }
export type WrittenSettings = Readonly<Record<string, SettingValue>>

export type RenderedFile = TextFile | Symlink

export interface TextFile {
  readonly path: `/${string}`
  /** Permission bits: 0o644. */
  readonly mode: number
  /** `user:group`. */
  readonly owner: string
  readonly content: string
}

/** Files are plain data; the lines that a view gave are found by the identity of the file. */
const linesOfFile = new WeakMap<TextFile, Filled['ownedLines']>()

export function textFile(path: TextFile['path'], filled: Filled, mode = 0o644): TextFile {
  const file = { path, mode, owner: 'root:root', content: filled.content }
  linesOfFile.set(file, filled.ownedLines)
  return file
}

/** Lines that configure parts of the plan; none for a program of ours, and for a copy of a file. */
export const ownedLinesOf = (file: TextFile): readonly OwnedLine[] => linesOfFile.get(file)?.() ?? []

/** The link at `path` points to `symlink`. */
export interface Symlink {
  readonly path: `/${string}`
  readonly symlink: string
}

/** A command for the person who puts the files to work, as root, and why it is needed. */
export interface Step {
  readonly command: string
  /** Programs that the command calls and that some hosts lack, with no script of ours among them. Absent: none. */
  readonly programs?: readonly string[]
  readonly why: string
  /** Run with the previous files still in place, before the new ones are copied. Absent: after the copy. */
  readonly when?: 'before-files'
}

export interface Steps {
  /** From a host without these files to one that runs them. */
  readonly first: readonly Step[]
  /**
   * From the previous files of this output to these; the wrong way leaves the old state beside the new.
   * Steps before the copy stand first (see `Step.when`).
   */
  readonly change: readonly Step[]
  /** From a host that runs these files to one without them, or with others' files in their place. Absent: none. */
  readonly remove?: readonly Step[]
  /** What a boot does before the network starts, once more: after files were replaced that early. Absent: nothing. */
  readonly boot?: readonly Step[]
}

/** The software that must run a host's network for an output to be of use there. */
export interface HostStack {
  readonly name:
    | 'networkd'
    | 'NetworkManager'
    | 'netplan-networkd'
    | 'netplan-NetworkManager'
    | 'ifupdown'
    | 'netifrc'
    | 'iproute2'
  /** Which of the programs that read /etc/network/interfaces. */
  readonly flavour?: string
  /** Services that the steps may start, as systemd names them. */
  readonly services: readonly string[]
}

/** What a target makes of a plan. No files where `reporter` has taken an error. */
export interface Rendered extends Steps {
  readonly files: readonly RenderedFile[]
}

/** `Rendered`, with what was said on the way. */
export interface Output extends Rendered {
  /** Data and program of `.multihome/apply.sh`: they lie beside the tree and are not copied to the host's root. */
  readonly control: readonly TextFile[]
  readonly diagnostics: readonly Diagnostic[]
}

export interface RenderContext {
  /** Name of the description for headers: base name, printable. */
  readonly file: string
  /** Receives what a target cannot write although it has the feature: `reporter.about(origin)`. Nothing is left out in silence. */
  readonly reporter: Reporter
}

export interface Target<Id extends string = string> {
  readonly id: Id
  /** The program, in a person's words: `systemd-networkd`. */
  readonly title: string
  /** What `version` counts: `systemd`, `NetworkManager`. */
  readonly consumer: string
  /** That of Debian 13, or the newest released one where Debian has none. */
  readonly defaultVersion: string
  /** Names and meanings of the settings that this target reads, for docs; `version` goes without saying. */
  readonly settings: Readonly<Record<string, string>>
  /** Total for these settings; features newer than `version` are refused by `since`, not left out here. */
  capabilities(settings: WrittenSettings): Capabilities
  /** What becomes of the planned state while the host lives; for these settings, and for plans of this `manage`. */
  behaviour(settings: WrittenSettings, manage: KernelPlan['manage']): Behaviour
  hostStack(settings: WrittenSettings): HostStack
  render(plan: KernelPlan, settings: WrittenSettings, context: RenderContext): Rendered
}

export const defineTarget = <const Id extends string>(target: Target<Id>): Target<Id> => target

/**
 * `gateway fiber: default route: kept short by the ISP`, without the comment sign. It never says where the description
 * asks for it: a file changes only when the network does.
 */
export const commentOf = ({ reason, comment }: Origin): string =>
  comment === undefined ? reason : `${reason}: ${comment}`

/** The same as lines of a comment. */
export const commentsOf = (origin: Origin): readonly string[] => commentLines(commentOf(origin))
