// Screenshots of the page of the README's host: light, dark and on a phone, as docs/page-*.png (`npm run pictures`).
import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { chromium } from 'playwright-core'
import { quantizedPng } from './quantize-png.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const PACKET = '192.0.2.77 from 10.0.0.7 iif lan0 ipproto tcp dport 25'
const WIDTH = 1200
/** Height of the visible part of the files, in CSS pixels. */
const FILES_HEIGHT = 320
/** A README loads over slow connections as well. */
const MAX_BYTES = 250_000

const folder = mkdtempSync(join(tmpdir(), 'multihome-pictures-'))
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  // Chromium has no sandbox for root.
  args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
})
try {
  copyFileSync(join(root, 'fixtures/two-providers/description.yaml'), join(folder, 'host.yaml'))
  const command = [join(root, 'dist/cli/main.cjs'), 'compare', 'host.yaml', '--html', 'host.html']
  const { status, stderr } = spawnSync(process.execPath, command, { cwd: folder, encoding: 'utf8' })
  if (status !== 0) throw new Error(stderr)
  const screen = { viewport: { width: WIDTH, height: 620 }, deviceScaleFactor: 2 }
  const phone = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, isMobile: true }
  await takePicture('light', { ...screen, colorScheme: 'light' }, FILES_HEIGHT)
  await takePicture('dark', { ...screen, colorScheme: 'dark' }, FILES_HEIGHT)
  await takePicture('phone', { ...phone, colorScheme: 'light' })
} finally {
  await browser.close()
  rmSync(folder, { recursive: true, force: true })
}

/** From the packet to `filesHeight` of the files; without it one screen. */
async function takePicture(name, options, filesHeight) {
  const context = await browser.newContext({ ...options, reducedMotion: 'reduce' })
  const page = await context.newPage()
  await page.goto(pathToFileURL(join(folder, 'host.html')).href)
  await page.fill('#packet', PACKET)
  await page.evaluate(() => document.activeElement?.blur())
  const { start, files } = await page.evaluate(() => ({
    start: document.querySelector('#trace').getBoundingClientRect().top,
    files: document.querySelector('#items').getBoundingClientRect().top,
  }))
  const { width, height } = options.viewport
  const path = join(root, `docs/page-${name}.png`)
  const clip = {
    x: 0,
    y: start - 24,
    width,
    height: filesHeight === undefined ? height : files - start + 24 + filesHeight,
  }
  const png = await page.screenshot({ fullPage: true, clip })
  writeFileSync(path, await quantized(await context.newPage(), png))
  await context.close()
  const { size } = statSync(path)
  console.log(`docs/page-${name}.png: ${Math.round(size / 1000)} kB`)
  if (size > MAX_BYTES) throw new Error(`docs/page-${name}.png has more than ${MAX_BYTES / 1000} kB`)
}

/** The browser decodes the picture. */
async function quantized(page, png) {
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
  return quantizedPng(width, height, Buffer.from(base64, 'base64'))
}
