// Chromium for tests that open pages from files. Without it they are skipped, or fail under MULTIHOME_REQUIRE_BROWSER=1.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import {
  chromium,
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  type Page,
} from 'playwright-core'
import { afterAll, beforeAll, describe } from 'vitest'

const program = ['chromium', 'chromium-browser', 'google-chrome']
  .map((name) => spawnSync('sh', ['-c', `command -v ${name}`], { encoding: 'utf8' }).stdout.trim())
  .find((path) => path !== '')

export interface Opened {
  readonly page: Page
  /** Errors, violations of the policy, requests. */
  readonly problems: string[]
  /** Replaces the page. */
  readonly show: (html: string) => Promise<void>
}

export type Open = (html: string, options?: BrowserContextOptions) => Promise<Opened>

export function describeInBrowser(name: string, body: (open: Open) => void): void {
  if (program === undefined) {
    if (process.env['MULTIHOME_REQUIRE_BROWSER'] === '1')
      throw new Error(`${name}: chromium is not installed, and MULTIHOME_REQUIRE_BROWSER is set`)
    console.warn(`skipped: ${name}: chromium is not installed`)
    describe.skip(`${name} (chromium is not installed)`, () => {
      body(() => Promise.reject(new Error('no browser')))
    })
    return
  }
  describe(name, () => {
    let browser: Browser | undefined
    const folder = mkdtempSync(join(tmpdir(), 'multihome-page-'))
    let context: BrowserContext | undefined
    let count = 0
    beforeAll(async () => {
      browser = await chromium.launch({
        executablePath: program,
        // Chromium has no sandbox for root.
        args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
      })
    }, 60_000)
    afterAll(async () => {
      await browser?.close()
      rmSync(folder, { recursive: true, force: true })
    })
    body(async (html, options = {}) => {
      if (browser === undefined) throw new Error('the browser did not start')
      const file = join(folder, `${count++}.html`)
      const url = pathToFileURL(file).href
      await context?.close()
      context = await browser.newContext({ viewport: { width: 1440, height: 1000 }, ...options })
      const page = await context.newPage()
      const problems: string[] = []
      page.on('console', (message) => problems.push(`${message.type()}: ${message.text()}`))
      page.on('pageerror', (error) => problems.push(`error: ${error.message}`))
      page.on('dialog', (dialog) => {
        problems.push(`dialog: ${dialog.message()}`)
        void dialog.dismiss()
      })
      page.on('request', (request) => {
        if (request.url().split('#')[0] !== url) problems.push(`request: ${request.url()}`)
      })
      const show = async (shown: string): Promise<void> => {
        writeFileSync(file, shown)
        await page.goto(url)
      }
      await show(html)
      return { page, problems, show }
    })
  })
}
