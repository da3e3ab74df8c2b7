// Trees as people write them: each is well formed, and has what its packets name.
import { readdirSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { isLinkName } from '../../src/kernel/link.js'
import { parsePacketTokens } from '../../src/syntax/route-get.js'
import { isCard, readTree, treeNames } from './trees.js'

/** Least numbers of trees, by stack. */
const wanted = {
  ifupdown: 12,
  'netplan-networkd': 5,
  'netplan-NetworkManager': 2,
  networkd: 6,
  NetworkManager: 7,
  netifrc: 4,
  script: 5,
  ifcfg: 5,
  'cloud-init': 3,
}

const ADDRESS = String.raw`[\da-f:.]+`
const NEXTHOP = `(?:via ${ADDRESS} )?dev \\S+(?: table \\d+)?`
const answers = new RegExp(
  `^(?:${NEXTHOP}|one of: ${NEXTHOP}(?: \\| ${NEXTHOP})+|local|unreachable|prohibit|blackhole|none)$`,
)

describe.each(treeNames)('%s', (name) => {
  it('has valid facts, and packets whose answers have the form of decisions', () => {
    const { packets, links, macs, leases } = readTree(name)
    for (const { get, answer } of packets) {
      expect(parsePacketTokens(get), get).toMatchObject({ ok: true })
      expect(answer).toMatch(answers)
    }
    expect(new Set(packets.map(({ get }) => get)).size).toBe(packets.length)
    expect(links.filter((link) => !isLinkName(link))).toEqual([])
    expect([...Object.keys(macs), ...leases.keys()].filter((link) => !links.includes(link))).toEqual([])
  })

  it('has files below /etc, and nothing beside them', () => {
    const { files, folder } = readTree(name)
    const paths = [...files.keys()].filter((path) => !isCard(path))
    expect(paths.length).toBeGreaterThan(0)
    expect(paths.filter((path) => !path.startsWith('/etc/'))).toEqual([])
    const known = ['root', 'tree.yaml', 'kernel.txt', 'problems.txt']
    expect(readdirSync(folder).filter((entry) => !known.includes(entry))).toEqual([])
  })
})

describe('the trees', () => {
  it('are enough of each stack', () => {
    const stacks = treeNames.map((name) => readTree(name).stack)
    const counts = Object.keys(wanted).map((stack) => [
      stack,
      stacks.filter((other) => other === stack).length,
    ])
    for (const [stack, least] of Object.entries(wanted))
      expect(Object.fromEntries(counts)[stack], stack).toBeGreaterThanOrEqual(least)
  })

  it('use addresses for documentation and private ones only', () => {
    const allowed =
      /^(?:192\.0\.2|198\.51\.100|203\.0\.113|10|192\.168|172\.(?:1[6-9]|2\d|3[01])|127|255|0|169\.254)\.|^(?:8\.8\.8\.8|9\.9\.9\.9|128\.0\.0\.0)$/
    const others = treeNames.flatMap((name) =>
      [...readTree(name).files.values()].flatMap((text) =>
        [...text.matchAll(/(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?![\d.])/g)]
          .map(([address]) => address)
          .filter((address) => !allowed.test(address))
          .map((address) => `${name}: ${address}`),
      ),
    )
    expect(others).toEqual([])
  })
})
