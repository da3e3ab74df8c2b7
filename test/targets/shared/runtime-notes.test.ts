import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { topics, topicTitles, type Topic } from '../../../src/targets/shared/runtime-notes.js'
import { allVariants } from '../../compare/stacks.js'

const root = fileURLToPath(new URL('../../..', import.meta.url))

/** Anchors that GitHub and GitLab generate from headings. */
const anchorsOf = (text: string): readonly string[] =>
  [...text.matchAll(/^#+ (.*)$/gm)].map((match) =>
    (match[1] ?? '')
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  )

const cases = allVariants.flatMap((variant) =>
  (['full', 'routing'] as const).map((manage) => ({ ...variant, manage })),
)

describe.each(cases)('$name, manage: $manage', ({ target, settings, manage }) => {
  const behaviour = target.behaviour(settings, manage)

  it.each(topics)('has a sentence on %s, and a heading that explains more', (topic: Topic) => {
    const { text, source } = behaviour[topic]
    expect(text).toMatch(/^(?:networkd|[A-Z`]).*\.$/)
    const [path = '', anchor = ''] = source.split('#')
    expect(anchorsOf(readFileSync(`${root}/${path}`, 'utf8'))).toContain(anchor)
  })

  it('names only commands that its document has', () => {
    for (const topic of topics) {
      const { text, source } = behaviour[topic]
      const documents = [source, `docs/targets/${target.id}.md`].map((path) =>
        readFileSync(`${root}/${path.split('#')[0] ?? ''}`, 'utf8'),
      )
      for (const [, command = ''] of text.matchAll(/`([^`]+)`/g))
        expect(documents.join('\n'), `${target.id} ${topic}`).toContain(command)
    }
  })
})

describe('behaviour', () => {
  it('differs with versions, flavours and renderers', () => {
    const textCount = (id: string, topic: Topic) =>
      new Set(
        allVariants
          .filter(({ target }) => target.id === id)
          .map(({ target, settings }) => target.behaviour(settings, 'full')[topic].text),
      ).size
    expect(textCount('ifupdown', 'stop')).toBe(3)
    expect(textCount('networkd', 'others')).toBe(3)
    expect(textCount('networkd', 'restart')).toBe(2)
    expect(textCount('netplan', 'boot')).toBe(4)
    expect(textCount('nm-dispatcher', 'others')).toBe(2)
  })

  it('differs for a script beside stanzas of other files', () => {
    for (const { target, settings } of allVariants.filter(({ target: { id } }) => id === 'ifupdown')) {
      const [own, beside] = [target.behaviour(settings, 'full'), target.behaviour(settings, 'routing')]
      expect(topics.filter((topic) => own[topic].text !== beside[topic].text)).toEqual([
        'boot',
        'change',
        'removal',
      ])
    }
  })

  it('has a title for each topic', () => {
    expect(new Set(Object.values(topicTitles)).size).toBe(topics.length)
  })
})
