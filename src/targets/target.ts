// Target: a program whose configuration we write, with a total record of its capabilities.
import { hasErrors, type Diagnostic } from '../diagnostics/diagnostic.js'
import { memoizeLast, oncePerObject } from '../stdlib/memoize.js'
import type { Reporter } from '../diagnostics/reporter.js'
import type { Feature } from '../plan/features.js'
import { commentOf } from '../plan/origin.js'
import type { KernelPlan, Origin, Intent } from '../plan/plan.js'
import type { Filled, OwnedLine } from '../render/template.js'
import { commentLines } from '../syntax/comments.js'
import type { Behaviour } from './shared/runtime-notes.js'

/**
 * `native`: the stack's own key. `hook`: `ip` commands in a script that the stack runs. `drop-in`: another
 * layer's own file beside it (networkd's, under netplan). `partial`: with a limitation, reported as a warning.
 * `since` is the minimum version of the target's consumer; an older one is refused.
 */
export type Support =
  | { readonly how: 'native'; readonly since?: string; readonly note?: string }
  /** `why`: why the stack's own language cannot express it. */
  | {
      readonly how: 'hook' | 'drop-in'
      readonly why: string
      readonly since?: string
      readonly note?: string
    }
  /** There is nothing to write, and no file changes. */
  | { readonly how: 'not-needed'; readonly note: string; readonly since?: string }
  | { readonly how: 'partial'; readonly reason: string; readonly since?: string }
  | { readonly how: 'unsupported'; readonly reason: string; readonly instead?: string }

/** Total: the compiler names a missing feature. */
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

/** Of the lines that a view gave. The property is not enumerable: files are plain data, and a copy has no such lines. */
const OWNED_LINES = Symbol('owned lines')

interface FilledFile extends TextFile {
  readonly [OWNED_LINES]?: Filled['ownedLines']
}

export function textFile(path: TextFile['path'], filled: Filled, mode = 0o644): TextFile {
  const file = { path, mode, owner: 'root:root', content: filled.content }
  return Object.defineProperty(file, OWNED_LINES, { value: filled.ownedLines })
}

/** Lines that configure parts of the plan; none for a program of ours, and for a copy of a file. */
export const ownedLinesOf = (file: FilledFile): readonly OwnedLine[] => file[OWNED_LINES]?.() ?? []

/** The link at `path` points to `symlink`. */
export interface Symlink {
  readonly path: `/${string}`
  readonly symlink: string
}

/** A command that activates the files, run as root, and why it is needed. */
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
   * From the previous files of this output to these. Steps before the copy come first (see `Step.when`).
   */
  readonly change: readonly Step[]
  /** From a host that runs these files to one without them, or with files of others instead. Absent: none. */
  readonly remove?: readonly Step[]
  /** What a boot has done already before the network starts, to repeat after files were replaced that early. Absent: nothing. */
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

/** Output of a target's `render`. No files after an error was reported. */
export interface Rendered extends Steps {
  readonly files: readonly RenderedFile[]
}

/** `Rendered` with its control files and diagnostics. */
export interface Output extends Rendered {
  /** Program and data of `.multihome/apply.sh`: part of the tree, but not copied to the host's root. */
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
  /** Display name of the program: `systemd-networkd`. */
  readonly title: string
  /** The program that `version` refers to: `systemd`, `NetworkManager`. */
  readonly consumer: string
  /** That of Debian 13, or the newest release if Debian has none. */
  readonly defaultVersion: string
  /** Names and meanings of this target's settings besides `version`, for the documents. */
  readonly settings: Readonly<Record<string, string>>
  /** For these settings; features newer than `version` are included, and refused by `since`. */
  capabilities(settings: WrittenSettings): Capabilities
  /** Runtime notes for these settings and this `manage`. */
  behaviour(settings: WrittenSettings, manage: Intent['manage']): Behaviour
  hostStack(settings: WrittenSettings): HostStack
  render(plan: KernelPlan, settings: WrittenSettings, context: RenderContext): Rendered
}

/**
 * Its capabilities are computed once for each settings object: the check, the requirements and the comparison ask for
 * them. Its `render` has no files after an error was reported.
 */
export function defineTarget<const Id extends string>(target: Target<Id>): Target<Id> {
  return {
    ...target,
    capabilities: memoizeLast((settings: WrittenSettings) => target.capabilities(settings)),
    render(plan, settings, context) {
      const rendered = target.render(plan, settings, context)
      if (hasErrors(context.reporter.diagnostics)) return { ...rendered, files: [] }
      // Two parts of an output may need the same program.
      return { ...rendered, files: [...new Map(rendered.files.map((file) => [file.path, file])).values()] }
    },
  }
}

/** Settings of a target that the description does not mention. */
export const NO_SETTINGS: WrittenSettings = {}

/** Lines of a comment, without the comment sign; all targets share them. */
export const commentsOf = oncePerObject((origin: Origin) => commentLines(commentOf(origin)))
