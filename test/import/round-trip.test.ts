// Each fixture rendered for each stack of each Debian, imported, and compared with the plan of its description.
import { describe, expect, it } from 'vitest'
import { hasErrors } from '../../src/diagnostics/diagnostic.js'
import type { Found } from '../../src/found/found.js'
import { importFound } from '../../src/import/import.js'
import { targets } from '../../src/targets/index.js'
import { renderTarget } from '../../src/targets/output.js'
import type { Target } from '../../src/targets/target.js'
import { platforms } from '../boot/host/platforms.js'
import { settingsFor, type Platform } from '../boot/host/rendering.js'
import { compileFixture, fixtureNamed, goodFixtures, type Fixture } from '../helpers/fixtures.js'
import { outputFiles } from '../found/round-trip/units.js'
import { differencesOf } from './plan-differences.js'
import { readFiles } from './read-tree.js'

const NO_OPTIONAL = 'the target never waits for a link, so no file says which one is optional'
const OTHER_CLIENT =
  'another program runs the clients of leases, so no file has the metric of DHCPv4 nor says that DHCPv6 runs'

/** Why the plan of the imported description differs, by fixture and stack, of each Debian or of one. */
const exceptions: Readonly<Record<string, string>> = {
  'beside-cloud-init netplan-nm 13':
    'the addresses are in another file of netplan, without which it leaves out the routes and rules of its link',
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

const pathless = (key: string, value: unknown): unknown =>
  key === 'place' ? undefined : typeof value === 'bigint' ? `${value}` : value

interface Case extends Platform {
  readonly found: Found
}

/**
 * What the readers find in the trees of a fixture for a target, once for stacks and versions that differ in nothing that a
 * description is made of. None where the target cannot express the host.
 */
function casesOf(fixture: Fixture, target: Target): readonly Case[] {
  const { plan, settings } = compileFixture(fixture)
  const known = new Set<string>()
  const isNew = (key: string): boolean => !known.has(key) && known.add(key).has(key)
  return platforms.flatMap(({ stack, debian }) => {
    const versions = settingsFor({ stack, debian })
    if (plan === undefined || versions.target !== target.id) return []
    const chosen = { ...versions.settings, ...settings[target.id] }
    const { files, diagnostics } = renderTarget(plan, target, chosen, { file: 'description.yaml' })
    const texts = outputFiles({ files })
    if (files.length === 0 || hasErrors(diagnostics) || !isNew(JSON.stringify([...texts]))) return []
    const found = readFiles(texts)
    const { problems, ...others } = found
    const unknown = problems.filter(({ kind }) => kind === 'unknown')
    return isNew(JSON.stringify({ ...others, unknown }, pathless)) ? [{ stack, debian, found }] : []
  })
}

describe.each(targets.map((target) => [target.id, target] as const))('the tree for %s', (_id, target) => {
  it.each(goodFixtures.map((fixture) => [fixture.name, fixture] as const))(
    'is imported as the plan that it was rendered from: %s',
    (name, fixture) => {
      const { plan } = compileFixture(fixture)
      if (plan === undefined) throw new Error('the fixture has errors')
      for (const { stack, debian, found } of casesOf(fixture, target)) {
        const { description, diagnostics, plan: imported, problems, comparison } = importFound(found)
        const lost = {
          problems: problems
            .filter(({ kind }) => kind === 'unknown')
            .map(({ place, why }) => `${place.file}:${place.line}: ${why}`),
          diagnostics: diagnostics.map(({ message }) => message),
          differences: imported === undefined ? ['no plan'] : differencesOf(plan, imported),
          proof: comparison?.differences.map(({ change, what }) => `${change} ${what}`),
        }
        const isEqual = Object.values(lost).every((list) => list?.length === 0)
        const isException = [stack, `${stack} ${debian}`].some((key) => `${name} ${key}` in exceptions)
        if (isException) expect(isEqual, stack).toBe(false)
        else
          expect({ stack, debian, description, ...lost }).toEqual({
            ...{ stack, debian, description },
            ...{ problems: [], diagnostics: [], differences: [], proof: [] },
          })
      }
    },
  )
})

it('the trees for old versions differ', () => {
  const stacks = targets.flatMap((target) =>
    casesOf(fixtureNamed('balanced-route-to-site'), target).map(({ stack, debian }) => `${stack} ${debian}`),
  )
  expect(stacks).toEqual(
    expect.arrayContaining(['networkd 12', 'netplan 12', 'netplan-nm 12', 'nm-keyfile 12']),
  )
})
