// What commands read: here-documents, here-strings, files that are given, and the output of `echo` and `cat`.
import type { Command, HereDoc, Redirection, SyntaxNode } from 'unbash'
import { withoutPrefix } from '../commands/command.js'
import type { Place } from '../found.js'
import { text, unknown, type Environment, type Outcome, type Value } from './environment.js'
import { expandParts, expandText, separatorsOf, wordsOf } from './words/expand.js'
import type { ShellDocument } from './options.js'
import { MAX_SIZE, type ScriptFile } from './reading.js'
import { argumentWords } from './programs/command-words.js'

export interface Input {
  readonly lines: readonly string[]
  /** Place of the line with this index, from 0. */
  readonly placeOf: (index: number) => Place
}

const linesOf = (document: string): readonly string[] => document.replace(/\n$/, '').split('\n')

/** The here-document of a command; undefined if it has none. */
function hereDocument(redirects: readonly Redirection[], environment: Environment): Value | undefined {
  const document = redirects.find((each): each is HereDoc => each.type === 'HereDoc')
  if (document === undefined) return undefined
  const { body, operator } = document
  const value = body.parts === undefined ? text(body.text) : expandParts(body.parts, environment)
  return value.kind === 'text' && operator === '<<-' ? text(value.text.replace(/^\t+/gm, '')) : value
}

/** The text of a here-document, if all its values are known. */
export function documentOf(
  redirects: readonly Redirection[],
  environment: Environment,
  script: ScriptFile,
): ShellDocument | undefined {
  const document = redirects.find((each): each is HereDoc => each.type === 'HereDoc')
  const value = hereDocument(redirects, environment)
  return document === undefined || value?.kind !== 'text'
    ? undefined
    : { text: value.text, line: script.placeOf(document.body.pos).line }
}

/** Standard input of a command; the reason if it is not known, undefined if nothing redirects it. */
export function inputOf(
  redirects: readonly Redirection[],
  environment: Environment,
  script: ScriptFile,
): Input | { readonly why: string } | undefined {
  const document = documentOf(redirects, environment, script)
  if (document !== undefined) {
    const { line } = document
    const lines = linesOf(document.text)
    return {
      lines,
      placeOf: (index) => ({ file: script.path, line: line + index, text: lines[index]?.trim() ?? '' }),
    }
  }
  for (const redirect of redirects) {
    if (redirect.type === 'HereDoc') {
      const value = hereDocument(redirects, environment)
      return { why: value?.kind === 'unknown' ? value.why : 'the here-document is not known' }
    }
    if (redirect.target === undefined || !(redirect.type === 'HereString' || redirect.operator === '<'))
      continue
    const value = expandText(redirect.target, environment)
    if (value.kind !== 'text') return { why: value.kind === 'unknown' ? value.why : 'the input is not known' }
    return redirect.type === 'HereString'
      ? { lines: linesOf(value.text), placeOf: () => script.placeOf(redirect.pos) }
      : (fileInput(value.text, script) ?? { why: `the file \`${value.text}\` is not read` })
  }
  return undefined
}

/** Files of administrators. Reports show lines of files, so that no script makes the import read passwords or keys. */
const WANTED = /^\/(?:etc|home|opt|root|srv|usr\/local)\//
const SECRET = /^\/etc\/(?:g?shadow|sudoers|ssh|ssl|ipsec|wireguard)|\/\.ssh\/|\.(?:key|pem)$/

/** A file that is given. */
export function fileInput(path: string, { reading }: ScriptFile): Input | undefined {
  const given = reading.options.files?.get(path)
  if (given === undefined || given.length > MAX_SIZE) {
    if (WANTED.test(path) && !SECRET.test(path)) reading.collector.wants(path)
    return undefined
  }
  const lines = linesOf(given)
  return { lines, placeOf: (index) => ({ file: path, line: index + 1, text: lines[index]?.trim() ?? '' }) }
}

/** The text of `echo …` or `printf …`. */
function echoed(node: SyntaxNode | undefined, environment: Environment): string | undefined {
  if (node?.type !== 'Command') return undefined
  const words = wordsOf(node, environment)
  if (!words.ok) return undefined
  const [program = '', ...fields] = withoutPrefix(words.fields)
  if (program === 'echo') return fields.filter((field) => !/^-[neE]+$/.test(field)).join(' ')
  if (program !== 'printf') return undefined
  const [format = '', value = ''] = fields
  if (/^%[sd](?:\\n)?$/.test(format)) return value
  return format.includes('%') ? undefined : format.replaceAll('\\n', '\n').replaceAll('\\t', '\t').trimEnd()
}

/** What a command writes: `echo …`, `printf …`, `cat <<EOF`, `cat FILE`. */
export function outputInto(
  node: SyntaxNode | undefined,
  environment: Environment,
  script: ScriptFile,
): Input | undefined {
  if (node?.type !== 'Command') return undefined
  const written = echoed(node, environment)
  if (written !== undefined) return { lines: linesOf(written), placeOf: () => script.placeOf(node.pos) }
  const words = wordsOf(node, environment)
  const [program, path, ...more] = words.ok ? words.fields : []
  if (program !== 'cat' || more.length > 0) return undefined
  if (path !== undefined && path !== '-') return fileInput(path, script)
  const input = inputOf(node.redirects, environment, script)
  return input === undefined || 'why' in input ? undefined : input
}

/** `read a b`: sets the variables to the fields of the first line. */
export function readVariables(
  command: Command,
  environment: Environment,
  script: ScriptFile,
): readonly Outcome[] {
  const input = inputOf(command.redirects, environment, script)
  const line = input === undefined || 'why' in input ? undefined : input.lines[0]
  setFields(command, line, environment)
  return [{ environment, ok: true }]
}

/** Sets the variables of `read` to the fields of a line; undefined if it is not known. */
export function setFields(command: Command, line: string | undefined, environment: Environment): void {
  const args = argumentWords(command).map(({ value }) => value)
  const names = args.filter((arg) => !arg.startsWith('-'))
  const ifs = command.prefix.find((each) => each.type === 'Assignment' && each.name === 'IFS')
  const separators =
    ifs?.type === 'Assignment' && ifs.value.type === 'Word'
      ? separatorsOf(expandText(ifs.value, environment))
      : separatorsOf(environment.variables.get('IFS'))
  const isPlain = args.every((arg) => !arg.startsWith('-') || arg === '-r')
  const isArray = args.length === 2 && /^-r?a$/.test(args[0] ?? '')
  // Without -r, a backslash takes the meaning of the next character away.
  const isRead =
    line !== undefined && separators !== undefined && (args.includes('-r') || isArray || !line.includes('\\'))
  if (!isRead || !(isPlain || isArray)) {
    for (const name of names)
      environment.variables.set(
        name,
        unknown(`\`$${name}\` is what \`read\` reads, and its input is not known`),
      )
    return
  }
  let rest = line.trim()
  const [last = 'REPLY'] = names.slice(-1)
  if (isArray)
    return void environment.variables.set(last, {
      kind: 'list',
      texts: rest === '' ? [] : rest.split(separators),
    })
  for (const name of names.slice(0, -1)) {
    const separator = separators.exec(rest)
    const end = separator?.index ?? rest.length
    environment.variables.set(name, text(rest.slice(0, end)))
    rest = rest.slice(end + (separator?.[0].length ?? 0))
  }
  environment.variables.set(last, text(rest))
}
