// A short deterministic run of `npm run fuzz:trace`.
import { expect } from 'vitest'
import { fuzz } from './fuzz.js'
import { netnsTest } from './netns.js'

netnsTest('the kernel and the trace agree on what is drawn', async () => {
  const said: string[] = []
  const agreed = await fuzz({ seed: 1, seconds: Infinity, packets: 4000 }, (text) => said.push(text))
  expect(said.join('\n')).toContain('no difference')
  expect(agreed).toBe(true)
  // Of each kind some, in both families, own and forwarded.
  for (const way of ['inet own', 'inet forwarded', 'inet6 own', 'inet6 forwarded'])
    expect(said.at(-1)).toMatch(new RegExp(`^${way} +[1-9]\\d* +[1-9]\\d* +[1-9]`, 'm'))
})
