import { expect, it } from 'vitest'
import { createCollector } from '../../../src/found/collector.js'
import { readForEach } from '../../../src/found/shell/for-each-link.js'
import { readScript } from '../../../src/found/shell/script.js'

const reading = (text: string, links: readonly string[]): readonly string[] => {
  const collector = createCollector()
  readForEach(links, collector, (IFACE, each) => {
    readScript(text, 'script', each, { environment: { IFACE } })
  })
  const { rules, problems } = collector.found()
  return [
    ...rules.map(({ place }) => place.text),
    ...problems.map(({ kind, place }) => `${kind}: ${place.text}`),
  ]
}

it('reports a command without effect only if no link runs it', () => {
  const rule = 'ip rule add from 10.0.0.1 table 100'
  const script = `[ "$IFACE" = eth1 ] || exit 0\n${rule}`
  expect(reading(script, ['eth0', 'eth1', 'eth2'])).toEqual([rule])
  expect(reading(script, ['eth0', 'eth2'])).toEqual([`without-effect: ${rule}`])
})
