// Explanations of YAML syntax errors, in plain words.
import { YAMLException } from 'js-yaml'
import type { Range } from './line-index.js'

export interface SyntaxProblem {
  /** Limits have codes of their own. */
  readonly kind: 'syntax' | 'aliases' | 'depth'
  readonly reason: string
  readonly fix?: string
  readonly range: Range
}

const reasons: readonly (readonly [RegExp, string])[] = [
  [/^tab characters/, 'a tab in the indentation'],
  [/^bad indentation of a mapping entry/, 'a key or value that does not fit in here'],
  [/^bad indentation of a sequence entry/, 'a list entry that is not in line with the others'],
  [/^deficient indentation/, 'the text goes on too far to the left'],
  [/^missed comma/, 'a comma is missing between two entries'],
  [/^expected the node content/, 'a value is missing before the comma'],
  [/within a flow collection$/, 'a bracket is opened and not closed'],
  [/within a (?:single|double) quoted scalar$/, 'a quote is opened and not closed'],
  [/^unknown escape|^expected hexadecimal/, 'an escape that double quotes do not know'],
  [/^expected ':' after|multiline key/, 'a line that is neither `key: value` nor part of a list'],
  [/^end of the stream or a document separator/, 'text that belongs to nothing above it'],
  [/^unidentified alias/, 'an alias (`*name`) of something that has no anchor (`&name`)'],
  [/^unknown \w+ tag|explicit tag$|^unacceptable|tag/, 'a tag (`!name`) that has no meaning here'],
  [/complex keys/, 'a key that is a list or a mapping'],
]

/** Undefined for an error that is not YAML's: such an error is a bug of ours, and is thrown again. */
export function explainYamlError(error: unknown, text: string): SyntaxProblem | undefined {
  if (!(error instanceof YAMLException)) return undefined
  const { reason } = error
  const offset = Math.min(error.mark?.position ?? 0, text.length)
  const kind = /maxAliases/.test(reason) ? 'aliases' : /maxDepth/.test(reason) ? 'depth' : 'syntax'
  const open = kind === 'syntax' ? unclosedBracket(text, offset) : undefined
  if (open !== undefined) {
    const range = { start: open.offset, end: open.offset + 1 }
    const closing = open.bracket === '{' ? '}' : ']'
    return {
      kind,
      reason: `\`${open.bracket}\` is never closed`,
      fix: `Write \`${closing}\` at its end.`,
      range,
    }
  }
  const quote = kind === 'syntax' ? unclosedQuote(text, offset) : undefined
  if (quote !== undefined) {
    const [character] = text.slice(quote)
    return {
      kind,
      reason: 'a quote is opened and not closed',
      fix: `Write \`${character}\` at the end of the value.`,
      range: { start: quote, end: quote + 1 },
    }
  }
  const known = reasons.find(([pattern]) => pattern.test(reason))
  const fix = fixForSyntax(reason, text, offset)
  return {
    kind,
    reason: known?.[1] ?? reason,
    fix,
    range: { start: offset, end: offset },
  }
}

interface OpenBracket {
  readonly bracket: string
  readonly offset: number
}

/** The innermost bracket that is open where the error is, in a text that has more opening than closing ones. */
function unclosedBracket(text: string, offset: number): OpenBracket | undefined {
  const open: OpenBracket[] = []
  let atError: OpenBracket | undefined
  // Quoted text, comments, brackets.
  for (const match of text.matchAll(/"(?:[^"\\\n]|\\.)*"|'[^'\n]*'|(?<=^|\s)#.*|[[\]{}]/gm)) {
    if (match.index >= offset) atError ??= open.at(-1)
    const [found] = match
    if (found === '[' || found === '{') open.push({ bracket: found, offset: match.index })
    else if (found === ']' || found === '}') open.pop()
  }
  return open.length === 0 ? undefined : (atError ?? open.at(-1))
}

/** The last value before the error that begins with a quote and has none at its end. */
function unclosedQuote(text: string, offset: number): number | undefined {
  const before = text.slice(0, lineAround(text, offset).start + lineAround(text, offset).line.length)
  const found = [...before.matchAll(/(?<=[:,[{-]\s+|\[|\{)(["'])(?:(?!\1)[^\n\\]|\\.)*$/gm)].at(-1)
  return found?.index
}

function fixForSyntax(reason: string, text: string, offset: number): string | undefined {
  if (reason.startsWith('tab characters')) return 'Indent with spaces.'
  const { line, start } = lineAround(text, offset)
  // `2001:db8::` at the end of a value: YAML takes its last colon for the end of a key.
  const address = /(?:^|[\s[{,])((?:[0-9a-f]{1,4}:)+:)(?=$|[\s\]},])/i.exec(line)?.[1]
  if (address !== undefined) return `Quote the address: "${address}".`
  if (/tag/.test(reason)) return 'Write the value alone.'
  if (/alias/.test(reason)) return 'Write the values out.'
  const sign = /:\s+([@`%])/.exec(line)?.[1]
  if (sign !== undefined) return `A value cannot begin with ${sign}: quote it, or leave the sign out.`
  const above = lineAround(text, Math.max(0, start - 2)).line
  if (/\u00a0/.test(above + line)) return 'Replace the no-break space (U+00A0) by a space.'
  // YAML notices the error on the line below.
  for (const each of [line, above]) {
    const [, key, value] = /^[\s-]*([a-z][a-z0-9-]*):(\S[^\s].*)$/.exec(each) ?? []
    if (key !== undefined && value !== undefined)
      return `Put a space after the colon: \`${key}: ${value.trim()}\`.`
  }
  const [, key, value] = /(?:^|[{,-])\s*([a-z][a-z0-9-]*):\s+([^"'[{\s,][^,}]*:\s[^,}]*)/.exec(line) ?? []
  const [, word, rest] = /^(\S+)\s+([a-z][a-z0-9-]*:\s.*)$/.exec(value ?? '') ?? []
  if (reason.startsWith('missed comma') && word !== undefined)
    return `Write a comma between the entries: \`${key}: ${word}, ${(rest ?? '').trim()}\`.`
  if (key !== undefined && value !== undefined)
    return `Quote a value with a colon in it: \`${key}: "${value.trim().slice(0, 60)}"\`.`
  if (reason.startsWith('missed comma'))
    return 'Write a comma between two entries, and quotes around a value with ": " in it.'
  if (/indentation|block|end of the stream/.test(reason))
    return 'Indent it like the lines that it belongs to: keys of one mapping stand in one column.'
  return undefined
}

export function lineAround(text: string, offset: number): { readonly line: string; readonly start: number } {
  const start = Math.max(text.lastIndexOf('\n', offset - 1), text.lastIndexOf('\r', offset - 1)) + 1
  const rest = text.slice(start, start + 1000)
  return { line: rest.split(/[\r\n]/, 1)[0] ?? '', start }
}
