import { describe, expect, test } from 'vitest'
import { narrowDrawing } from '../../src/page/drawing/narrow.js'
import { fit, widthOf, wrap } from '../../src/page/drawing/text-metrics.js'
import { wideDrawing } from '../../src/page/drawing/wide.js'
import { sceneOf } from '../../src/page/model/diagram.js'
import { goodFixtures } from '../helpers/fixtures.js'
import { planOf } from './pages.js'

const face = { size: 10, isMono: true }

describe('text in a drawing', () => {
  test('is cut where it has no room, and never wider than that', () => {
    expect(fit('short', 100, face)).toBe('short')
    const cut = fit('a text that is by far too long for it', 60, face)
    expect(cut).toMatch(/^a text.*…$/)
    expect(widthOf(cut, face)).toBeLessThanOrEqual(60)
  })

  test('counts characters, not the units that they are made of', () => {
    expect(widthOf('😀', face)).toBe(widthOf('a', face))
    expect(fit('😀😀😀😀', widthOf('aaa', face), face)).toBe('😀😀…')
  })

  test('is broken between words', () => {
    const lines = wrap('ipproto tcp dport 25 from 10.0.0.0/8', widthOf('ipproto tcp dport', face), face)
    expect(lines).toEqual(['ipproto tcp dport', '25 from', '10.0.0.0/8'])
  })
})

interface Box {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

/** Of what has an outline of its own. */
const boxesIn = (markup: string): readonly Box[] =>
  [
    ...markup.matchAll(
      /<rect\s+x="([\d.-]+)"\s+y="([\d.-]+)"\s+width="([\d.]+)"\s+height="([\d.]+)"\s+rx="5"\s+class="(?:card|link|way|entry)box"/g,
    ),
  ].map(([, x, y, width, height]) => ({
    x: Number(x),
    y: Number(y),
    width: Number(width),
    height: Number(height),
  }))

const meet = (a: Box, b: Box): boolean =>
  a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height

describe.each([
  ['wide', wideDrawing],
  ['narrow', narrowDrawing],
] as const)('the %s drawing', (_, draw) => {
  test.each(goodFixtures)('$name: nothing lies on anything else, and nothing outside', (fixture) => {
    const scene = sceneOf(planOf(fixture))
    if (scene === undefined) throw new Error('nothing to draw')
    const { markup } = draw(scene)
    const boxes = boxesIn(markup)
    expect(boxes.length).toBeGreaterThanOrEqual(scene.cards.length + scene.links.length)
    const overlaps = boxes.flatMap((box, index) => boxes.slice(index + 1).filter((other) => meet(box, other)))
    expect(overlaps).toEqual([])
    const [, left = 0, top = 0, width = 0, height = 0] =
      /viewBox="(\S+) (\S+) (\S+) (\S+)"/.exec(markup)?.map(Number) ?? []
    const outside = boxes.filter(
      (box) =>
        box.x < left || box.y < top || box.x + box.width > left + width || box.y + box.height > top + height,
    )
    expect(outside).toEqual([])
  })

  test.each(goodFixtures)('$name: whatever the scene has is there, by its key', (fixture) => {
    const scene = sceneOf(planOf(fixture))
    if (scene === undefined) throw new Error('nothing to draw')
    const { markup } = draw(scene)
    const keys = [
      ...scene.entries,
      ...scene.rows,
      ...scene.cards,
      ...scene.cards.flatMap(({ lines }) => lines),
      ...scene.links,
      ...scene.links.flatMap(({ ways }) => ways),
    ].map(({ key }) => key)
    expect(keys.filter((key) => !markup.includes(`data-key="${key.replaceAll('>', '&gt;')}"`))).toEqual([])
  })
})
