// `npm run pictures`: the page of the README's host, light, dark and on a phone, as docs/page-*.png.
import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { chromium } from 'playwright-core'
import { palettePng } from './palette-png.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const PACKET = '192.0.2.77 from 10.0.0.7 iif lan0 ipproto tcp dport 25'
const WIDTH = 1200
/** Of the files below the drawing, in CSS pixels. */
const FILES = 310
/** Bytes: a README is read on the road as well. */
const MOST = 250_000

const folder = mkdtempSync(join(tmpdir(), 'multihome-pictures-'))
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  // Chromium has no sandbox for root.
  args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
})
try {
  copyFileSync(join(root, 'fixtures/two-providers/description.yaml'), join(folder, 'host.yaml'))
  const words = [join(root, 'dist/cli/main.cjs'), 'compare', 'host.yaml', '--html', 'host.html']
  const { status, stderr } = spawnSync(process.execPath, words, { cwd: folder, encoding: 'utf8' })
  if (status !== 0) throw new Error(stderr)
  const screen = { viewport: { width: WIDTH, height: 620 }, deviceScaleFactor: 2 }
  const phone = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, isMobile: true }
  await picture('light', { ...screen, colorScheme: 'light' }, FILES)
  await picture('dark', { ...screen, colorScheme: 'dark' }, FILES)
  await picture('phone', { ...phone, colorScheme: 'light' })
} finally {
  await browser.close()
  rmSync(folder, { recursive: true, force: true })
}

/** From the packet down to some of the files; of a phone what one screen shows. */
async function picture(name, options, files) {
  const context = await browser.newContext({ ...options, reducedMotion: 'reduce' })
  const page = await context.newPage()
  await page.goto(pathToFileURL(join(folder, 'host.html')).href)
  await page.fill('#packet', PACKET)
  await page.evaluate(() => document.activeElement?.blur())
  const { ask, list } = await page.evaluate(() => ({
    ask: document.querySelector('#ask').getBoundingClientRect().top,
    list: document.querySelector('#ideas').getBoundingClientRect().top,
  }))
  const { width, height } = options.viewport
  const path = join(root, `docs/page-${name}.png`)
  const clip = { x: 0, y: ask - 24, width, height: files === undefined ? height : list - ask + 24 + files }
  const png = await page.screenshot({ fullPage: true, clip })
  writeFileSync(path, await small(await context.newPage(), png))
  await context.close()
  const { size } = statSync(path)
  console.log(`docs/page-${name}.png: ${Math.round(size / 1000)} kB`)
  if (size > MOST) throw new Error(`docs/page-${name}.png has more than ${MOST / 1000} kB`)
}

async function small(page, png) {
  const { width, height, base64 } = await page.evaluate(
    async (url) => {
      const image = await createImageBitmap(await (await fetch(url)).blob())
      const context = new OffscreenCanvas(image.width, image.height).getContext('2d')
      context.drawImage(image, 0, 0)
      const { data } = context.getImageData(0, 0, image.width, image.height)
      const reader = new FileReader()
      await new Promise((done) => {
        reader.addEventListener('load', done)
        reader.readAsDataURL(new Blob([data]))
      })
      return { width: image.width, height: image.height, base64: reader.result.replace(/^[^,]*,/, '') }
    },
    `data:image/png;base64,${png.toString('base64')}`,
  )
  return palettePng(width, height, Buffer.from(base64, 'base64'))
}
