// `render --as`: files of a delivery format (src/formats), for each host or for all of them.
import { createReporter } from '../../diagnostics/reporter.js'
import type { Diagnostic } from '../../diagnostics/diagnostic.js'
import { concatBytes } from '../../formats/bytes.js'
import type { Format } from '../../formats/format.js'
import { formatTrees, getFormat } from '../../formats/index.js'
import { countOf } from '../runtime/findings.js'
import { stemOf } from '../runtime/inputs.js'
import type { Host } from '../runtime/host.js'
import { printsSummary } from '../usage/options.js'
import { baseOf, HOST, type TargetOutput } from './output-roots.js'
import type { ArchiveOptions, RenderOptions } from './render-options.js'
import { NOTHING_WRITTEN, type Written } from './write.js'

export function formatNamed(id: string): Format {
  const format = getFormat(id)
  if (format === undefined) throw new Error(`there is no format ${id}`)
  return format
}

/** Several hosts in one file have a folder each, as have several targets of a host. */
const treeOf = (each: TargetOutput, { hasFolders }: ArchiveOptions) => {
  const { file, target, output, isOnlyTarget } = each
  const host = stemOf(file)
  const parts = [...(hasFolders ? [host] : []), ...(isOnlyTarget ? [] : [target])]
  return { host, target, output, folder: parts.join('/') }
}

/** Outputs that a format can hold, and why it cannot hold the others: errors of their targets. */
export function heldBy(
  outputs: readonly TargetOutput[],
  options: ArchiveOptions,
): { readonly held: readonly TargetOutput[]; readonly errors: readonly Diagnostic[] } {
  const format = formatNamed(options.format)
  /** `named`: the targets in the message. */
  const reject = (target: string, reason: string, named = target): readonly Diagnostic[] => {
    const reporter = createReporter()
    reporter.report('format-refused', { format: format.id, target: named, reason })
    return reporter.diagnostics.map((one) => ({ ...one, target }))
  }
  const [first, ...others] = outputs
  if (!format.isMany && first?.isOnlyTarget === false) {
    const count = others.length === 0 ? '' : ` and of ${countOf(others.length, 'other target')}`
    const reason = 'a file has one tree, and the description has several targets: --target chooses one'
    return { held: [], errors: reject(first.target, reason, `${first.target}${count}`) }
  }
  const reasons = outputs.map((each) => format.refusal(treeOf(each, options)))
  return {
    held: outputs.filter((_, index) => reasons[index] === undefined),
    errors: outputs.flatMap(({ target }, index) => {
      const reason = reasons[index]
      return reason === undefined ? [] : reject(target, reason)
    }),
  }
}

/** The part of a host in the file of all hosts; undefined if it has no trees. */
export function entriesOf(outputs: readonly TargetOutput[], options: ArchiveOptions): Uint8Array | undefined {
  if (outputs.length === 0) return undefined
  const format = formatNamed(options.format)
  return concatBytes(
    outputs.flatMap((each, index) => [
      ...(index === 0 ? [] : [format.separator()]),
      format.entry(treeOf(each, options)),
    ]),
  )
}

/** Of a host: `{host}` is replaced. */
export const pathOf = (out: string, { file }: Pick<TargetOutput, 'file'>): string => baseOf(out, file)

const bytesOf = (outputs: readonly TargetOutput[], options: ArchiveOptions): Uint8Array =>
  formatTrees(
    formatNamed(options.format),
    outputs.map((each) => treeOf(each, options)),
  )

/** Whether the file of a host is in place. */
export function isCurrentFile(
  path: string,
  outputs: readonly TargetOutput[],
  options: ArchiveOptions,
  io: Host,
): boolean {
  const comparison = io.compareFile(path)
  comparison.write(bytesOf(outputs, options))
  return comparison.finish() === undefined
}

/** Writes the file of a host. */
export function writeFile(
  path: string,
  outputs: readonly TargetOutput[],
  { archive, detail, isMany }: RenderOptions & { readonly archive: ArchiveOptions },
  io: Host,
): Written {
  const sink = io.createFile(path)
  sink.write(bytesOf(outputs, archive))
  const outcome = sink.finish()
  if (!outcome.ok) {
    io.stderr(`multihome: ${path}: ${outcome.problem}\n`)
    return { ...NOTHING_WRITTEN, broken: true, outputs: outputs.length }
  }
  if (outcome.value && printsSummary(detail)) io.stdout(`${isMany ? 'changed ' : 'written '} ${path}\n`)
  const count = outcome.value ? { written: 1, roots: [path] } : { unchanged: 1 }
  return { ...NOTHING_WRITTEN, ...count, outputs: outputs.length }
}

/** The file of all hosts, on its way to a file, to standard output, or to a comparison. */
export interface Archive {
  readonly add: (entries: Uint8Array) => void
  /** Whether a file changed or differs, or why it cannot be written. */
  readonly finish: () => { readonly isDifferent: boolean; readonly problem?: string }
  readonly discard: () => void
}

export function openArchive({ out, action, archive }: RenderOptions, io: Host): Archive | undefined {
  if (archive === undefined || out?.includes(HOST) === true) return undefined
  const format = formatNamed(archive.format)
  const target =
    out === undefined
      ? { write: io.stdoutBytes }
      : action === 'compare'
        ? io.compareFile(out)
        : io.createFile(out)
  let isEmpty = true
  // On standard output nothing begins that may not end.
  const begin = (): void => {
    if (isEmpty) target.write(format.header())
    isEmpty = false
  }
  return {
    add: (entries) => {
      if (!isEmpty) target.write(format.separator())
      begin()
      target.write(entries)
    },
    finish: () => {
      begin()
      target.write(format.footer())
      if (!('finish' in target)) return { isDifferent: false }
      const outcome = target.finish()
      if (outcome === undefined || typeof outcome === 'string') return { isDifferent: outcome !== undefined }
      return outcome.ok ? { isDifferent: outcome.value } : { isDifferent: false, problem: outcome.problem }
    },
    discard: () => {
      if ('discard' in target) target.discard()
    },
  }
}
