// Template engine: fills a template with its view, and computes on request which line configures which part of the plan.
import { templates } from './templates.generated.js'
import type { Line, LineMechanism, Views } from './views.js'

export type TemplateName = keyof Views

export interface Filled {
  readonly content: string
  /** Computed when asked for; lines that no view gave, and those without origin, are not among them. */
  readonly ownedLines: () => readonly OwnedLine[]
}

/** A line of a file that configures parts of the plan. */
export interface OwnedLine extends Required<Omit<Line, 'text'>> {
  /** From 1. */
  readonly number: number
}

/** `mechanism`: that of lines that have none of their own. */
export function fill<N extends TemplateName>(
  name: N,
  view: Views[N],
  mechanism: LineMechanism = 'native',
): Filled {
  return { content: templates[name](view), ownedLines: () => ownedLines(name, view, mechanism) }
}

/** Fills the template again with the number of each line for its text. No view holds a NUL, which cannot be in a file name or comment. */
function ownedLines<N extends TemplateName>(
  name: N,
  view: Views[N],
  mechanism: LineMechanism,
): readonly OwnedLine[] {
  const lines: Line[] = []
  const numbered = templates[name](withNumbers(view, lines) as Views[N]).split('\n')
  return numbered.flatMap((text, index) => {
    const found = /\0(\d+)\0/.exec(text)
    const line = found === null ? undefined : lines[Number(found[1])]
    if (line === undefined || line.origins.length === 0) return []
    return [{ number: index + 1, origins: line.origins, mechanism: line.mechanism ?? mechanism }]
  })
}

function withNumbers(value: unknown, lines: Line[]): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map((item) => withNumbers(item, lines))
  if (isLine(value)) return { text: `\0${lines.push(value) - 1}\0` }
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withNumbers(item, lines)]))
}

const isLine = (value: object): value is Line => 'origins' in value
