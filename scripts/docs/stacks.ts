// Tables of targets: what each stack can express, its settings, files and steps.
import { stepsAfterFiles, stepsBeforeFiles } from '../../src/targets/steps.js'
import { targets } from '../../src/targets/index.js'
import { features, featureTitles } from '../../src/plan/features.js'
import { matrixOf, remarkOf, supportWord, type MatrixRow } from '../../src/targets/matrix.js'
import type { RenderedFile, Step, Target } from '../../src/targets/target.js'
import { schemaAt, shapeOf } from './keys.js'
import type { Hosts } from './hosts.js'
import { code, fence, fold, table } from './markdown.js'

const all: readonly Target[] = targets

export function targetNamed(id: string): Target {
  const found = all.find((target) => target.id === id)
  if (found === undefined) throw new Error(`no target is called ${id}`)
  return found
}

export const targetTable = (): string =>
  table(
    ['target', 'program', 'default version'],
    all.map(({ id, title, consumer, defaultVersion }) => [
      `[${id}](targets/${id}.md)`,
      title,
      `${consumer} ${defaultVersion}`,
    ]),
  )

/** `rule: from`, `rule: to` → `rule: from, to`. */
function joinTitles(titles: readonly string[]): string {
  const joined: string[] = []
  let last = ''
  for (const title of titles) {
    const kind = /^(rule: |route: |route type )/.exec(title)?.[1] ?? ''
    const isSame = kind !== '' && kind === last
    joined.push((isSame ? title.slice(kind.length) : title).replace(', IPv', ' IPv'))
    last = kind
  }
  return joined.join(', ')
}

/** For each stack: what its own language expresses, what a hook or a drop-in does instead, and why. */
export function nativeLists(): string {
  const { variants, rows } = matrixOf(all)
  const beside = variants.map((_, index) => besideOf(rows, index))
  const [first = []] = beside
  const isCommon = (text: string): boolean => beside.every((texts) => texts.includes(text))
  const lists = variants.map(({ name }, index) => {
    const titles = rows.flatMap(({ title, support }) => (support[index]?.how === 'native' ? [title] : []))
    const others = (beside[index] ?? []).filter((text) => !isCommon(text))
    return [
      `**${name}**\n`,
      `- native: ${joinTitles(titles)}`,
      ...(others.length === 0 ? ['- nothing else'] : others),
    ].join('\n')
  })
  return [['**every stack**\n', ...first.filter(isCommon)].join('\n'), ...lists].join('\n\n')
}

/** Items of a list: the features that are not native for the same reason. */
function besideOf(rows: readonly MatrixRow[], variant: number): readonly string[] {
  const groups = new Map<string, string[]>()
  for (const { title, support } of rows) {
    const own = support[variant]
    if (own?.how !== 'hook' && own?.how !== 'drop-in') continue
    const reason = `${own.how}, since ${own.why}`
    groups.set(reason, [...(groups.get(reason) ?? []), title])
  }
  return [...groups].map(([reason, titles]) => `- ${joinTitles(titles)}: ${reason}`)
}

export function settingsTable(id: string): string {
  const { settings } = targetNamed(id)
  const { properties = {} } = schemaAt(`targets.${id}`).anyOf?.[0] ?? {}
  const rows = Object.entries(properties).map(([name, schema]) => [
    code(name),
    shapeOf(schema),
    name === 'version' ? (schema.description ?? '') : (settings[name] ?? schema.description ?? ''),
  ])
  return table(['setting', 'shape', 'meaning'], rows)
}

export const fileTable = (id: string, host: string, hosts: Hosts): string =>
  table(
    ['file', 'mode', 'owner'],
    hosts
      .output(host, id)
      .files.map((file) =>
        'symlink' in file
          ? [code(file.path), `→ ${code(file.symlink)}`, '']
          : [code(file.path), code(file.mode.toString(8).padStart(4, '0')), code(file.owner)],
      ),
  )

/** Steps in order, with the copy of the files between those before and after it. */
export function stepList(id: string, host: string, when: 'first' | 'change', hosts: Hosts): string {
  const steps = hosts.output(host, id)[when]
  const copy: Step = { command: '', why: '' }
  return [...stepsBeforeFiles(steps), copy, ...stepsAfterFiles(steps)]
    .map((step, index) =>
      step === copy ? `${index + 1}. Copy the files.` : `${index + 1}. ${code(step.command)}<br>${step.why}`,
    )
    .join('\n')
}

export function outputFence(file: RenderedFile): string {
  if ('symlink' in file) throw new Error(`${file.path} is a link`)
  return fence(languageOf(file.path), file.content)
}

export const foldedOutput = (file: RenderedFile, title: string): string =>
  fold(`${title}: <code>${file.path}</code>`, outputFence(file))

export function languageOf(path: string): string {
  if (/\.(network|nmconnection)$|networkd\.conf\.d/.test(path)) return 'ini'
  if (/\.yaml$/.test(path)) return 'yaml'
  return /\.sh$|dispatcher\.d|conf\.d\/net/.test(path) ? 'sh' : 'text'
}

/** Support that depends on one setting: a column for each value, and only the rows that differ. */
export function differenceTable(id: string, setting: string): string {
  const target = targetNamed(id)
  const values = schemaAt(`targets.${id}.${setting}`).enum ?? []
  const records = values.map((value) => target.capabilities({ [setting]: value }))
  const rows = features
    .map((feature) => [
      featureTitles[feature],
      ...records.map((record) =>
        [supportWord(record[feature]), remarkOf(record[feature])].filter(Boolean).join(': '),
      ),
    ])
    .filter(([, ...words]) => new Set(words).size > 1)
  return table(['', ...values.map(String)], rows)
}
