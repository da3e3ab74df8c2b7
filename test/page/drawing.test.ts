import { describe, expect, test } from 'vitest'
import { drawDiagram } from '../../src/page/drawing/drawing.js'
import { fit, widthOf, wrap } from '../../src/page/drawing/text-metrics.js'
import { diagramOf } from '../../src/page/model/diagram.js'
import { goodFixtures } from '../helpers/fixtures.js'
import { planOf } from './pages.js'

const face = { size: 10, isMono: true }

describe('text in the drawing', () => {
  test('is cut to the width of its box', () => {
    expect(fit('short', 100, face)).toBe('short')
    const cut = fit('a text that is by far too long for it', 60, face)
    expect(cut).toMatch(/^a text.*…$/)
    expect(widthOf(cut, face)).toBeLessThanOrEqual(60)
  })

  test('counts characters, not UTF-16 units', () => {
    expect(widthOf('😀', face)).toBe(widthOf('a', face))
    expect(fit('😀😀😀😀', widthOf('aaa', face), face)).toBe('😀😀…')
  })

  test('breaks between words', () => {
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

/** Nodes with an outline. */
const boxesIn = (markup: string): readonly Box[] =>
  [
    ...markup.matchAll(
      /<rect\s+x="([\d.-]+)"\s+y="([\d.-]+)"\s+width="([\d.]+)"\s+height="([\d.]+)"\s+rx="5"\s+class="(?:table|link|uplink|source)box"/g,
    ),
  ].map(([, x, y, width, height]) => ({
    x: Number(x),
    y: Number(y),
    width: Number(width),
    height: Number(height),
  }))

const overlap = (a: Box, b: Box): boolean =>
  a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height

describe('the drawing', () => {
  test.each(goodFixtures)('$name: no node overlaps another or leaves the image', (fixture) => {
    const diagram = diagramOf(planOf(fixture))
    if (diagram === undefined) throw new Error('nothing to draw')
    const { markup } = drawDiagram(diagram)
    const boxes = boxesIn(markup)
    expect(boxes.length).toBeGreaterThanOrEqual(diagram.tables.length + diagram.links.length)
    const overlaps = boxes.flatMap((box, index) =>
      boxes.slice(index + 1).filter((other) => overlap(box, other)),
    )
    expect(overlaps).toEqual([])
    const [, left = 0, top = 0, width = 0, height = 0] =
      /viewBox="(\S+) (\S+) (\S+) (\S+)"/.exec(markup)?.map(Number) ?? []
    const outside = boxes.filter(
      (box) =>
        box.x < left || box.y < top || box.x + box.width > left + width || box.y + box.height > top + height,
    )
    expect(outside).toEqual([])
  })

  test.each(goodFixtures)(
    '$name: every source, rule, table, route, link and uplink is drawn with its key',
    (fixture) => {
      const diagram = diagramOf(planOf(fixture))
      if (diagram === undefined) throw new Error('nothing to draw')
      const { markup } = drawDiagram(diagram)
      const keys = [
        ...diagram.sources,
        ...diagram.rows,
        ...diagram.tables,
        ...diagram.tables.flatMap(({ lines }) => lines),
        ...diagram.links,
        ...diagram.links.flatMap(({ uplinks }) => uplinks),
      ].map(({ key }) => key)
      expect(keys.filter((key) => !markup.includes(`data-key="${key.replaceAll('>', '&gt;')}"`))).toEqual([])
    },
  )
})
