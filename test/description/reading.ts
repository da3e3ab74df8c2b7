// Reads text as the program does, and gives what came of it in a form that is easy to compare.
import type { Diagnostic } from '../../src/diagnostics/diagnostic.js'
import { formatPath } from '../../src/diagnostics/diagnostic.js'
import { createReporter } from '../../src/diagnostics/reporter.js'
import { decode } from '../../src/description/decode.js'
import type { Description } from '../../src/description/description.js'
import { parseYaml } from '../../src/yaml/source.js'

export interface Read {
  readonly description: Description | undefined
  readonly diagnostics: readonly Diagnostic[]
}

export function read(text: string): Read {
  const source = parseYaml(text)
  if (source.diagnostics.length > 0) return { description: undefined, diagnostics: source.diagnostics }
  const reporter = createReporter()
  return { description: decode(source, reporter), diagnostics: reporter.diagnostics }
}

export function readValue(value: unknown): Read {
  const reporter = createReporter()
  return { description: decode({ value }, reporter), diagnostics: reporter.diagnostics }
}

/** `code path`, sorted. */
export const told = ({ diagnostics }: Read): string[] =>
  diagnostics.map(({ code, path }) => `${code} ${formatPath(path)}`).sort()

/** The one diagnostic that the text gives. */
export function only(text: string): Diagnostic {
  const { diagnostics } = read(text)
  const [found] = diagnostics
  if (found === undefined || diagnostics.length !== 1)
    throw new Error(`${diagnostics.length} diagnostics: ${JSON.stringify(diagnostics)}`)
  return found
}
