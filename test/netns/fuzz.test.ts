// A short deterministic run of `npm run fuzz:trace`.
import { expect } from 'vitest'
import { packetClasses } from './coverage.js'
import { fuzz } from './fuzz.js'
import { netnsTest } from './netns.js'

netnsTest('the kernel and the trace agree on random packets', async () => {
  const lines: string[] = []
  const agreed = await fuzz({ seed: 1, seconds: Infinity, packets: 4000 }, (text) => lines.push(text))
  expect(lines.join('\n')).toContain('no difference')
  expect(agreed).toBe(true)
  // Some packets of each class.
  for (const packetClass of packetClasses)
    expect(lines.at(-1)).toMatch(new RegExp(`^${packetClass} +[1-9]\\d* +[1-9]\\d* +[1-9]`, 'm'))
})
