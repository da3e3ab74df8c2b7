// Manual pages: multihome(1), one of each command, multihome(5) of the description, and multihome.yaml(5) of a
// repository of hosts; troff with the macros of man(7).
import manifest from '../../package.json' with { type: 'json' }
import { commands, groups, helpCommand } from '../../src/cli/commands.js'
import { wrap } from '../../src/cli/format/columns.js'
import { overview, optionRows, positionalRows, type Row } from '../../src/cli/usage/help.js'
import { commonOptions, exampleLine, usageLine, type Usage } from '../../src/cli/usage/usage.js'
import { keyRows, repositoryRows, type KeyRow } from './keys.js'

interface Page {
  /** `multihome-render` */
  readonly name: string
  readonly section: 1 | 5
  readonly describe: string
  readonly body: readonly string[]
}

export interface ManualFile {
  /** `multihome-render.1` */
  readonly name: string
  readonly text: string
}

/** `date`: day of the version, as `2026-12-01`. */
export async function manualPages(date: string): Promise<readonly ManualFile[]> {
  const ofCommands = await Promise.all(
    commands.map(async ({ name, describe, load }) => commandPage(name, describe, (await load()).usage)),
  )
  return [mainPage(), ...ofCommands, descriptionPage(), repositoryPage()].map((page) => ({
    name: `${page.name}.${page.section}`,
    text: `${[...head(page, date), ...page.body].join('\n')}\n`,
  }))
}

const head = ({ name, section, describe }: Page, date: string): readonly string[] => [
  '.\\" Generated from the same source as multihome --help.',
  `.TH ${name.toUpperCase()} ${section} ${date} "multihome ${manifest.version}" "${section === 1 ? 'User Commands' : 'File Formats'}"`,
  // Commands and names of keys must not be hyphenated.
  '.nh',
  '.SH NAME',
  lines(`${escape(name)} \\- ${escape(describe)}`),
]

function mainPage(): Page {
  const rows = (group: string): readonly string[] =>
    [...commands, helpCommand]
      .filter((each) => each.group === group)
      .flatMap(({ name, describe }) =>
        entry(
          name === helpCommand.name ? bold('multihome help') : reference(commandPageName(name), 1),
          describe,
        ),
      )
  return {
    name: 'multihome',
    section: 1,
    describe: overview.describe,
    body: [
      '.SH SYNOPSIS',
      synopsis(overview.usage),
      '.SH DESCRIPTION',
      prose(`${manifest.description} Without a command it prints help.`),
      `The file format is explained in ${reference('multihome', 5)}.`,
      '.SH COMMANDS',
      ...groups.flatMap((group) => [`.SS ${group}`, ...rows(group)]),
      ...options('OPTIONS', optionRows(commonOptions)),
      ...exitStatus(),
      ...examples(overview.examples),
      ...seeAlso([
        ['multihome', 5],
        ['multihome.yaml', 5],
        ...commands.map(({ name }) => [commandPageName(name), 1] as const),
        ['ip-route', 8],
        ['ip-rule', 8],
      ]),
    ],
  }
}

const commandPageName = (name: string): string => `multihome-${name}`

function commandPage(name: string, describe: string, usage: Usage): Page {
  return {
    name: commandPageName(name),
    section: 1,
    describe: `${describe.charAt(0).toLowerCase()}${describe.slice(1)}`,
    body: [
      '.SH SYNOPSIS',
      synopsis(usageLine(name, usage)),
      '.SH DESCRIPTION',
      prose(`${describe}. ${usage.notes ?? ''}`.trim()),
      ...options('ARGUMENTS', positionalRows(usage.positionals)),
      ...options('OPTIONS', optionRows(usage.options)),
      ...options('OPTIONS OF EVERY COMMAND', optionRows(commonOptions)),
      ...exitStatus(),
      ...examples(usage.examples ?? []),
      ...seeAlso([
        ['multihome', 1],
        ['multihome', 5],
      ]),
    ],
  }
}

function descriptionPage(): Page {
  const mappings = [
    ['TOP LEVEL', ''],
    ['LINKS', 'links.NAME'],
    ['GATEWAYS', 'gateways.NAME'],
    ['RULES', 'rules[]'],
    ['ROUTES', 'routes[]'],
    ['TABLES', 'tables.NAME'],
  ] as const
  return {
    name: 'multihome',
    section: 5,
    describe: 'description of the links, gateways and rules of a host',
    body: [
      '.SH DESCRIPTION',
      prose(
        'A description is a file in YAML 1.2 that describes one host: its links, its gateways, and which traffic uses which gateway. Each key is listed with the shape of its value. In a key, `NAME` stands for a name that you choose, and `[]` for each item of a list.',
      ),
      ...mappings.flatMap(([title, path]) => [`.SH ${title}`, ...keyRows(path).flatMap(keyEntry)]),
      ...examples([['$0 init', 'prints a description with every key explained']]),
      ...seeAlso([
        ['multihome', 1],
        ['multihome.yaml', 5],
        ['ip-route', 8],
        ['ip-rule', 8],
      ]),
    ],
  }
}

const repositoryPage = (): Page => ({
  name: 'multihome.yaml',
  section: 5,
  describe: 'settings of a repository of hosts',
  body: [
    '.SH DESCRIPTION',
    prose(
      'A file multihome.yaml in the root of a repository says where the descriptions of hosts are and what is rendered from them. Commands find it upwards from the current folder. Paths in it are relative to it, and the command line overrides all of it.',
    ),
    '.SH KEYS',
    ...repositoryRows().flatMap(keyEntry),
    ...examples([['$0 init --repository', 'begins a repository']]),
    ...seeAlso([
      ['multihome', 1],
      ['multihome', 5],
    ]),
  ],
})

function keyEntry({ key, shape, meaning, fallback, required }: KeyRow): readonly string[] {
  const facts = [meaning, required ? 'Required.' : '', fallback === '' ? '' : `Default: ${fallback}.`]
  return [...entry(bold(key), `Value: ${shape}`), '.br', prose(facts.filter((fact) => fact !== '').join(' '))]
}

const exitStatus = (): readonly string[] => [
  '.SH EXIT STATUS',
  ...overview.exits.flatMap(([status, text]) => entry(bold(status), text)),
]

const options = (title: string, rows: readonly Row[]): readonly string[] =>
  rows.length === 0 ? [] : [`.SH ${title}`, ...rows.flatMap(([term, text]) => entry(words(term), text))]

/** A term in troff, on one line, and its text. */
const entry = (term: string, text: string): readonly string[] => ['.TP', term, prose(text)]

const examples = (lines: readonly (readonly [string, string])[]): readonly string[] =>
  lines.length === 0
    ? []
    : ['.SH EXAMPLES', ...lines.flatMap(([line, text]) => entry(bold(exampleLine(line)), text))]

const seeAlso = (pages: readonly (readonly [string, number])[]): readonly string[] => [
  '.SH SEE ALSO',
  pages.map(([name, section]) => reference(name, section)).join(',\n'),
]

const reference = (name: string, section: number): string => `${bold(name)}(${section})`

const synopsis = (line: string): string => words(line)

/** Options and commands are bold, placeholders are italic: `-o, --out DIR`. */
const words = (text: string): string =>
  text.trim().replace(/[A-Za-z0-9-]+|[^A-Za-z0-9-]+/g, (word) => {
    if (/^[A-Z]+$/.test(word)) return `\\fI${escape(word)}\\fR`
    return /^[a-z-]/.test(word) ? bold(word) : escape(word)
  })

const bold = (text: string): string => `\\fB${escape(text)}\\fR`

/** Markdown of one paragraph, in lines of at most 80 bytes. A line of text must not begin with a dot. */
const prose = (markdown: string): string =>
  lines(
    markdown
      .replace(/\[([^\]]+)\]\([^)]+\)/g, '$1')
      .split(/`([^`]+)`/)
      .map((part, index) => (index % 2 === 0 ? escape(part) : bold(part)))
      .join(''),
  )

const lines = (text: string): string =>
  wrap(text, 78)
    .map((line) => line.replace(/^\./, '\\&.'))
    .join('\n')

/** Names of groff_char(7). A plain hyphen, quote or accent would become a typographic one, which nobody can paste. */
const escape = (text: string): string =>
  text.replace(/[\\\-'`^~]|[^\n -~]/gu, (character) => {
    const code = character.codePointAt(0) ?? 0
    return named[character] ?? `\\[u${code.toString(16).toUpperCase().padStart(4, '0')}]`
  })

const named: Readonly<Record<string, string>> = {
  '\\': '\\e',
  '-': '\\-',
  "'": '\\(aq',
  '`': '\\(ga',
  '^': '\\(ha',
  '~': '\\(ti',
  '’': '\\(cq',
}
