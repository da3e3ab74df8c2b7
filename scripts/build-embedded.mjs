// Puts scenarios and the examples of diagnostics into src/cli/embedded.generated.ts: the command reads no fixture from disk.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const fixtures = join(root, 'fixtures')
const output = join(root, 'src/cli/embedded.generated.ts')

/** Larger ones (a file that is too large, a YAML bomb written out) show nothing to a person. */
const MOST = 16 * 1024

const foldersIn = (folder) =>
  existsSync(folder)
    ? readdirSync(folder, { withFileTypes: true })
        .filter((entry) => entry.isDirectory())
        .map((entry) => entry.name)
        .sort()
    : []

const textOf = (...parts) => {
  const file = join(fixtures, ...parts)
  if (!existsSync(file)) return undefined
  const text = readFileSync(file, 'utf8')
  return text.length > MOST ? undefined : text
}

const scenarios = {}
for (const name of foldersIn(fixtures)) {
  const text = name === 'invalid' ? undefined : textOf(name, 'description.yaml')
  if (text !== undefined) scenarios[name] = text
}

const examples = {}
for (const code of foldersIn(join(fixtures, 'invalid'))) {
  const text = textOf('invalid', code, 'description.yaml')
  const printed = textOf('invalid', code, 'expected', 'diagnostics.txt')
  if (text !== undefined && printed !== undefined) examples[code] = { text, printed }
}

writeFileSync(
  output,
  `// Made by scripts/build-embedded.mjs from fixtures/; not committed.
export interface Example {
  readonly text: string
  /** The diagnostics as printed. */
  readonly printed: string
}

/** By code. */
export const examples: Readonly<Record<string, Example>> = ${JSON.stringify(examples, null, 2)}

/** Descriptions by name. */
export const scenarios: Readonly<Record<string, string>> = ${JSON.stringify(scenarios, null, 2)}
`,
)
