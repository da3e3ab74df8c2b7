// What to tell about a text that is not YAML, in a person's words.
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

/** Undefined for an error that is none of YAML's: such a one is ours, and is thrown on. */
export function explainYamlError(error: unknown, text: string): SyntaxProblem | undefined {
  if (!(error instanceof YAMLException)) return undefined
  const known = reasons.find(([pattern]) => pattern.test(error.reason))
  const offset = Math.min(error.mark?.position ?? 0, text.length)
  const fix = fixForSyntax(error.reason, lineAround(text, offset))
  return {
    kind: /maxAliases/.test(error.reason) ? 'aliases' : /maxDepth/.test(error.reason) ? 'depth' : 'syntax',
    reason: known?.[1] ?? error.reason,
    ...(fix === undefined ? {} : { fix }),
    range: { start: offset, end: offset },
  }
}

function fixForSyntax(reason: string, line: string): string | undefined {
  if (reason.startsWith('tab characters')) return 'Indent with spaces.'
  // `2001:db8::` at the end of a value: YAML takes its last colon for the end of a key.
  const address = /(?:^|[\s[{,])((?:[0-9a-f]{1,4}:)+:)(?=$|[\s\]},])/i.exec(line)?.[1]
  if (address !== undefined) return `Quote the address: "${address}".`
  if (/tag/.test(reason)) return 'Write the value alone.'
  if (/alias/.test(reason)) return 'Write the values out.'
  const sign = /:\s+([@`%])/.exec(line)?.[1]
  if (sign !== undefined) return `A value cannot begin with ${sign}: quote it, or leave the sign out.`
  return undefined
}

function lineAround(text: string, offset: number): string {
  const start = Math.max(text.lastIndexOf('\n', offset - 1), text.lastIndexOf('\r', offset - 1)) + 1
  const rest = text.slice(start, start + 1000)
  return rest.split(/[\r\n]/, 1)[0] ?? ''
}
