// Outline of a description as `writeDescription` writes it: top-level keys, and the entries of mappings below them.

export interface Block {
  /** `links`. */
  readonly key: string
  /** The line of the key; the whole value if it is no mapping of several lines. */
  readonly lines: readonly string[]
  /** Of a mapping whose entries have lines of their own. */
  readonly entries: readonly Entry[]
}

export interface Entry {
  readonly name: string
  readonly lines: readonly string[]
}

/** What is above the first key has the key ''. */
export function outlineOf(description: string): readonly Block[] {
  const blocks: { key: string; lines: string[]; entries: { name: string; lines: string[] }[] }[] = []
  for (const line of description.split('\n')) {
    const block = blocks.at(-1)
    const key = /^([a-z0-9-]+):/.exec(line)?.[1]
    const name = /^ {2}(?![ #-])(.+?):(?: |$)/.exec(line)?.[1]
    if (key !== undefined) blocks.push({ key, lines: [line], entries: [] })
    else if (line === '') continue
    else if (block === undefined) blocks.push({ key: '', lines: [line], entries: [] })
    else if (name !== undefined) block.entries.push({ name: unquoted(name), lines: [line] })
    else (block.entries.at(-1) ?? block).lines.push(line)
  }
  return blocks
}

const unquoted = (name: string): string => name.replace(/^(['"])(.*)\1$/s, '$2')

export const outlineText = (blocks: readonly Block[]): string =>
  blocks
    .flatMap(({ lines, entries }) => [...lines, ...entries.flatMap((entry) => entry.lines)])
    .map((line) => `${line}\n`)
    .join('')
