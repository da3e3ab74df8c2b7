// Connmarks: forwarded replies leave by the gateway of their connection, through reloads and restarts of the host's
// own firewall.
import { describe, expect, inject, test } from 'vitest'
import { fixtureNamed } from '../helpers/fixtures.js'
import { askForwards, expectedAnswers, openForwards, strayPackets } from './checks/port-forwards.js'
import { wrongReplies } from './checks/reply-check.js'
import { firewallFiles, firewallPath } from './host/actions/firewall.js'
import { changeHost, compareWithPlan, hostOf } from './host/host.js'
import type { Platform } from './host/rendering.js'
import { runCommand } from './host/actions/run-command.js'
import { openLab } from './lab/lab.js'
import { stackOf } from './lab/stacks.js'
import { renderedHere } from './run/skip-policy.js'
import { platformsOf } from './run/selection.js'

const fixture = fixtureNamed('port-forward-by-two-providers')
const few = ['networkd 13', 'ifupdown 13', 'nm-keyfile 13', 'networkd 11', 'netifrc 13', 'iproute2 12']

const lan = {
  host: ['10.10.0.1', '2001:db8:10::1'],
  server: ['10.10.0.254', '2001:db8:10::ffff:ffff:ffff:fffe'],
}
const firewall = firewallFiles({ ...lan, mark: '0x200' })

const service = '/etc/init.d/multihome-marks'

/** Debian's OpenRC has no service for nftables: its ruleset is loaded by hand, and ours after it. */
const serviceCommandsOf = ({ stack }: Platform) =>
  stackOf(stack).init === 'systemd'
    ? {
        begin: 'systemctl is-active nftables && systemctl is-active multihome-marks',
        stop: 'systemctl stop multihome-marks',
        start: 'systemctl start multihome-marks',
        firewall: [
          'systemctl reload nftables',
          'systemctl restart nftables',
          'systemctl stop nftables && systemctl start nftables',
        ],
      }
    : {
        begin: `nft -f ${firewallPath} && rc-service multihome-marks restart`,
        stop: 'rc-service multihome-marks stop',
        start: 'rc-service multihome-marks start',
        firewall: [
          `nft -f ${firewallPath} && { test ! -e ${service} || rc-service multihome-marks restart; }`,
        ],
      }

const unmarked = fixture.text.replace('marks: nftables\n', '')
const changed = ['networkd 12', 'ifupdown 13', 'netifrc 13']

describe.skipIf(inject('bootObstacle') !== '').concurrent('forwarded', () => {
  test.for(platformsOf(fixture.name, few))('$stack, Debian $debian', async (platform, { skip }) => {
    const rendering = renderedHere(fixture.text, platform, skip)
    const spec = hostOf(rendering, platform)
    const lab = await openLab({ ...spec, tree: [...spec.tree, ...firewall] })
    const services = serviceCommandsOf(platform)
    try {
      expect(await compareWithPlan(lab, rendering.plan)).toEqual([])
      expect(await runCommand(lab, services.begin)).toEqual([])
      expect([lab.condition, await lab.failed()]).toEqual(['running', ''])
      expect(await wrongReplies(lab, fixture.text, rendering.plan)).toEqual([])
      await openForwards(lab, lan.host)
      const right = [expectedAnswers(false), [0, 0]]
      const answers = async () => [await askForwards(lab), await strayPackets(lab)]
      expect(await answers()).toEqual(right)
      for (const command of services.firewall) {
        expect(await runCommand(lab, command)).toEqual([])
        expect([command, ...(await answers())]).toEqual([command, ...right])
      }
      expect(await runCommand(lab, services.stop)).toEqual([])
      expect(await askForwards(lab)).toEqual(expectedAnswers(true))
      expect((await strayPackets(lab))[0]).toBeGreaterThan(0)
      expect(await runCommand(lab, services.start)).toEqual([])
      // Retransmissions of the lost connections still go astray, so packets are not counted here.
      expect(await askForwards(lab)).toEqual(expectedAnswers(false))
    } finally {
      await lab.close()
    }
  })

  test.for(platformsOf(fixture.name, changed))(
    'put to work: $stack, Debian $debian',
    async (platform, { skip }) => {
      const rendering = renderedHere(fixture.text, platform, skip)
      const before = renderedHere(unmarked, platform, skip)
      const spec = hostOf(before, platform)
      const lab = await openLab({ ...spec, tree: [...spec.tree, ...firewall] })
      const services = serviceCommandsOf(platform)
      try {
        expect(await runCommand(lab, services.firewall[0] ?? '')).toEqual([])
        await openForwards(lab, lan.host)
        expect(await askForwards(lab)).toEqual(expectedAnswers(true))
        expect(await changeHost(lab, before.output.files, rendering)).toEqual([])
        expect(await compareWithPlan(lab, rendering.plan)).toEqual([])
        expect(await askForwards(lab)).toEqual(expectedAnswers(false))
        // As docs/description.md says.
        expect(await runCommand(lab, services.stop)).toEqual([])
        expect(await changeHost(lab, rendering.output.files, before)).toEqual([])
        expect(await compareWithPlan(lab, before.plan)).toEqual([])
        expect(await askForwards(lab)).toEqual(expectedAnswers(true))
        expect(await lab.failed()).toBe('')
      } finally {
        await lab.close()
      }
    },
  )
})
