// What does one program take for itself? Its numbers, and whose a number is among several programs.
import { WHOLE_MARK, marksOverlap, type Fwmark } from '../kernel/fwmark.js'
import type { Preference } from '../kernel/preference.js'
import type { TableId } from '../kernel/table.js'

/** First and last, both within. */
export type NumberRange = readonly [first: number, last: number]

export interface Software {
  /** As `coexist` takes it. */
  readonly name: string
  /** What it is, for whoever does not know the name. */
  readonly title: string
  /** Bands of rule preferences. */
  readonly prefs: readonly NumberRange[]
  /** Bands of table numbers. */
  readonly tables: readonly NumberRange[]
  /** Bits of the mark that it sets and clears, whatever the others say. */
  readonly markBits: number
  /** Bands of marks that it gives whole: a packet of its own bears exactly this number. */
  readonly marks: readonly NumberRange[]
  /** Numbers of `protocol` (RTPROT_…) that its routes or rules bear. */
  readonly protocols: readonly number[]
  /** Names of its links; `*` stands for any characters and `?` for one. */
  readonly links: readonly string[]
  /** Whether it adds rules without a preference: the kernel then puts each in front of all but the local one. */
  readonly unnumbered: boolean
  /** Where the numbers are written: files of its own source, manual pages. */
  readonly sources: readonly string[]
}

/** A lone number stands for the band that holds nothing else. */
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

/** Who sets or reads a bit that the mark counts, or gives a packet a whole mark that it would match. */
export const softwareOfMark = (all: readonly Software[], mark: Fwmark): Software | undefined =>
  // Bitwise operators work on 32 signed bits, so compare with 0 alone.
  all.find(({ markBits, marks }) => (markBits & countedBits(mark)) !== 0 || meets(marks, mark))

/** Of a whole mark only the bits that are set are anybody's: all others are asked to be 0, which they are at first. */
const countedBits = ({ value, mask }: Fwmark): number => (mask === WHOLE_MARK ? value : mask)

const meets = (bands: readonly NumberRange[], mark: Fwmark): boolean =>
  bands.some((band) => aligned(band).some((block) => marksOverlap(block, mark)))

/** The band as blocks of which each is one mark with a mask, as prefixes make up a range of addresses. */
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
