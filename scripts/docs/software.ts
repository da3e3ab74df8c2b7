// Tables of the numbers of other software, one for each kind of program.
import { clouds } from '../../src/software/clouds.js'
import { containers } from '../../src/software/containers.js'
import { proxies } from '../../src/software/proxies.js'
import { routers } from '../../src/software/routers.js'
import type { NumberRange, Software } from '../../src/software/software.js'
import { vpns } from '../../src/software/vpn.js'
import { code, table } from './markdown.js'

const kinds: Readonly<Record<string, readonly Software[]>> = { vpns, proxies, containers, routers, clouds }

export function softwareTable(kind: string): string {
  const all = kinds[kind]
  if (all === undefined) throw new Error(`no software is of the kind ${kind}`)
  return table(
    ['name', 'what', 'priorities', 'tables', 'marks', '`protocol`', 'links', 'written in'],
    all.map((each) => [
      code(each.name),
      each.title,
      cellOf([...bandTexts(each.prefs, String), ...(each.unnumbered ? ['any free'] : [])]),
      cellOf(bandTexts(each.tables, String)),
      cellOf([...(each.markBits === 0 ? [] : [`bits ${hex(each.markBits)}`]), ...bandTexts(each.marks, hex)]),
      cellOf(bandTexts(runsOf(each.protocols), String)),
      cellOf(each.links.map(code)),
      each.sources.map((source) => (source.includes(' ') ? source : code(source))).join('; '),
    ]),
  )
}

const cellOf = (texts: readonly string[]): string => (texts.length === 0 ? '–' : texts.join(', '))

const bandTexts = (bands: readonly NumberRange[], write: (number: number) => string): readonly string[] =>
  bands.map(([first, last]) => (first === last ? write(first) : `${write(first)}–${write(last)}`))

/** Ascending numbers; consecutive ones become a range. */
function runsOf(numbers: readonly number[]): readonly NumberRange[] {
  const runs: NumberRange[] = []
  for (const number of numbers) {
    const last = runs.at(-1)
    if (last !== undefined && last[1] === number - 1) runs[runs.length - 1] = [last[0], number]
    else runs.push([number, number])
  }
  return runs
}

const hex = (number: number): string => `0x${number.toString(16)}`
