// Each fixture rendered for each target, imported, and compared with the plan of its description.
import { describe, expect, it } from 'vitest'
import { compile } from '../../src/compile.js'
import { importTree } from '../../src/import/import.js'
import { targets, type TargetId } from '../../src/targets/index.js'
import { loadIn } from '../helpers/fixture-load.js'
import { goodFixtures } from '../helpers/fixtures.js'
import { differencesOf } from './plan-differences.js'

const NO_OPTIONAL = 'the target never waits for a link, so no file says which one is optional'
const OTHER_CLIENT =
  'another program runs the clients of leases, so no file has the metric of DHCPv4 nor says that DHCPv6 runs'

/** Why the plan of the imported description differs, by fixture and target. */
const exceptions: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    ['boot-does-not-wait', 'wired-with-lte-backup'].flatMap((name) =>
      ['nm-dispatcher', 'nm-keyfile', 'iproute2'].map((target) => [`${name} ${target}`, NO_OPTIONAL]),
    ),
  ),
  ...Object.fromEntries(
    [
      'address-by-dhcp6',
      'cloud-alibaba-second-card',
      'cloud-azure-second-card',
      'cloud-ec2-second-card-leased',
      'cloud-google-second-card',
      'cloud-oracle-second-card',
      'leased-provider-and-tunnel',
      'leases-balanced',
      'static-and-leased-provider',
      'two-leases-failover',
    ].map((name) => [`${name} iproute2`, OTHER_CLIENT]),
  ),
}

describe.each(targets.map(({ id }): TargetId => id))('the tree for %s', (target) => {
  it.each(goodFixtures.map((fixture) => [fixture.name, fixture] as const))(
    'is imported as the plan that it was rendered from: %s',
    (name, fixture) => {
      const { plan, outputs } = compile(fixture.text, { targets: [target], load: loadIn(fixture.folder) })
      const files = outputs.get(target)?.files ?? []
      // The target cannot express the host.
      if (plan === undefined || files.length === 0) return
      const texts = files.flatMap((file) => ('content' in file ? [[file.path, file.content] as const] : []))
      const imported = importTree(new Map(texts))
      const found = {
        problems: imported.problems
          .filter(({ kind }) => kind === 'unknown')
          .map(({ place, why }) => `${place.file}:${place.line}: ${why}`),
        diagnostics: imported.diagnostics.map(({ message }) => message),
        differences: imported.plan === undefined ? ['no plan'] : differencesOf(plan, imported.plan),
      }
      const isEqual = Object.values(found).every((list) => list.length === 0)
      if (exceptions[`${name} ${target}`] !== undefined) expect(isEqual).toBe(false)
      else
        expect({ description: imported.description, ...found }).toEqual({
          description: imported.description,
          ...{ problems: [], diagnostics: [], differences: [] },
        })
    },
  )
})
