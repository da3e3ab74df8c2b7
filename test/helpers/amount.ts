// How much a test draws: a little in `npm test`, more in `npm run test:system`, which runs these tests once more.
export const drawsMany = process.env['MULTIHOME_DRAW_MANY'] === '1'

export const amount = (few: number, many: number): number => (drawsMany ? many : few)
