// Numbers that other software uses: priorities, tables, marks and protocols.
import { WHOLE_MARK, marksOverlap, type Fwmark } from '../kernel/fwmark.js'
import type { Preference } from '../kernel/preference.js'
import type { TableId } from '../kernel/table.js'

/** Inclusive. */
export type NumberRange = readonly [first: number, last: number]

export interface Software {
  /** The name for `coexist`. */
  readonly name: string
  /** A short description. */
  readonly title: string
  /** Bands of rule priorities. */
  readonly prefs: readonly NumberRange[]
  /** Bands of table numbers. */
  readonly tables: readonly NumberRange[]
  /** Bits of the mark that it sets and clears, independent of the other bits. */
  readonly markBits: number
  /** Bands of whole marks: its packets have exactly this value. */
  readonly marks: readonly NumberRange[]
  /** Routing protocols (RTPROT_…) of its routes and rules. */
  readonly protocols: readonly number[]
  /** Patterns of its link names; `*` matches any characters and `?` one. */
  readonly links: readonly string[]
  /** Whether it adds rules without a priority: the kernel then puts each directly after the local rule. */
  readonly unnumbered: boolean
  /** Sources of the numbers: source files, manual pages. */
  readonly sources: readonly string[]
}

/** A single number is a band of one. */
interface Written extends Partial<Pick<Software, 'markBits' | 'protocols' | 'links' | 'unnumbered'>> {
  readonly prefs?: readonly (number | NumberRange)[]
  readonly tables?: readonly (number | NumberRange)[]
  readonly marks?: readonly (number | NumberRange)[]
  readonly sources: readonly [string, ...string[]]
}

export const software = (name: string, title: string, written: Written): Software => ({
  name,
  title,
  prefs: bandsOf(written.prefs),
  tables: bandsOf(written.tables),
  markBits: written.markBits ?? 0,
  marks: bandsOf(written.marks),
  protocols: written.protocols ?? [],
  links: written.links ?? [],
  unnumbered: written.unnumbered ?? false,
  sources: written.sources,
})

const bandsOf = (written: readonly (number | NumberRange)[] = []): readonly NumberRange[] =>
  written.map((each) => (typeof each === 'number' ? [each, each] : each))

export const bandOf = (bands: readonly NumberRange[], number: number): NumberRange | undefined =>
  bands.find(([first, last]) => first <= number && number <= last)

export const softwareOfPref = (all: readonly Software[], pref: Preference): Software | undefined =>
  all.find(({ prefs }) => bandOf(prefs, pref) !== undefined)

export const softwareOfTable = (all: readonly Software[], table: TableId): Software | undefined =>
  all.find(({ tables }) => bandOf(tables, table) !== undefined)

/** Software that uses a bit of the mark, or sets a whole mark that it matches. */
export const softwareOfMark = (all: readonly Software[], mark: Fwmark): Software | undefined =>
  // Bitwise operators give signed 32-bit numbers, so only a comparison with 0 is safe.
  all.find(({ markBits, marks }) => (markBits & countedBits(mark)) !== 0 || meets(marks, mark))

/** Bits that matter: for a whole mark only the set ones, since unmarked packets have 0 in the others. */
const countedBits = ({ value, mask }: Fwmark): number => (mask === WHOLE_MARK ? value : mask)

const meets = (bands: readonly NumberRange[], mark: Fwmark): boolean =>
  bands.some((band) => aligned(band).some((block) => marksOverlap(block, mark)))

/** Splits the band into aligned blocks of one mark and mask each, as a range of addresses into prefixes. */
function aligned([first, last]: NumberRange): readonly Fwmark[] {
  const blocks: Fwmark[] = []
  for (let start = first; start <= last;) {
    let size = 1
    while (start % (size * 2) === 0 && start + size * 2 - 1 <= last) size *= 2
    blocks.push({ value: start, mask: WHOLE_MARK - (size - 1) })
    start += size
  }
  return blocks
}
