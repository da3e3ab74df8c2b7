// Lines of `ip -batch`, in a here-document.
import type { HereDoc, Redirection } from 'unbash'
import { readIpCommand } from '../commands/command.js'
import { text, type Environment } from './environment.js'
import { expandParts } from './expand.js'
import type { ShellDocument } from './options.js'
import type { ScriptFile } from './reading.js'

/** The text of a here-document, if all its values are known. */
export function documentOf(
  redirects: readonly Redirection[],
  environment: Environment,
  script: ScriptFile,
): ShellDocument | undefined {
  const document = redirects.find((each): each is HereDoc => each.type === 'HereDoc')
  if (document === undefined) return undefined
  const { body } = document
  const value = body.parts === undefined ? text(body.text) : expandParts(body.parts, environment)
  return value.kind === 'text' ? { text: value.text, line: script.placeOf(body.pos).line } : undefined
}

export const isBatch = (fields: readonly string[]): boolean =>
  /(?:^|\/)ip$/.test(fields[0] ?? '') &&
  fields.some((field) => /^--?b(?:atch?|at|a)?$/.test(field)) &&
  fields.at(-1) === '-'

export function readBatch(fields: readonly string[], document: ShellDocument, script: ScriptFile): void {
  const before = fields
    .slice(0, -1)
    .filter((field) => !/^--?(?:b(?:a(?:t(?:ch?)?)?)?|f(?:o(?:r(?:ce?)?)?)?)$/.test(field))
  for (const [index, line] of document.text.split('\n').entries()) {
    const words = line.replace(/#.*/, '').trim().split(/\s+/)
    const place = { file: script.path, line: document.line + index, text: line.trim() }
    if (words[0] !== '') readIpCommand([...before, ...words], { place }, script.reading.collector)
  }
}
