import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { createFib } from '../../src/lookup/fib.js'
import { explainPacket } from '../../src/lookup/explain.js'
import { summarizeAnswer } from '../../src/lookup/format-answer.js'
import { parsePacketQuery } from '../../src/syntax/packet-query.js'
import { ruleText } from '../../src/syntax/trace-format.js'
import { goodFixtures } from '../helpers/fixtures.js'
import { drawPackets } from '../netns/packets.js'
import { describeInBrowser } from './browser.js'
import { weakTexts } from './contrast.js'
import { pageNamed, pageOfFixture, pageOfHostile, planNamed } from './pages.js'

const phone = { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true }

/** How much wider the page is than the screen; boxes within it may scroll by themselves. */
const overflow = (page: Page): Promise<number> =>
  page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)

/** `button#theme`, `div.scroll`: what has the focus. */
const focused = (page: Page): Promise<string> =>
  page.evaluate(() => {
    const { activeElement } = document
    if (activeElement === null) return ''
    const { id, classList, localName } = activeElement
    return `${localName}${id === '' ? `.${classList[0] ?? ''}` : `#${id}`}`
  })

const texts = (page: Page, selector: string): Promise<readonly string[]> =>
  page.locator(selector).allTextContents()

const keysOf = (page: Page, selector: string): Promise<readonly (string | null)[]> =>
  page
    .locator(selector)
    .evaluateAll((elements) => elements.map((element) => element.getAttribute('data-key')))

describeInBrowser('the page in a browser', (open) => {
  const html = pageNamed('two-providers')

  it('opens from a file without an error, a violation of its policy or a request', async () => {
    const { page, told } = await open(html)
    await page.locator('#packet').fill('192.0.2.77')
    await page.locator('.idea').first().click()
    expect(told).toEqual([])
    expect(await page.title()).toBe('two-providers.yaml · multihome')
  })

  it.each([
    {
      packet: '198.18.0.1 from 10.0.0.7 iif lan0 ipproto tcp dport 25',
      verdict: 'It leaves by fiber.',
      grounds:
        'Rule 20010 (ipproto tcp dport 25) looks up table fiber, whose default route leads via 203.0.113.1 on wan0',
      lit: ['i lan0', 't101', 't101 unicast default wan0>w fiber*', 'l wan0', 'w fiber'],
    },
    {
      packet: '198.18.0.1 from 198.51.100.10',
      verdict: 'It leaves by cable.',
      grounds: 'Rule 18002 (from 198.51.100.10) looks up table cable',
      lit: ['i lo', 't102', 'l wan1', 'w cable'],
    },
    {
      packet: '2620:fe::fe mark 0x200',
      verdict: 'It leaves by cable.',
      grounds: 'via fe80::1 on wan1',
      lit: ['i lo', 't102', 'l wan1', 'w cable'],
    },
    {
      packet: '10.0.0.7',
      verdict: 'It goes to a neighbour.',
      grounds: 'looks up table main, whose route to 10.0.0.0/24 leads to a neighbour on lan0',
      lit: ['i lo', 't254', 't254 net lan0', 'l lan0', 'w net lan0'],
    },
    {
      packet: '203.0.113.10',
      verdict: 'It stays here: the address is this host’s own.',
      grounds: 'Rule 0 finds the address in table local',
      lit: ['i lo', 't255', 't255 own', 'l lo'],
    },
  ])('lights up the way of $packet', async ({ packet, verdict, grounds, lit }) => {
    const { page, told } = await open(html)
    await page.locator('#packet').fill(packet)
    expect(await page.locator('#answer .verdict').textContent()).toBe(verdict)
    expect(await page.locator('#answer .grounds').textContent()).toContain(grounds)
    const keys = await keysOf(page, '.drawing.wide [data-key].lit')
    for (const key of lit) expect(keys.some((each) => each?.startsWith(key))).toBe(true)
    for (const other of ['w fiber', 'w cable'].filter((key) => !lit.includes(key)))
      expect(keys).not.toContain(other)
    expect(await page.locator('.drawing.wide .row.decided').count()).toBe(1)
    expect(await page.locator('#steps li.decided').count()).toBe(1)
    expect(told).toEqual([])
  })

  it('tells of each rule why it was passed by, in the drawing and in the list', async () => {
    const { page } = await open(html)
    await page.locator('#packet').fill('198.18.0.1 from 10.0.0.200 iif lan0')
    expect(await page.locator('.drawing.wide .row.passed').count()).toBe(5)
    expect(await texts(page, '.drawing.wide .row.passed .reason')).toContain(
      'no match: the packet has no mark',
    )
    const steps = page.locator('#steps li')
    const rows = await steps.evaluateAll((items) =>
      items.map((item) => [...item.children].map((part) => part.textContent)),
    )
    expect(rows).toEqual([
      ['0 lookup local', 'no route there', ''],
      ['15000 to 172.17.0.0/16 lookup main', 'no match: the packet goes to 198.18.0.1', 'line 11'],
      ['17000 fwmark 0x100/0xff00 lookup fiber', 'no match: the packet has no mark', 'line 8'],
      ['17001 fwmark 0x200/0xff00 lookup cable', 'no match: the packet has no mark', 'line 9'],
      ['18000 from 203.0.113.10 lookup fiber', 'no match: the packet is from 10.0.0.200', 'line 8'],
      ['18002 from 198.51.100.10 lookup cable', 'no match: the packet is from 10.0.0.200', 'line 9'],
      ['20000 from 10.0.0.128/25 lookup cable', 'default via 198.51.100.1 dev wan1', 'line 13'],
    ])
  })

  it.each(['two-providers', 'goto-over-a-section', 'mark-ladder', 'pppoe-weighted', 'isps-by-mark'])(
    'answers as the library does, whatever the packet: %s',
    async (name) => {
      const plan = planNamed(name)
      const fib = createFib(plan)
      const questions = drawPackets(plan, 200, 1).flatMap((words) => {
        const read = parsePacketQuery(words.split(' '), plan)
        return read.ok ? [{ words, question: read.query }] : []
      })
      expect(questions.length).toBeGreaterThan(100)
      const { page } = await open(pageNamed(name))
      const seen = await page.evaluate(
        (all) =>
          all.map((words) => {
            const input = document.querySelector('input')
            if (input !== null) input.value = words
            input?.dispatchEvent(new Event('input'))
            return {
              words,
              verdict: document.querySelector('#answer .verdict')?.textContent,
              steps: [...document.querySelectorAll('#steps li')].map(
                ({ firstChild }) => firstChild?.textContent,
              ),
              decided: document.querySelectorAll('.drawing.wide .row.decided').length,
              remarks: document.querySelectorAll('#answer .remark').length,
            }
          }),
        questions.map(({ words }) => words),
      )
      expect(seen).toEqual(
        questions.map(({ words, question }) => {
          const { trace, notes } = explainPacket(fib, question)
          return {
            words,
            verdict: `It ${summarizeAnswer(plan, trace)}.`,
            steps: trace.steps.map(({ rule }) => `${rule.pref} ${ruleText(plan, rule)}`),
            decided: trace.steps.filter(({ outcome }) => outcome === 'answered' || outcome === 'refused')
              .length,
            remarks: notes.length,
          }
        }),
      )
    },
  )

  it('says what hangs on a lease, and what is so without it', async () => {
    const { page, told } = await open(pageNamed('static-and-leased-provider'))
    await page.locator('#packet').fill('198.18.0.1 from 10.0.0.135 iif lan0')
    expect(await texts(page, '#answer p')).toEqual([
      "Unknown from here: table cable follows the lease of wan1 (line 9), and stands in no description; multihome trace --lease 'wan1=ADDRESS/LENGTH,via ROUTER' can be told it.",
      'Without that lease it is refused: unreachable (the sender is told: Destination Host Unreachable).',
      expect.stringContaining('whose unreachable default route says so'),
    ])
    expect(await page.locator('.drawing.wide.unsure').count()).toBe(1)
    await page.locator('#packet').fill('198.18.0.1 from 203.0.113.10')
    expect(await texts(page, '#answer .verdict')).toEqual(['It leaves by fiber.'])
    expect(await page.locator('.unknown, .unsure').count()).toBe(0)
    expect(told).toEqual([])
  })

  it('says of a link in a VRF that its table is asked by a rule of its own', async () => {
    const { page } = await open(pageNamed('vrf-for-management'))
    await page.locator('#packet').fill('198.18.0.1 oif mgmt')
    expect(await page.locator('#answer .unknown').textContent()).toMatch(
      /^Unknown from here: mgmt is in the VRF mgmt \(line \d+\), and the kernel asks its table/,
    )
    expect(await page.locator('#answer .verdict').textContent()).toMatch(/^Outside of the VRF it /)
  })

  it('remarks on what the kernel does beside', async () => {
    const { page } = await open(html)
    await page.locator('#packet').fill('198.18.0.1 from 203.0.113.10 iif lan0')
    expect(await texts(page, '#answer .remark')).toContain(
      'Note: the kernel drops it before it asks any rule: 203.0.113.10 is this host’s own address, on wan0.',
    )
  })

  it('says what is wrong with words that are no packet, and takes the light away', async () => {
    const { page } = await open(html)
    await page.locator('#packet').fill('198.18.0.1 form 10.0.0.7')
    expect(await page.locator('#answer').textContent()).toBe(
      'No packet: "form" is no word of a packet; did you mean "from"?',
    )
    expect(await page.locator('#packet').getAttribute('aria-invalid')).toBe('true')
    expect(await page.locator('.drawing .lit, .drawing .decided').count()).toBe(0)
  })

  it('asks about an example at a click', async () => {
    const { page } = await open(html)
    const example = page.locator('.example', { hasText: 'SMTP from lan0' })
    await example.click()
    expect(await page.locator('#packet').inputValue()).toBe(await example.getAttribute('data-words'))
    expect(await example.getAttribute('aria-pressed')).toBe('true')
    expect(await page.locator('#answer .verdict').textContent()).toBe('It leaves by fiber.')
  })

  it('lights up an idea in every file when it is pointed at', async () => {
    const { page } = await open(html)
    await page.locator('.idea', { hasText: 'from 10.0.0.128/25' }).hover()
    for (const stack of [
      'netifrc',
      'ifupdown',
      'nm-dispatcher',
      'nm-keyfile',
      'networkd',
      'netplan',
      'iproute2',
    ]) {
      const lines = await texts(page, `#stack-${stack} [data-i].on`)
      expect(lines.join(''), stack).toContain('10.0.0.128/25')
    }
    expect(await texts(page, '#stack-description [data-i].on')).toHaveLength(1)
  })

  it('lights up everywhere what a line of one file says', async () => {
    const { page } = await open(html)
    await page
      .locator('#stack-netifrc [data-i]', { hasText: 'ipproto 6 dport 587 unreachable' })
      .first()
      // Lines are wider than their column, in which their middle may lie hidden.
      .hover({ position: { x: 60, y: 5 } })
    expect(await texts(page, '.idea.on .words')).toEqual([expect.stringContaining('dport 587 unreachable')])
    expect((await texts(page, '#stack-networkd [data-i].on')).join('')).toContain('DestinationPort=587')
    await page.locator('h1').hover()
    expect((await texts(page, '.idea.on .words')).join('')).not.toContain('587')
  })

  it('lights up in the files what the packet goes by, until something is clicked', async () => {
    const { page } = await open(html)
    await page.locator('#packet').fill('198.18.0.1 from 10.0.0.7 iif lan0 ipproto tcp dport 25')
    await page.locator('h1').hover()
    expect(await texts(page, '.idea.on .words')).toEqual([
      'pref 20010 ipproto 6 dport 25 lookup 101',
      'default via 203.0.113.1 dev wan0 table 101',
    ])
    expect((await texts(page, '#stack-networkd [data-i].on')).join('')).toContain('DestinationPort=25')
    await page.locator('.idea').first().click()
    await page.locator('#packet').fill('198.18.0.1')
    await page.locator('h1').hover()
    expect(await texts(page, '.idea.on .words')).toEqual([expect.stringContaining('wan0 203.0.113.10/24')])
  })

  it('keeps what is clicked, scrolls files to it, and lets it go at Escape', async () => {
    const { page } = await open(html, { reducedMotion: 'reduce' })
    await page.locator('.idea', { hasText: 'net.ipv6.conf.all.forwarding' }).click()
    await page.locator('h1').hover()
    const line = page.locator('#stack-netifrc [data-i].on').first()
    const isInSight = await line.evaluate((element) => {
      const box = element.closest('.scroll')?.getBoundingClientRect()
      const { top, bottom } = element.getBoundingClientRect()
      return box !== undefined && top >= box.top && bottom <= box.bottom
    })
    expect(isInSight).toBe(true)
    expect(await page.locator('#choose-netifrc .cost').textContent()).toBe('common')
    await page.keyboard.press('Escape')
    await page.locator('h1').hover()
    expect(await page.locator('.idea.on, [data-i].on').count()).toBe(0)
  })

  describe('a program that is the same at every stack', () => {
    const leased = pageNamed('static-and-leased-provider')
    const note = '#stack-netplan .tail a'

    /** What is amiss where the link has led: empty if the line is in sight, under nothing, and so is its stack’s name. */
    const amiss = (page: Page): Promise<readonly string[]> =>
      page.evaluate((selector) => {
        const hash = document.querySelector(selector)?.getAttribute('href') ?? ''
        const line = document.getElementById(hash.slice(1))
        const parts = { line, name: line?.closest('.stack')?.querySelector('h3') }
        return Object.entries(parts).flatMap(([name, part]) => {
          const box = part?.getBoundingClientRect()
          const seen = box && document.elementFromPoint(box.left + 50, (box.top + box.bottom) / 2)
          return seen && part?.contains(seen) && (part !== line || part.matches(':target')) ? [] : [name]
        })
      }, note)

    it('stands once, but for the lines that say ideas, which light up at each', async () => {
      const { page } = await open(leased)
      expect(await page.locator('.lines li', { hasText: '───── How it is read' }).count()).toBe(1)
      await page.locator('.idea', { hasText: 'whatever addresses wan1 has' }).hover()
      for (const stack of ['netifrc', 'ifupdown', 'networkd', 'netplan', 'iproute2'])
        expect((await texts(page, `#stack-${stack} [data-i].on`)).join('')).toContain('follow -4 wan1 102')
    })

    it('is reached from the others by keyboard, though its stack was hidden', async () => {
      const { page, told } = await open(leased, { reducedMotion: 'reduce' })
      await page.locator('#choose-netplan').click()
      await page.locator('#choose-netifrc').click()
      expect(await page.locator('#stack-netifrc').isVisible()).toBe(false)
      expect(await texts(page, '#stack-netplan .tail')).toEqual([
        expect.stringMatching(/Lines \d+ to \d+ are, line for line, those of\s+netifrc from line \d+ on/),
      ])
      await page.locator(note).focus()
      await page.keyboard.press('Enter')
      await expect.poll(() => amiss(page)).toEqual([])
      expect(await page.locator('#choose-netifrc').getAttribute('aria-pressed')).toBe('true')
      expect(told).toEqual([])
    })

    it('is reached on a phone, where stacks are tabs', async () => {
      const { page } = await open(leased, phone)
      await page.locator('#choose-netplan').tap()
      await page.locator(note).tap()
      await expect.poll(() => amiss(page)).toEqual([])
      expect(await page.locator('#choose-netifrc').getAttribute('aria-selected')).toBe('true')
      expect(await overflow(page)).toBe(0)
    })

    it('is reached without the page’s program, and told on paper', async () => {
      const { page } = await open(leased, { javaScriptEnabled: false })
      await page.locator(note).click()
      expect(new URL(page.url()).hash).toBe(await page.locator(note).getAttribute('href'))
      await page.emulateMedia({ media: 'print' })
      expect(await page.locator('.tail:visible').count()).toBe(6)
    })
  })

  it('is walked through by keyboard', async () => {
    const { page } = await open(html)
    await page.keyboard.press('Tab')
    expect(await focused(page)).toBe('a.skip')
    await page.keyboard.press('Enter')
    await page.keyboard.press('Tab')
    const seen: string[] = []
    for (let index = 0; index < 60; index++) {
      const name = await focused(page)
      seen.push(name)
      if (name.startsWith('div.box')) break
      await page.keyboard.press('Tab')
    }
    // One stop for all ideas and one for all stacks: arrows do the rest.
    expect(seen.filter((name) => name.startsWith('button.idea'))).toHaveLength(1)
    expect(seen.filter((name) => name.startsWith('button#choose'))).toHaveLength(1)
    expect(seen.filter((name) => name.startsWith('div.scroll')).length).toBeGreaterThan(1)
    expect(seen.at(-1)).toMatch(/^div\.box/)
  })

  it('has arrows go from idea to idea and from stack to stack, and focus in sight', async () => {
    const { page } = await open(html)
    await page.locator('.idea').first().focus()
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('ArrowDown')
    expect(await page.locator(':focus').getAttribute('data-idea')).toBe('2')
    expect(await texts(page, '.idea.on .words')).toEqual([expect.stringContaining('lan0')])
    expect(await page.locator(':focus').evaluate((element) => getComputedStyle(element).outlineStyle)).toBe(
      'solid',
    )
    const focusedIdea = page.locator('.idea[data-idea="2"]')
    await page.keyboard.press('Enter')
    expect(await focusedIdea.getAttribute('aria-pressed')).toBe('true')
    await page.keyboard.press('Escape')
    expect(await focusedIdea.getAttribute('aria-pressed')).toBe('false')
    await page.locator('#choose-description').focus()
    for (const _ of ['netifrc', 'ifupdown', 'nm-dispatcher']) await page.keyboard.press('ArrowRight')
    expect(await focused(page)).toBe('button#choose-nm-dispatcher')
    const column = page.locator('#stack-nm-dispatcher')
    expect(await column.isVisible()).toBe(false)
    await page.keyboard.press('Enter')
    expect(await column.isVisible()).toBe(true)
    await page.keyboard.press('Enter')
    expect(await column.isVisible()).toBe(false)
  })

  it('fits a phone: nothing is wider than the screen, and stacks are tabs', async () => {
    const { page, told } = await open(html, phone)
    expect(await overflow(page)).toBe(0)
    expect(await page.locator('.drawing.narrow').isVisible()).toBe(true)
    expect(await page.locator('.drawing.wide').isVisible()).toBe(false)
    expect(await page.locator('.stack:visible').count()).toBe(1)
    await page.locator('#choose-networkd').tap()
    expect(await page.locator('#choose-networkd').getAttribute('aria-selected')).toBe('true')
    expect(await page.locator('.stack:visible').getAttribute('data-stack')).toBe('networkd')
    await page.locator('.idea', { hasText: 'from 10.0.0.128/25' }).tap()
    expect((await texts(page, '#stack-networkd [data-i].on')).join('')).toContain('From=10.0.0.128/25')
    expect(await overflow(page)).toBe(0)
    expect(told).toEqual([])
  })

  it.each(['light', 'dark'] as const)(
    'has texts of a contrast of 4.5 and more when it is %s',
    async (scheme) => {
      // An answer, one that nobody knows, one with a remark, words that are no packet.
      const { page } = await open(pageNamed('static-and-leased-provider'), {
        colorScheme: scheme,
        reducedMotion: 'reduce',
      })
      const weak: (readonly string[])[] = []
      for (const packet of [
        '198.18.0.1 from 10.0.0.7 iif lan0 ipproto tcp dport 25',
        '198.18.0.1 from 10.0.0.200 iif lan0',
        '198.18.0.1 from 203.0.113.10 iif lan0',
        'no packet',
      ]) {
        await page.locator('#packet').fill(packet)
        weak.push(await page.evaluate(weakTexts))
      }
      expect(weak.flat()).toEqual([])
    },
  )

  it('changes to the other theme at a click', async () => {
    const { page } = await open(html, { colorScheme: 'light' })
    const paper = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor)
    const light = await paper()
    await page.locator('#theme').click()
    expect(await paper()).not.toBe(light)
    await page.locator('#theme').click()
    expect(await paper()).toBe(light)
  })

  it('prints every file of every stack, below each other', async () => {
    const { page } = await open(html)
    await page.emulateMedia({ media: 'print' })
    expect(await page.locator('.stack:visible').count()).toBe(8)
    expect(await page.locator('.chooser').isVisible()).toBe(false)
    const cut = await page
      .locator('.scroll')
      .evaluateAll(
        (boxes) =>
          boxes.filter(
            (box) => box.scrollHeight > box.clientHeight + 1 || box.scrollWidth > box.clientWidth + 1,
          ).length,
      )
    expect(cut).toBe(0)
  })

  it('prints the packet and its drawing on one sheet, whatever the width of the screen', async () => {
    const { page } = await open(html, { viewport: { width: 1030, height: 700 } })
    await page.emulateMedia({ media: 'print' })
    expect(await page.locator('.drawing.wide').isVisible()).toBe(true)
    expect(await page.locator('.drawing.narrow').isVisible()).toBe(false)
    const bottom = await page
      .locator('.drawing.wide')
      .evaluate((drawing) => drawing.getBoundingClientRect().bottom)
    // A4 across, without its margins: 186 mm.
    expect(bottom).toBeLessThan((186 / 25.4) * 96)
  })

  it('opens on paper what is folded on the screen', async () => {
    const { page } = await open(html, phone)
    expect(await page.locator('#behaviour dl:visible').count()).toBe(0)
    await page.pdf()
    expect(await page.locator('details:not([open])').count()).toBe(0)
  })

  it('is readable without its program', async () => {
    const { page } = await open(html, { javaScriptEnabled: false })
    expect(await page.locator('.stack:visible').count()).toBe(8)
    expect(await page.locator('#packet').isVisible()).toBe(false)
    expect(await page.locator('.drawing.wide').isVisible()).toBe(true)
  })

  it('does nothing that hostile words ask for, and does not turn the direction of reading', async () => {
    const word = '</script></style><!--<img src=x onerror=alert(1)><svg onload=alert(1)>\u2028\u202e'
    const { page, told } = await open(pageOfHostile(word))
    await page.locator('.idea').first().hover()
    await page.locator('#packet').fill('198.18.0.1 from 203.0.113.10')
    expect(await page.locator('#answer').textContent()).toContain('fiber</script></style><!--<img')
    expect(await page.locator('img, [onload]').count()).toBe(0)
    expect(await page.locator('html').textContent()).not.toContain('\u202e')
    await page.locator('#packet').fill(word)
    expect(await page.locator('img, [onload]').count()).toBe(0)
    expect(told).toEqual([])
  })

  it('opens for every good fixture, and each of its examples has an answer', async () => {
    const problems: string[] = []
    const { page, told, show } = await open(html, phone)
    for (const fixture of goodFixtures) {
      await show(pageOfFixture(fixture))
      problems.push(...told.splice(0).map((each) => `${fixture.name}: ${each}`))
      if ((await overflow(page)) > 0) problems.push(`${fixture.name}: wider than a phone`)
      const unanswered = await page.locator('.example').evaluateAll((examples) =>
        examples.flatMap((example) => {
          if (example instanceof HTMLElement) example.click()
          return document.querySelector('#answer .verdict') === null ? [example.textContent] : []
        }),
      )
      problems.push(...unanswered.map((each) => `${fixture.name}: ${each} has no answer`))
    }
    expect(problems).toEqual([])
  }, 300_000)
})
