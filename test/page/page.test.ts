import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { compile } from '../../src/compile.js'
import { content, html, jsonElement, prose } from '../../src/page/markup.js'
import { examplesOf } from '../../src/page/model/examples.js'
import { parsePacketQuery } from '../../src/syntax/packet-query.js'
import { compileFixture, fixtureNamed, goodFixtures } from '../helpers/fixtures.js'
import { page as renderPage } from '../../src/page/page.js'
import { comparisonNamed, pageNamed, pageOfFixture, pageOfHostile, pageOfText } from './pages.js'

const within = (page: string, start: string, end: string): string => {
  const from = page.indexOf(start)
  return from === -1 ? '' : page.slice(from + start.length, page.indexOf(end, from))
}

const hashOf = (text: string): string => `sha256-${createHash('sha256').update(text).digest('base64')}`

describe('markup', () => {
  it('escapes every part', () => {
    expect(html`<p title="${'a"b'}">${'<img src=x onerror=alert(1)> & co'}</p>`.markup).toBe(
      '<p title="a&quot;b">&lt;img src=x onerror=alert(1)&gt; &amp; co</p>',
    )
  })

  it('leaves quotes in the lines of files', () => {
    expect(content('a="b" <c> & \u202e').markup).toBe('a="b" &lt;c&gt; &amp; \ufffd')
  })

  it('replaces control characters and marks that change the direction of text', () => {
    expect(html`${'a\u202eb\u0000c\ud800d'}`.markup).toBe('a\ufffdb\ufffdc\ufffdd')
  })

  it('escapes JSON so that it cannot end its element', () => {
    const { markup } = jsonElement('data', { text: '</script><!--<script>\u2028' })
    expect(markup.match(/</g)).toHaveLength(2)
    expect(JSON.parse(within(markup, '>', '</script>'))).toEqual({ text: '</script><!--<script>\u2028' })
  })

  it('marks text between backticks as code', () => {
    expect(prose('runs `up <x>` at boot').markup).toBe('runs <code>up &lt;x&gt;</code> at boot')
  })
})

describe('the page', () => {
  const page = pageNamed('two-providers')

  it('has a policy that allows only its own script and style', () => {
    const policy = within(page, 'http-equiv="Content-Security-Policy"', '/>')
    expect(policy).toContain("default-src 'none'")
    expect(policy).toContain("base-uri 'none'")
    expect(policy).toContain("form-action 'none'")
    expect(policy).toContain(`script-src '${hashOf(within(page, '<script>', '</script>'))}'`)
    expect(policy).toContain(`style-src '${hashOf(within(page, '<style>', '</style>'))}'`)
    expect(policy).not.toContain('unsafe')
  })

  it('has no handlers or styles in attributes, and no link to another page', () => {
    const own = page
      .replace(within(page, '<style>', '</style>'), '')
      .replace(within(page, '<script>', '</script>'), '')
    expect(/<[^>]*\s(on[a-z]+|style|src)=/.exec(own)?.[0]).toBeUndefined()
    expect(/(href|action)="(?!#).{9}/.exec(own)?.[0]).toBeUndefined()
  })

  it('is at most three times as large as the files, plus its script', () => {
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

  it('is deterministic', () => {
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

  it('links only to elements that it has', () => {
    const targets = [...page.matchAll(/href="#([^"]+)"/g)].map(([, id]) => id)
    expect(targets.length).toBeGreaterThan(4)
    expect(targets.filter((id) => !page.includes(`id="${id ?? ''}"`))).toEqual([])
  })

  it('names no document of the repository, since it cannot link to one', () => {
    expect(pageNamed('static-and-leased-provider').match(/docs\/\S+/g)).toBeNull()
  })

  it('folds the runtime notes', () => {
    const notes = within(page, '<section id="runtime"', '</section>')
    expect(notes.match(/<details>/g)?.length).toBeGreaterThan(5)
    expect(notes).not.toContain('<details open')
  })

  const tabsOf = (html: string): readonly (string | undefined)[] =>
    [...html.matchAll(/data-pane="([^"]+)"/g)].map(([, id]) => id)

  it('shows common targets before rare ones', () => {
    expect(tabsOf(page)).toEqual([
      'description',
      'netplan',
      'networkd',
      'nm-keyfile',
      'ifupdown',
      'nm-dispatcher',
      'iproute2',
      'netifrc',
    ])
  })

  it('shows the targets that the description names before others', () => {
    const { plan, comparison } = comparisonNamed('two-providers')
    expect(tabsOf(renderPage(comparison, plan, ['netifrc', 'ifupdown'])).slice(0, 4)).toEqual([
      'description',
      'ifupdown',
      'netifrc',
      'netplan',
    ])
  })

  it('has a sentence in place of a drawing that would be too large', () => {
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
    const section = within(many, '<section id="trace"', '</section>')
    expect(section).not.toContain('<svg')
    expect(section).toContain('too many rules')
  })
})

describe('hostile text', () => {
  const hostile = `</script></title><img src=x onerror=alert(1)><!-- " ' \u202e`
  const elements = (page: string) => page.match(/<[a-z]+/g)?.length

  it('is escaped in every part of the page', () => {
    const page = pageOfHostile(hostile)
    expect(page.includes('&lt;img src=x onerror=alert(1)&gt;')).toBe(true)
    expect(page.includes('<img')).toBe(false)
    expect(page.includes('\u202e')).toBe(false)
    expect(page.match(/<\/script/g)).toHaveLength(2)
    expect(page.match(/<!--/g)).toBeNull()
    // As long as the hostile text, since a long name breaks the line of a header.
    const harmless = hostile.replace(/[^ /]/g, 'x')
    expect(elements(page)).toBe(elements(pageOfHostile(harmless)))
  })
})

describe('every good fixture', () => {
  it.each(goodFixtures)('$name: has a page below 400 kB, and examples that are packets', (fixture) => {
    const { plan } = compile(fixture.text, { targets: [] })
    expect(plan).toBeDefined()
    if (plan === undefined) return
    const examples = examplesOf(plan)
    expect(examples.length).toBeGreaterThan(0)
    for (const { packet } of examples)
      expect(parsePacketQuery(packet.split(' '), plan), packet).toMatchObject({ ok: true })
    const page = pageOfFixture(fixture)
    expect(page.includes('<h1>')).toBe(true)
    expect(Buffer.byteLength(page)).toBeLessThan(400_000)
  })
})
