// Amounts of random cases and of fixtures: few cases in `npm test`, more in `npm run test:system`, which repeats these tests.
export const drawsMany = process.env['MULTIHOME_DRAW_MANY'] === '1'

export const amount = (few: number, many: number): number => (drawsMany ? many : few)

const takesAll = process.env['MULTIHOME_EVERY_FIXTURE'] === '1'

/** One item in three, from `offset` on; all with `MULTIHOME_EVERY_FIXTURE=1`. For slow tests of what the boots test too. */
export const oneInThree = <T>(items: readonly T[], offset: 0 | 1 | 2): readonly T[] =>
  takesAll ? items : items.filter((_, index) => index % 3 === offset)
