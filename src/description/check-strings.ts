// Checks of every text of a description, wherever it stands: control characters, templates, keys of YAML's own.
import { formatPath, type Path } from '../diagnostics/diagnostic.js'
import type { Reporter } from '../diagnostics/reporter.js'
import { templateIn } from '../diagnostics/templates.js'
import { shorten } from './schema/describe-value.js'

/** Controls, separators of lines and paragraphs, marks that turn the direction of reading, lone surrogates, private use. */
const controlIn = (text: string): string | undefined =>
  // Nearly all text is this, and an expression with classes of Unicode takes a millisecond to make.
  /^[ -~]*$/.test(text)
    ? undefined
    : /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\p{Co}\p{Bidi_Control}\ufeff]/u.exec(text)?.[0]

const NAMES: Readonly<Record<string, string>> = {
  '\n': 'line feed',
  '\r': 'carriage return',
  '\t': 'tab',
  '\0': 'NUL',
  '\u001b': 'escape',
}

const nameOf = (character: string): string =>
  NAMES[character] ?? `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`

export const pathKey = (path: Path): string => JSON.stringify(path)

/** Returns the paths of what it reports: the schema's own errors there would be vaguer. `whole`: as of `formatPath`. */
export function checkStrings(value: unknown, reporter: Reporter, whole?: string): Set<string> {
  const reported = new Set<string>()
  const checkText = (text: string, path: Path, on: 'key' | 'value'): void => {
    const found = controlIn(text)
    const template = found === undefined && path.at(-1) !== 'comment' ? templateIn(text) : undefined
    if (found !== undefined)
      reporter.at(...path).report('string-control-character', { name: nameOf(found) }, { on })
    else if (template !== undefined)
      reporter.at(...path).report('template-unexpanded', { text: shorten(template) }, { on })
    else return
    reported.add(pathKey(path))
  }
  const visit = (node: unknown, path: Path): void => {
    if (typeof node === 'string') checkText(node, path, 'value')
    if (typeof node !== 'object' || node === null) return
    if (Array.isArray(node)) return node.forEach((entry: unknown, index) => visit(entry, [...path, index]))
    for (const [key, entry] of Object.entries(node)) {
      const at = [...path, key]
      checkText(key, at, 'key')
      if (key === '<<' || key === '__proto__') {
        reported.add(pathKey(at))
        const parent = formatPath(path, whole)
        const fix = key === '<<' ? 'Merge keys are not read: write the values out.' : undefined
        reporter.at(...at).report('key-unknown', { key, parent }, { on: 'key', ...(fix && { fix }) })
      } else visit(entry, at)
    }
  }
  visit(value, [])
  return reported
}
