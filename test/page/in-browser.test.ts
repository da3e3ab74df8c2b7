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
import { oneInThree } from '../helpers/amount.js'

const phone = { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true }

/** Width of the page beyond the screen. Boxes may scroll by themselves. */
const overflow = (page: Page): Promise<number> =>
  page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)

/** The element with the focus: `button#theme`, `div.scroll`. */
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
    const { page, problems } = await open(html)
    await page.locator('#packet').fill('192.0.2.77')
    await page.locator('.item').first().click()
    expect(problems).toEqual([])
    expect(await page.title()).toBe('two-providers.yaml · multihome')
  })

  it.each([
    {
      packet: '198.18.0.1 from 10.0.0.7 iif lan0 ipproto tcp dport 25',
      verdict: 'It leaves by fiber.',
      explanation:
        'Rule 20010 (ipproto tcp dport 25) looks up table fiber, whose default route leads via 203.0.113.1 on wan0',
      path: ['i lan0', 't101', 't101 unicast default wan0>u fiber*', 'l wan0', 'u fiber'],
    },
    {
      packet: '198.18.0.1 from 198.51.100.10',
      verdict: 'It leaves by cable.',
      explanation: 'Rule 18002 (from 198.51.100.10) looks up table cable',
      path: ['i lo', 't102', 'l wan1', 'u cable'],
    },
    {
      packet: '2620:fe::fe mark 0x200',
      verdict: 'It leaves by cable.',
      explanation: 'via fe80::1 on wan1',
      path: ['i lo', 't102', 'l wan1', 'u cable'],
    },
    {
      packet: '10.0.0.7',
      verdict: 'It goes to a neighbour.',
      explanation: 'looks up table main, whose route to 10.0.0.0/24 leads to a neighbour on lan0',
      path: ['i lo', 't254', 't254 net lan0', 'l lan0', 'u net lan0'],
    },
    {
      packet: '203.0.113.10',
      verdict: 'It stays here: the address is this host’s own.',
      explanation: 'Rule 0 finds the address in table local',
      path: ['i lo', 't255', 't255 own', 'l lo'],
    },
  ])('highlights the path of $packet', async ({ packet, verdict, explanation, path }) => {
    const { page, problems } = await open(html)
    await page.locator('#packet').fill(packet)
    expect(await page.locator('#answer .verdict').textContent()).toBe(verdict)
    expect(await page.locator('#answer .explanation').textContent()).toContain(explanation)
    const keys = await keysOf(page, '.drawing [data-key].active')
    for (const key of path) expect(keys.some((each) => each?.startsWith(key))).toBe(true)
    for (const other of ['u fiber', 'u cable'].filter((key) => !path.includes(key)))
      expect(keys).not.toContain(other)
    expect(await page.locator('.drawing .row.decided').count()).toBe(1)
    expect(await page.locator('#steps li.decided').count()).toBe(1)
    expect(problems).toEqual([])
  })

  it('says for each rule why it does not match, in the drawing and in the list', async () => {
    const { page } = await open(html)
    await page.locator('#packet').fill('198.18.0.1 from 10.0.0.200 iif lan0')
    expect(await page.locator('.drawing .row.mismatch').count()).toBe(5)
    expect(await texts(page, '.drawing .row.mismatch .reason')).toContain('no match: the packet has no mark')
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
    'gives the answers of the library for drawn packets: %s',
    async (name) => {
      const plan = planNamed(name)
      const fib = createFib(plan)
      const questions = drawPackets(plan, 200, 1).flatMap((packet) => {
        const read = parsePacketQuery(packet.split(' '), plan)
        return read.ok ? [{ packet, query: read.value }] : []
      })
      expect(questions.length).toBeGreaterThan(100)
      const { page } = await open(pageNamed(name))
      const seen = await page.evaluate(
        (all) =>
          all.map((packet) => {
            const input = document.querySelector('textarea')
            if (input !== null) input.value = packet
            input?.dispatchEvent(new Event('input', { bubbles: true }))
            return {
              packet,
              verdict: document.querySelector('#answer .verdict')?.textContent,
              steps: [...document.querySelectorAll('#steps li')].map(
                ({ firstChild }) => firstChild?.textContent,
              ),
              decided: document.querySelectorAll('.drawing .row.decided').length,
              notes: document.querySelectorAll('#answer .note').length,
            }
          }),
        questions.map(({ packet }) => packet),
      )
      expect(seen).toEqual(
        questions.map(({ packet, query }) => {
          const { trace, notes } = explainPacket(fib, query)
          return {
            packet,
            verdict: `It ${summarizeAnswer(plan, trace)}.`,
            steps: trace.steps.map(({ rule }) => `${rule.pref} ${ruleText(plan, rule)}`),
            decided: trace.steps.filter(({ outcome }) => outcome === 'answered' || outcome === 'refused')
              .length,
            notes: notes.length,
          }
        }),
      )
    },
  )

  it('says what depends on a lease, and what holds without it', async () => {
    const { page, problems } = await open(pageNamed('static-and-leased-provider'))
    await page.locator('#packet').fill('198.18.0.1 from 10.0.0.135 iif lan0')
    expect(await texts(page, '#answer p')).toEqual([
      'Unknown: table cable depends on the lease of wan1 (line 9). Enter the lease',
      expect.stringMatching(/^Without that lease it is rejected: unreachable/),
      expect.stringContaining('whose unreachable default route rejects it'),
    ])
    expect(await page.locator('.drawing.unsure').count()).toBe(1)
    await page.locator('#packet').fill('198.18.0.1 from 203.0.113.10')
    expect(await texts(page, '#answer .verdict')).toEqual(['It leaves by fiber.'])
    expect(await page.locator('.unknown, .unsure').count()).toBe(0)
    expect(problems).toEqual([])
  })

  it('shows the kernel’s rule for VRFs and the table that it looks up', async () => {
    const { page } = await open(pageNamed('vrf-for-management'))
    await page.locator('#packet').fill('198.18.0.1 oif mgmt')
    expect(await texts(page, '#answer .verdict')).toEqual([
      'It is rejected: unreachable (the program gets: No route to host).',
    ])
    expect(await page.locator('#answer .explanation').textContent()).toContain(
      'Rule 1000 (l3mdev) looks up table mgmt, whose unreachable default route rejects it.',
    )
    expect(await texts(page, '.row.decided .pref')).toEqual(['1000'])
    await page.locator('#packet').fill('198.18.0.1')
    expect(await texts(page, '.row.mismatch .pref')).toContain('1000')
  })

  it('adds a note where the kernel drops the packet before any rule', async () => {
    const { page } = await open(html)
    await page.locator('#packet').fill('198.18.0.1 from 203.0.113.10 iif lan0')
    expect(await texts(page, '#answer .note')).toContain(
      'Note: the kernel drops it before any rule: 203.0.113.10 is this host’s own address, on wan0.',
    )
  })

  it('says why a text is not a packet, and clears the highlight', async () => {
    const { page } = await open(html)
    await page.locator('#packet').fill('198.18.0.1 form 10.0.0.7')
    expect(await page.locator('#answer').textContent()).toBe(
      'Not a packet: "form" is no keyword of a packet; did you mean "from"?',
    )
    expect(await page.locator('#packet').getAttribute('aria-invalid')).toBe('true')
    expect(await page.locator('.drawing .active, .drawing .decided').count()).toBe(0)
  })

  it('traces an example that is clicked', async () => {
    const { page } = await open(html)
    const example = page.locator('.example', { hasText: 'SMTP from lan0' })
    await example.click()
    expect(await page.locator('#packet').inputValue()).toBe(await example.getAttribute('data-packet'))
    expect(await example.getAttribute('aria-pressed')).toBe('true')
    expect(await page.locator('#answer .verdict').textContent()).toBe('It leaves by fiber.')
  })

  it('highlights an item in every file when it is pointed at', async () => {
    const { page } = await open(html)
    await page.locator('.item', { hasText: 'from 10.0.0.128/25' }).hover()
    for (const stack of [
      'netifrc',
      'ifupdown',
      'nm-dispatcher',
      'nm-keyfile',
      'networkd',
      'netplan',
      'iproute2',
    ]) {
      const lines = await texts(page, `#pane-${stack} [data-i].on`)
      expect(lines.join(''), stack).toContain('10.0.0.128/25')
    }
    expect(await texts(page, '#pane-description [data-i].on')).toHaveLength(1)
    expect(await page.locator('#pane-netplan .support-note code').allTextContents()).toContain(
      'routing-policy',
    )
  })

  it('highlights the item of a line in every file when the line is pointed at', async () => {
    const { page } = await open(html)
    await page.locator('#pane-netplan [data-i]', { hasText: 'Priority=20013' }).first().hover()
    expect(await texts(page, '.item.on .text')).toEqual([expect.stringContaining('dport 587 unreachable')])
    expect((await texts(page, '#pane-networkd [data-i].on')).join('')).toContain('DestinationPort=587')
    await page.locator('h1').hover()
    expect((await texts(page, '.item.on .text')).join('')).not.toContain('587')
  })

  it('highlights the rule and the route of the packet in the files, until an item is clicked', async () => {
    const { page } = await open(html)
    await page.locator('#packet').fill('198.18.0.1 from 10.0.0.7 iif lan0 ipproto tcp dport 25')
    await page.locator('h1').hover()
    expect(await texts(page, '.item.on .text')).toEqual([
      'pref 20010 ipproto 6 dport 25 lookup 101',
      'default via 203.0.113.1 dev wan0 table 101',
    ])
    expect((await texts(page, '#pane-networkd [data-i].on')).join('')).toContain('DestinationPort=25')
    await page.locator('.item').first().click()
    await page.locator('#packet').fill('198.18.0.1')
    await page.locator('h1').hover()
    expect(await texts(page, '.item.on .text')).toEqual([expect.stringContaining('wan0 203.0.113.10/24')])
  })

  it('keeps an item that is clicked, scrolls the files to it, and clears it at Escape', async () => {
    const { page } = await open(html, { reducedMotion: 'reduce' })
    await page.locator('.item', { hasText: 'net.ipv6.conf.all.forwarding' }).click()
    await page.locator('h1').hover()
    const line = page.locator('#pane-netplan [data-i].on').first()
    const isInSight = await line.evaluate((element) => {
      const box = element.closest('.scroll')?.getBoundingClientRect()
      const { top, bottom } = element.getBoundingClientRect()
      return box !== undefined && top >= box.top && bottom <= box.bottom
    })
    expect(isInSight).toBe(true)
    expect(await page.locator('#tab-netifrc .mechanism').textContent()).toBe('common')
    await page.keyboard.press('Escape')
    await page.locator('h1').hover()
    expect(await page.locator('.item.on, [data-i].on').count()).toBe(0)
  })

  describe('a program that several targets share', () => {
    const leased = pageNamed('static-and-leased-provider')
    const note = '#pane-networkd p.program a'

    /** After a click on the link: what is hidden of the program and of its target’s name. */
    const hiddenParts = (page: Page): Promise<readonly string[]> =>
      page.evaluate((selector) => {
        const hash = document.querySelector(selector)?.getAttribute('href') ?? ''
        const program = document.getElementById(hash.slice(1))
        const parts = {
          title: program?.querySelector('summary'),
          line: program?.querySelector('li'),
          name: program?.closest('.pane')?.querySelector('h3'),
        }
        return Object.entries(parts).flatMap(([name, part]) => {
          const box = part?.getBoundingClientRect()
          const seen = box && document.elementFromPoint(box.left + 50, (box.top + box.bottom) / 2)
          return seen && part?.contains(seen) && program?.matches('.linked') ? [] : [name]
        })
      }, note)

    it('is there once, folded, behind the files with the data of the host', async () => {
      const { page } = await open(leased)
      const lines = page.locator('.lines li', {
        hasText: 'reads the addresses of the links and installs their rules',
      })
      expect(await lines.count()).toBe(1)
      expect(await page.locator('details.program[open]').count()).toBe(0)
      expect(await page.locator('.program [data-i], .program ~ .file').count()).toBe(0)
      await page.locator('.item', { hasText: 'dynamic addresses of wan1' }).hover()
      for (const stack of ['netifrc', 'ifupdown', 'networkd', 'netplan', 'iproute2'])
        expect((await texts(page, `#pane-${stack} [data-i].on`)).join('')).toContain(
          'lease -4 dev wan1 table 102',
        )
    })

    it('is reached from the other targets by keyboard, though its pane was hidden', async () => {
      const { page, problems } = await open(leased, { reducedMotion: 'reduce' })
      await page.locator('#tab-networkd').click()
      await page.locator('#tab-netplan').click()
      expect(await page.locator('#pane-netplan').isVisible()).toBe(false)
      for (const text of await texts(page, '#pane-networkd p.program'))
        expect(text).toMatch(/^\s*\/usr\/local\/\S+ 0\d+ root:root, shown with netplan\s*$/)
      await page.locator(note).first().focus()
      await page.keyboard.press('Enter')
      await expect.poll(() => hiddenParts(page)).toEqual([])
      expect(await page.locator('#tab-netplan').getAttribute('aria-pressed')).toBe('true')
      expect(problems).toEqual([])
    })

    it('is reached on a phone, where one pane is shown', async () => {
      const { page } = await open(leased, phone)
      await page.locator('#tab-networkd').tap()
      await page.locator(note).first().tap()
      await expect.poll(() => hiddenParts(page)).toEqual([])
      expect(await page.locator('#tab-netplan').getAttribute('aria-selected')).toBe('true')
      expect(await overflow(page)).toBe(0)
    })

    it('is reached without the script, and only named on paper', async () => {
      const { page } = await open(leased, { javaScriptEnabled: false })
      await page.locator(note).first().click()
      expect(new URL(page.url()).hash).toBe(await page.locator(note).first().getAttribute('href'))
      await page.reload()
      await page.emulateMedia({ media: 'print' })
      expect(await page.locator('.program:visible').count()).toBe(await page.locator('.program').count())
    })
  })

  describe('the question in the URL', () => {
    const leased = pageNamed('static-and-leased-provider')
    const packet = '198.18.0.1 from 10.0.0.135 iif lan0'
    const fragment =
      '#packet=198.18.0.1+from+10.0.0.135+iif+lan0&lease=wan1=198.51.100.80/24+via+198.51.100.1'

    it('is there once a person has asked, and stays when a link of the page is followed', async () => {
      const { page, problems } = await open(leased)
      expect(new URL(page.url()).hash).toBe('')
      await page.locator('#packet').fill(packet)
      await page.locator('#leases input').fill('198.51.100.80/24 via 198.51.100.1')
      await expect.poll(() => new URL(page.url()).hash).toBe(fragment)
      await page.locator('nav a', { hasText: 'Files' }).click()
      expect(new URL(page.url()).hash).toBe(fragment)
      expect(problems).toEqual([])
    })

    it('is asked when the page opens, and when the URL changes', async () => {
      const { page, problems } = await open(leased)
      await page.goto(`${page.url()}${fragment}`)
      await page.reload()
      expect(await page.locator('#packet').inputValue()).toBe(packet)
      expect(await page.locator('#answer .verdict').textContent()).toBe('It leaves by cable.')
      await page.evaluate(() => {
        location.hash = '#packet=198.18.0.1+from+203.0.113.10'
      })
      await expect.poll(() => page.locator('#answer .verdict').textContent()).toBe('It leaves by fiber.')
      expect(await page.locator('#leases input').inputValue()).toBe('')
      expect(problems).toEqual([])
    })

    it('may be any text, which is not run', async () => {
      const { page, problems } = await open(leased)
      const hostile = '<img src=x onerror=alert(1)>&lease=wan1=<b>&lease=%'
      await page.goto(`${page.url()}#packet=${hostile}`)
      await page.reload()
      expect(await page.locator('#answer .problem').count()).toBe(1)
      expect(await page.locator('img, b').count()).toBe(0)
      expect(problems).toEqual([])
    })
  })

  describe('leases that a person enters', () => {
    const leased = pageNamed('static-and-leased-provider')

    it('are part of the answer and of the drawing', async () => {
      const { page, problems } = await open(leased)
      await page.locator('#packet').fill('198.18.0.1 from 10.0.0.135 iif lan0')
      expect(await page.locator('.row.dynamic').count()).toBe(1)
      await page.locator('.unknown button').click()
      expect(await focused(page)).toBe('input#lease-0')
      await page.keyboard.type('198.51.100.80/24 via 198.51.100.1')
      expect(await texts(page, '#answer .verdict')).toEqual(['It leaves by cable.'])
      expect(await page.locator('.unknown, .unsure, .drawing .dynamic').count()).toBe(0)
      expect(await keysOf(page, '.drawing [data-key].active')).toContain('u cable')
      expect(await texts(page, '.drawing .row .mono')).toContain('from 198.51.100.80')
      expect(await page.locator('.dynamic-hint').isVisible()).toBe(false)
      await page.locator('.row.linked', { hasText: 'from 198.51.100.80' }).click()
      expect((await texts(page, '#pane-networkd [data-i].on')).join('')).toContain('wan1')
      await page.locator('#lease-0').fill('')
      expect(await page.locator('.row.dynamic').count()).toBe(1)
      expect(problems).toEqual([])
    })

    it('may be none', async () => {
      const { page } = await open(leased)
      await page.locator('#packet').fill('198.18.0.1 from 10.0.0.135 iif lan0')
      await page.locator('#lease-0').fill('none')
      expect(await page.locator('.unknown').count()).toBe(0)
      expect(await page.locator('#answer .verdict').textContent()).toMatch(/^It is \w+: unreachable/)
    })

    it('show what is wrong with them', async () => {
      const { page } = await open(leased)
      await page.locator('#lease-0').fill('198.51.100.80')
      expect(await page.locator('.lease .problem').textContent()).toContain(
        'write an address with its length',
      )
      expect(await page.locator('#lease-0').getAttribute('aria-invalid')).toBe('true')
    })

    it('have a field for each leased link, and no field on a static host', async () => {
      const { page, show } = await open(pageNamed('two-leases-failover'))
      expect(await page.locator('#leases input').count()).toBe(2)
      await show(html)
      expect(await page.locator('#leases').count()).toBe(0)
    })
  })

  describe('the panes', () => {
    /** Ids of visible panes that have highlighted lines, none of which is in view below the sticky file name. */
    const hiddenHighlights = (page: Page): Promise<readonly string[]> =>
      page.evaluate(() =>
        [...document.querySelectorAll('.pane')].flatMap((pane) => {
          const lines = [...pane.querySelectorAll('[data-i].on')]
          const isSeen = lines.some((line) => {
            const { top, bottom } = line.getBoundingClientRect()
            const frame = pane.querySelector('.scroll')?.getBoundingClientRect()
            const inFrame = frame !== undefined && top >= frame.top && bottom <= frame.bottom
            pane.scrollIntoView({ block: 'center', inline: 'center' })
            const now = line.getBoundingClientRect()
            const hit = document.elementFromPoint(now.left + 60, now.top + 4)
            return inFrame && hit !== null && line.contains(hit)
          })
          return pane.clientHeight === 0 || lines.length === 0 || isSeen ? [] : [pane.id]
        }),
      )

    it.each(['two-providers', 'mark-ladder', 'static-and-leased-provider'])(
      'always have the highlighted line in view: %s',
      async (name) => {
        const { page } = await open(pageNamed(name), { reducedMotion: 'reduce' })
        const check = async (when: string) => {
          // Not over a line that scrolls under the pointer.
          await page.mouse.move(1, 1)
          await expect.poll(() => hiddenHighlights(page), { message: when }).toEqual([])
        }
        await check('at first')
        for (const tab of await page.locator('#tabs button').all()) {
          await tab.click()
          await check(`after a click on ${(await tab.getAttribute('id')) ?? ''}`)
        }
        for (const example of await page.locator('.example').all()) {
          await example.click()
          await check(`after ${(await example.textContent()) ?? ''}`)
        }
        for (const width of [1000, 600, 1900]) {
          await page.setViewportSize({ width, height: 900 })
          await check(`at ${width} pixels`)
        }
      },
    )

    it('show the description and the common targets first, as many as have room', async () => {
      for (const [width, shown] of [
        [1100, ['pane-netplan']],
        [1200, ['pane-description', 'pane-netplan']],
        [1440, ['pane-description', 'pane-netplan']],
        [1900, ['pane-description', 'pane-netplan', 'pane-networkd', 'pane-nm-keyfile']],
        [800, ['pane-netplan']],
      ] as const) {
        const { page } = await open(html, { viewport: { width, height: 900 } })
        const ids = await page.locator('.pane:visible').evaluateAll((panes) => panes.map(({ id }) => id))
        expect(ids, `${width} pixels`).toEqual(shown)
      }
    })

    it('show no empty line at the end of a file', async () => {
      const { page } = await open(html, { viewport: { width: 1900, height: 900 } })
      const heights = await page
        .locator('#pane-networkd .lines li:last-child')
        .evaluateAll((lines) => lines.map((line) => line.getBoundingClientRect().height))
      expect(heights.length).toBeGreaterThan(3)
      expect(Math.max(...heights)).toBeLessThan(25)
    })

    it('wrap long lines', async () => {
      for (const width of [1100, 360]) {
        const { page } = await open(html, { viewport: { width, height: 900 } })
        const cut = await page
          .locator('.scroll')
          .evaluateAll((boxes) => boxes.filter((box) => box.scrollWidth > box.clientWidth).length)
        expect(cut, `${width} pixels`).toBe(0)
      }
    })
  })

  it('has one tab stop for all items and one for all tabs', async () => {
    const { page } = await open(html)
    await page.keyboard.press('Tab')
    expect(await focused(page)).toBe('a.skip')
    await page.keyboard.press('Enter')
    await page.keyboard.press('Tab')
    const seen: string[] = []
    for (let index = 0; index < 60; index++) {
      const name = await focused(page)
      seen.push(name)
      if (name.startsWith('div.table-box')) break
      await page.keyboard.press('Tab')
    }
    expect(seen.filter((name) => name.startsWith('button.item'))).toHaveLength(1)
    expect(seen.filter((name) => name.startsWith('button#tab'))).toHaveLength(1)
    expect(seen.filter((name) => name.startsWith('div.scroll')).length).toBeGreaterThan(1)
    expect(seen.at(-1)).toMatch(/^div\.table-box/)
  })

  it('moves through items and tabs with the arrow keys, and shows the focus', async () => {
    const { page } = await open(html)
    await page.locator('.item').first().focus()
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('ArrowDown')
    expect(await page.locator(':focus').getAttribute('data-item')).toBe('2')
    expect(await texts(page, '.item.on .text')).toEqual([expect.stringContaining('lan0')])
    expect(await page.locator(':focus').evaluate((element) => getComputedStyle(element).outlineStyle)).toBe(
      'solid',
    )
    const focusedItem = page.locator('.item[data-item="2"]')
    await page.keyboard.press('Enter')
    expect(await focusedItem.getAttribute('aria-pressed')).toBe('true')
    await page.keyboard.press('Escape')
    expect(await focusedItem.getAttribute('aria-pressed')).toBe('false')
    await page.locator('#tab-description').focus()
    for (const _ of ['netplan', 'networkd', 'nm-keyfile']) await page.keyboard.press('ArrowRight')
    expect(await focused(page)).toBe('button#tab-nm-keyfile')
    const pane = page.locator('#pane-nm-keyfile')
    expect(await pane.isVisible()).toBe(false)
    await page.keyboard.press('Enter')
    expect(await pane.isVisible()).toBe(true)
    await page.keyboard.press('Enter')
    expect(await pane.isVisible()).toBe(false)
  })

  it('fits a phone: the page is as wide as the screen, and one pane is shown', async () => {
    const { page, problems } = await open(html, phone)
    expect(await overflow(page)).toBe(0)
    expect(await page.locator('.pane:visible').count()).toBe(1)
    await page.locator('#tab-networkd').tap()
    expect(await page.locator('#tab-networkd').getAttribute('aria-selected')).toBe('true')
    expect(await page.locator('.pane:visible').getAttribute('id')).toBe('pane-networkd')
    await page.locator('.item', { hasText: 'from 10.0.0.128/25' }).tap()
    expect((await texts(page, '#pane-networkd [data-i].on')).join('')).toContain('From=10.0.0.128/25')
    expect(await overflow(page)).toBe(0)
    expect(problems).toEqual([])
  })

  it('shows the whole packet on a phone, and the drawing from its rules on', async () => {
    const { page } = await open(html, phone)
    await page.locator('#packet').fill('2001:db8:ffff::77 from 2001:db8:c::7 iif lan0 ipproto tcp dport 25')
    const hidden = await page
      .locator('#packet')
      .evaluate(({ scrollHeight, clientHeight, scrollWidth, clientWidth }) => [
        scrollHeight - clientHeight,
        scrollWidth - clientWidth,
      ])
    expect(hidden).toEqual([0, 0])
    const row = await page.locator('.drawing .row').first().boundingBox()
    expect(row?.x).toBeGreaterThanOrEqual(0)
    expect((row?.x ?? 0) + (row?.width ?? 0)).toBeLessThanOrEqual(360)
  })

  it.each(['light', 'dark'] as const)(
    'has text with a contrast of at least 4.5 in the %s theme',
    async (scheme) => {
      // An answer, an unknown one, one with a note, and a text that is not a packet.
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

  it('changes the theme at a click', async () => {
    const { page } = await open(html, { colorScheme: 'light' })
    const paper = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor)
    const light = await paper()
    await page.locator('#theme').click()
    expect(await paper()).not.toBe(light)
    await page.locator('#theme').click()
    expect(await paper()).toBe(light)
  })

  it('prints every file of every target', async () => {
    const { page } = await open(html)
    await page.emulateMedia({ media: 'print' })
    expect(await page.locator('.pane:visible').count()).toBe(8)
    expect(await page.locator('.tabs').isVisible()).toBe(false)
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

  it('prints the packet and its drawing on one sheet', async () => {
    const { page } = await open(html, { viewport: { width: 1030, height: 700 } })
    await page.emulateMedia({ media: 'print' })
    const bottom = await page
      .locator('.drawing')
      .evaluate((drawing) => drawing.getBoundingClientRect().bottom)
    // A4 landscape without its margins: 186 mm.
    expect(bottom).toBeLessThan((186 / 25.4) * 96)
  })

  it('unfolds for the printer', async () => {
    const { page } = await open(html, phone)
    expect(await page.locator('#runtime dl:visible').count()).toBe(0)
    await page.pdf()
    expect(await page.locator('details:not(.program, [open])').count()).toBe(0)
    // The text of a program fills pages.
    expect(await page.locator('details.program').count()).toBeGreaterThan(0)
    expect(await page.locator('details.program[open]').count()).toBe(0)
  })

  it('is readable without its script', async () => {
    const { page } = await open(html, { javaScriptEnabled: false })
    expect(await page.locator('.pane:visible').count()).toBe(8)
    expect(await page.locator('#packet').isVisible()).toBe(false)
    expect(await page.locator('.drawing').isVisible()).toBe(true)
  })

  it('does not run hostile text or change the direction of text', async () => {
    const hostile = '</script></style><!--<img src=x onerror=alert(1)><svg onload=alert(1)>\u2028\u202e'
    const { page, problems } = await open(pageOfHostile(hostile))
    await page.locator('.item').first().hover()
    await page.locator('#packet').fill('198.18.0.1 from 203.0.113.10')
    expect(await page.locator('#answer').textContent()).toContain('fiber</script></style><!--<img')
    expect(await page.locator('img, [onload]').count()).toBe(0)
    expect(await page.locator('html').textContent()).not.toContain('\u202e')
    await page.locator('#packet').fill(hostile)
    expect(await page.locator('img, [onload]').count()).toBe(0)
    expect(problems).toEqual([])
  })

  it('opens for good fixtures, and each of its examples has an answer', async () => {
    const found: string[] = []
    const { page, problems, show } = await open(html, phone)
    for (const fixture of oneInThree(goodFixtures, 0)) {
      await show(pageOfFixture(fixture))
      found.push(...problems.splice(0).map((each) => `${fixture.name}: ${each}`))
      if ((await overflow(page)) > 0) found.push(`${fixture.name}: wider than a phone`)
      const unanswered = await page.locator('.example').evaluateAll((examples) =>
        examples.flatMap((example) => {
          if (example instanceof HTMLElement) example.click()
          return document.querySelector('#answer .verdict') === null ? [example.textContent] : []
        }),
      )
      found.push(...unanswered.map((each) => `${fixture.name}: ${each} has no answer`))
    }
    expect(found).toEqual([])
  }, 300_000)
})
