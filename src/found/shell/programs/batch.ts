// Lines of `ip -batch`, from a here-document, a pipe or a file.
import { isRefusedByIp, readIpCommand } from '../../commands/command.js'
import type { Input } from '../input.js'
import { MAX_COMMANDS, type ScriptFile } from '../reading.js'

const BATCH = /^--?b(?:a|at|atc|atch)?$/
const FORCE = /^--?f(?:o|or|orc|orce)?$/

/** The file of `ip -batch FILE`, or `-`; undefined for another command. */
export function batchFile(fields: readonly string[]): string | undefined {
  const [program = ''] = fields
  const index = fields.findIndex((field) => BATCH.test(field))
  return /(?:^|\/)ip$/.test(program) && index > 0 ? fields[index + 1] : undefined
}

/**
 * Each line is a command of ip(8) without its name, and the first one that fails is the last one (do_batch in ip.c). `pos`: of
 * the command that reads them.
 */
export function readBatch(
  fields: readonly string[],
  { lines, placeOf }: Input,
  pos: number,
  script: ScriptFile,
): void {
  const { reading } = script
  const { collector } = reading
  const index = fields.findIndex((field) => BATCH.test(field))
  const before = fields.filter((field, at) => at !== index && at !== index + 1 && !FORCE.test(field))
  const goesOn = fields.some((field) => FORCE.test(field))
  let words: readonly string[] = []
  let refused: number | undefined
  for (const [at, line] of lines.entries()) {
    if (++reading.steps > MAX_COMMANDS)
      return script.stop(pos, `the script runs more than ${MAX_COMMANDS} commands`)
    const isContinued = line.endsWith('\\')
    const text = line.replace(/#.*/, '').replace(/\\$/, '')
    words = [...words, ...text.split(/\s+/).filter((word) => word !== '')]
    if (isContinued && at < lines.length - 1) continue
    const place = placeOf(at)
    if (refused !== undefined && words.length > 0)
      collector.withoutEffect(place, `without -force, ip stops at line ${refused}, which it refuses`)
    else if (words.length > 0) {
      readIpCommand([...before, ...words], { place }, collector)
      if (!goesOn && isRefusedByIp([...before, ...words].slice(1))) refused = place.line
    }
    words = []
  }
}
