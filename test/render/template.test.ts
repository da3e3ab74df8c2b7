import { describe, expect, it } from 'vitest'
import type { Origin } from '../../src/plan/plan.js'
import { fill } from '../../src/render/template.js'
import { hook, line } from '../../src/render/views.js'

const origin = (name: string): Origin => ({ kind: 'table', table: name, path: ['tables', name] })

describe('a filled template', () => {
  const [first, second] = [origin('first'), origin('second')]
  const view = {
    banner: ['header'],
    blocks: [
      { comments: ['two of one block'], lines: [line('a = 1', first), hook('b = 2', second)] },
      { comments: [], lines: [line('}'), line('a = 1', first, second)] },
    ],
  }
  const { content, ownedLines } = fill('shared/blocks', view, 'common-file')

  it('has the lines of its view in order', () => {
    expect(content).toBe('# header\n\n# two of one block\na = 1\nb = 2\n\n}\na = 1\n')
  })

  it('says for each line with an origin its number, its origins and its mechanism', () => {
    expect(ownedLines()).toEqual([
      { number: 4, origins: [first], mechanism: 'common-file' },
      { number: 5, origins: [second], mechanism: 'hook' },
      { number: 8, origins: [first, second], mechanism: 'common-file' },
    ])
  })

  it('identifies an origin by the object itself, not by its content', () => {
    const twice = [origin('same'), origin('same')] as const
    const filled = fill('shared/blocks', {
      banner: [],
      blocks: [{ comments: [], lines: twice.map((one) => line('x', one)) }],
    })
    expect(filled.ownedLines().map(({ origins }) => twice.findIndex((one) => one === origins[0]))).toEqual([
      0, 1,
    ])
  })
})
