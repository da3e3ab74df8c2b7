// `multihome verify` on a booted host with one change: it reports exactly that, and the printed commands fix it.
import { describe, expect, inject, test } from 'vitest'
import { fixtureNamed } from '../helpers/fixtures.js'
import { findingsOf, wrongFindings } from './checks/verify-findings.js'
import { loseCarrier } from './host/events/carrier.js'
import { damages, findingLine, type Damage } from './host/expectations/damages.js'
import { bootHost, compareWithPlan } from './host/host.js'
import { platforms } from './host/platforms.js'
import type { Platform, Rendering } from './host/rendering.js'
import { stackCommandsOf } from './host/actions/stack-commands.js'
import type { Lab } from './lab/lab.js'
import { renderedHere } from './run/skip-policy.js'
import { isSelectedPlatform } from './run/selection.js'

const { text } = fixtureNamed('two-providers')

const few = ['networkd 13', 'nm-keyfile 13', 'netifrc 13', 'ifupdown 12']
const chosen = platforms.filter(
  (platform) => isSelectedPlatform(platform) && few.includes(`${platform.stack} ${platform.debian}`),
)

type Host = { readonly lab: Lab; readonly platform: Platform; readonly rendering: Rendering }

/** `- ` not reported, `+ ` reported and wrong. */
const compared = (reported: readonly string[], expected: readonly string[]): readonly string[] => [
  ...expected.filter((line) => !reported.includes(line)).map((line) => `- ${line}`),
  ...reported.filter((line) => !expected.includes(line)).map((line) => `+ ${line}`),
]

const asNobody = 'setpriv --reuid=65534 --regid=65534 --clear-groups'

async function reportedWithoutPrivileges({ lab, rendering }: Host): Promise<readonly string[]> {
  const byNobody = { exec: (line: string) => lab.exec(`${asNobody} sh -c '${line}'`) }
  return (await findingsOf(byNobody, rendering.plan)).map(findingLine)
}

async function wrongOfDamage({ lab, rendering }: Host, damage: Damage): Promise<readonly string[]> {
  const { commands, found, also = [] } = damage
  const done = await lab.netExec(commands.join(' && '))
  const findings = await findingsOf(lab, rendering.plan)
  const fixed = await lab.exec([...findings.map(({ fix = 'false' }) => fix), ...also].join(' && '))
  return [
    ...[done, fixed].flatMap(({ code, stderr }) => (code === 0 ? [] : [`! exit ${code}: ${stderr}`])),
    ...compared(findings.map(findingLine), found),
  ]
}

/** One finding covers everything that the stack does without the carrier. */
async function wrongOfCarrier({ lab, platform, rendering }: Host): Promise<readonly string[]> {
  await loseCarrier(lab, 'wan1', stackCommandsOf(platform, rendering).withdraws)
  const findings = await findingsOf(lab, rendering.plan)
  await lab.carrier('wan1', true)
  return [
    ...compared(
      findings.map((finding) => findingLine({ ...finding, severity: 'error' })),
      ['idle link wan1 for links.wan1'],
    ),
    ...(await compareWithPlan(lab, rendering.plan)),
    ...(await wrongFindings(lab, rendering.plan)),
  ]
}

async function wrongOf(host: Host): Promise<readonly string[]> {
  const wrong = [
    ...(await compareWithPlan(host.lab, host.rendering.plan)),
    ...(await reportedWithoutPrivileges(host)),
  ]
  const note = (name: string, lines: readonly string[]): void =>
    void wrong.push(...lines.map((line) => `${name}: ${line}`))
  note('no carrier', await wrongOfCarrier(host))
  for (const damage of damages) note(damage.name, await wrongOfDamage(host, damage))
  note('all fixed', await wrongFindings(host.lab, host.rendering.plan))
  return wrong
}

describe.skipIf(inject('bootObstacle') !== '').concurrent('one thing changed', () => {
  test.for(chosen)('on $stack, Debian $debian', async (platform, { skip }) => {
    const rendering = renderedHere(text, platform, skip)
    const lab = await bootHost(rendering, platform)
    try {
      expect(await wrongOf({ lab, platform, rendering })).toEqual([])
    } finally {
      await lab.close()
    }
  })
})
