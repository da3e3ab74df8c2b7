// Comments of a description for what it lacks: `# not imported: FILE:LINE: TEXT (WHY)`.
import type { Place } from '../found/found.js'
import { outlineOf, outlineText, type Block } from './outline.js'
import type { SourcePlan } from './source-plan.js'

export interface Lacking {
  /** `line`: 0 for the whole file. */
  readonly place: Place
  readonly why: string
}

/** Each comment is above the link that the lines before it configure, above `rules`, or at the end. */
export function withLacking(description: string, lacking: readonly Lacking[], source: SourcePlan): string {
  if (lacking.length === 0) return description
  const homeOf = homes(source)
  const comments = new Map<string, string[]>()
  for (const one of lacking) {
    const home = homeOf(one.place)
    const list = comments.get(home) ?? []
    comments.set(home, list)
    list.push(commentOf(one))
  }
  /** Removes what it returns. */
  const take = (home: string, indent: string): readonly string[] => {
    const list = comments.get(home) ?? []
    comments.delete(home)
    return list.map((line) => `${indent}${line}`)
  }
  const blocks = outlineOf(description).map((block): Block => {
    const above = take(block.key, '')
    if (block.key !== 'links') return { ...block, lines: [...above, ...block.lines] }
    return {
      ...block,
      lines: [...above, ...block.lines],
      entries: block.entries.map((entry) => ({
        ...entry,
        lines: [...take(`links.${entry.name}`, '  '), ...entry.lines],
      })),
    }
  })
  const rest = [...comments.values()].flat().map((line) => `${line}\n`)
  return `${outlineText(blocks)}${rest.join('')}`
}

/** The link or the list that a line concerns: that of the last line before it in its file which gave something. */
function homes({ plan, links, placeOf }: SourcePlan): (place: Place) => string {
  const byFile = new Map<string, { readonly line: number; readonly home: string }[]>()
  const add = (place: Place | undefined, home: string): void => {
    if (place === undefined) return
    const list = byFile.get(place.file) ?? []
    byFile.set(place.file, list)
    list.push({ line: place.line, home })
  }
  for (const { name, place } of links.values()) add(place, `links.${name}`)
  for (const { nexthops, origin } of plan.state.routes)
    if (nexthops[0] !== undefined) add(placeOf(origin.path), `links.${nexthops[0].dev}`)
  for (const { origin } of plan.state.rules) add(placeOf(origin.path), 'rules')
  for (const list of byFile.values()) list.sort((a, b) => a.line - b.line)
  return ({ file, line }) => {
    const list = byFile.get(file) ?? []
    const home = list.findLast((item) => item.line <= line) ?? list[0]
    return home?.home ?? ''
  }
}

const MAX_TEXT = 200

function commentOf({ place: { file, line, text }, why }: Lacking): string {
  const cut = [...text].length > MAX_TEXT ? `${[...text].slice(0, MAX_TEXT).join('')}…` : text
  const where = line > 0 ? `${file}:${line}: ` : file === '' ? '' : `${file}: `
  return oneLine(`# not imported: ${where}${cut}${text === '' ? '' : ' '}(${why})`)
}

/** YAML ends a comment at each line break, and forbids control characters and lone surrogates in it. */
const oneLine = (text: string): string =>
  text.replace(/[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\p{Bidi_Control}\ufeff\ufffe\uffff]/gu, ' ')
