import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { compile } from '../../src/compile.js'
import { content, html, jsonElement, prose } from '../../src/page/markup.js'
import { examplesOf } from '../../src/page/model/examples.js'
import { parsePacketQuery } from '../../src/syntax/packet-query.js'
import { compileFixture, fixtureNamed, goodFixtures } from '../helpers/fixtures.js'
import { pageNamed, pageOfFixture, pageOfHostile, pageOfText } from './pages.js'

const within = (page: string, start: string, end: string): string => {
  const from = page.indexOf(start)
  return from === -1 ? '' : page.slice(from + start.length, page.indexOf(end, from))
}

const hashOf = (text: string): string => `sha256-${createHash('sha256').update(text).digest('base64')}`

describe('markup', () => {
  it('takes what is put in for text', () => {
    expect(html`<p title="${'a"b'}">${'<img src=x onerror=alert(1)> & co'}</p>`.markup).toBe(
      '<p title="a&quot;b">&lt;img src=x onerror=alert(1)&gt; &amp; co</p>',
    )
  })

  it('leaves quotes in lines of files, where they have no power', () => {
    expect(content('a="b" <c> & \u202e').markup).toBe('a="b" &lt;c&gt; &amp; \ufffd')
  })

  it('shows what would turn the direction of reading, or is no character', () => {
    expect(html`${'a\u202eb\u0000c\ud800d'}`.markup).toBe('a\ufffdb\ufffdc\ufffdd')
  })

  it('lets no JSON end its element', () => {
    const { markup } = jsonElement('data', { text: '</script><!--<script>\u2028' })
    expect(markup.match(/</g)).toHaveLength(2)
    expect(JSON.parse(within(markup, '>', '</script>'))).toEqual({ text: '</script><!--<script>\u2028' })
  })

  it('makes code of what stands between backticks', () => {
    expect(prose('runs `up <x>` at boot').markup).toBe('runs <code>up &lt;x&gt;</code> at boot')
  })
})

describe('the page', () => {
  const page = pageNamed('two-providers')

  it('lets run what its policy names, and nothing else', () => {
    const policy = within(page, 'http-equiv="Content-Security-Policy"', '/>')
    expect(policy).toContain("default-src 'none'")
    expect(policy).toContain("base-uri 'none'")
    expect(policy).toContain("form-action 'none'")
    expect(policy).toContain(`script-src '${hashOf(within(page, '<script>', '</script>'))}'`)
    expect(policy).toContain(`style-src '${hashOf(within(page, '<style>', '</style>'))}'`)
    expect(policy).not.toContain('unsafe')
  })

  it('has neither handlers nor styles in attributes, and names no other place', () => {
    const own = page
      .replace(within(page, '<style>', '</style>'), '')
      .replace(within(page, '<script>', '</script>'), '')
    expect(/<[^>]*\s(on[a-z]+|style|src)=/.exec(own)?.[0]).toBeUndefined()
    expect(/(href|action)="(?!#).{9}/.exec(own)?.[0]).toBeUndefined()
  })

  it('grows with the files and not beyond: three times their bytes, and a program of its own', () => {
    const count = 30
    const numbers = Array.from({ length: count }, (_, index) => index)
    const text = [
      'version: 1',
      'links:',
      ...numbers.map((index) => `  wan${index}: { addresses: [203.0.${index}.10/24] }`),
      '  lan0: { addresses: [10.0.0.1/24] }',
      'gateways:',
      ...numbers.map((index) => `  provider-${index}: { link: wan${index}, via: 203.0.${index}.1 }`),
      'default: { failover: [provider-0, provider-1] }',
      'rules:',
      ...numbers.map((index) => `  - { from: 10.0.0.${index * 8}/29, gateway: provider-${index} }`),
      '',
    ].join('\n')
    const files = [...compile(text).outputs.values()].flatMap((output) => output.files)
    const bytes = files.reduce(
      (sum, file) => sum + ('content' in file ? Buffer.byteLength(file.content) : 0),
      0,
    )
    expect(bytes).toBeGreaterThan(300_000)
    expect(Buffer.byteLength(pageOfText(text))).toBeLessThan(3 * bytes + 200_000)
  })

  it('has the same bytes each time', () => {
    expect(pageNamed('two-providers') === page).toBe(true)
  })

  it('has every line of every file', () => {
    const missing: string[] = []
    for (const [id, { files }] of compileFixture(fixtureNamed('two-providers')).outputs)
      for (const file of files)
        for (const line of 'content' in file ? file.content.split('\n') : []) {
          const shown = `>${content(line.replaceAll('description.yaml', 'two-providers.yaml')).markup}\n`
          if (!page.includes(shown)) missing.push(`${id} ${file.path}: ${line}`)
        }
    expect(missing).toEqual([])
  })

  it('draws the ladder, the tables and the ways out, twice', () => {
    for (const key of ['r0', 't101', 't254', 'l wan0', 'w fiber', 'w cable', 'i lan0'])
      expect(page.split(`data-key="${key}"`).length - 1, key).toBeGreaterThanOrEqual(2)
  })

  it('says so where there is too much to draw', () => {
    const rules = Array.from({ length: 100 }, (_, index) => `  - { from: 10.1.${index}.0/24, gateway: up }`)
    const many = pageOfText(
      [
        'version: 1',
        'links:',
        '  eth0: { addresses: [192.0.2.10/24] }',
        'gateways:',
        '  up: { link: eth0, via: 192.0.2.1 }',
        'rules:',
        ...rules,
        '',
      ].join('\n'),
    )
    expect(many.includes('class="drawing')).toBe(false)
    expect(many.includes('too many rules')).toBe(true)
  })
})

describe('hostile words', () => {
  const word = `</script></title><img src=x onerror=alert(1)><!-- " ' \u202e`
  const elements = (page: string) => page.match(/<[a-z]+/g)?.length

  it('in every place that a text can have are text', () => {
    const page = pageOfHostile(word)
    expect(page.includes('&lt;img src=x onerror=alert(1)&gt;')).toBe(true)
    expect(page.includes('<img')).toBe(false)
    expect(page.includes('\u202e')).toBe(false)
    expect(page.match(/<\/script/g)).toHaveLength(2)
    expect(page.match(/<!--/g)).toBeNull()
    // Of the same words, since a long name breaks the line of a header.
    const harmless = word.replace(/[^ /]/g, 'x')
    expect(elements(page)).toBe(elements(pageOfHostile(harmless)))
  })
})

describe('every good fixture', () => {
  it.each(goodFixtures)('$name: has a page below 400 kB, and examples that can be asked', (fixture) => {
    const { plan } = compile(fixture.text, { targets: [] })
    expect(plan).toBeDefined()
    if (plan === undefined) return
    const examples = examplesOf(plan)
    expect(examples.length).toBeGreaterThan(0)
    for (const { words } of examples)
      expect(parsePacketQuery(words.split(' '), plan), words).toMatchObject({ ok: true })
    const page = pageOfFixture(fixture)
    expect(page.includes('<h1>')).toBe(true)
    expect(Buffer.byteLength(page)).toBeLessThan(400_000)
  })
})
