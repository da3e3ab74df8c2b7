import { describe, expect, it } from 'vitest'
import { formatTrees } from '../../src/formats/index.js'
import { ignition } from '../../src/formats/ignition.js'
import { targets } from '../../src/targets/index.js'
import { compileFixture, goodFixtures } from '../helpers/fixtures.js'
import { fixtureTree, treeOf } from './trees.js'

/** What a boot does with files that are there before it begins: the service of the stack, sysctl, systemd itself. */
const doneByBoot: readonly RegExp[] = [
  /^sysctl -e -p \/etc\/sysctl\.d\/60-multihome\.conf$/,
  /^systemctl daemon-reload$/,
  /^systemctl (restart|reload-or-restart) multihome-(tracker|marks)$/,
  /^systemctl restart systemd-networkd$/,
  /^netplan generate$/,
  /^ifup [\w .-]+$/,
  /^for link in [\w .-]+; do ifdown "\$link" \|\| true; done$/,
  /^\/etc\/network\/if-up\.d\/multihome$/,
  /^nmcli connection reload$/,
  /^for link in [\w .-]+; do nmcli (--wait 20 )?connection up "multihome-\$link" \|\| :; done$/,
  /^\/etc\/NetworkManager\/dispatcher\.d\/50-multihome all apply$/,
]

describe('ignition', () => {
  it('has files, links and enabled units', () => {
    const config: unknown = JSON.parse(
      new TextDecoder().decode(formatTrees(ignition, [fixtureTree('leases-balanced', 'networkd')])),
    )
    expect(config).toMatchObject({
      ignition: { version: '3.3.0' },
      storage: {
        files: expect.arrayContaining([
          expect.objectContaining({ path: '/etc/systemd/network/10-multihome-wan0.network', mode: 0o644 }),
        ]),
        links: [
          {
            path: '/etc/systemd/system/multi-user.target.wants/multihome-tracker.service',
            overwrite: true,
            target: '/etc/systemd/system/multihome-tracker.service',
          },
        ],
      },
      systemd: { units: [{ name: 'systemd-networkd.service', enabled: true }] },
    })
  })

  it('knows every step of a first installation: it enables a unit, or a boot does it', () => {
    const unknown = goodFixtures.flatMap((fixture) =>
      [...compileFixture(fixture).outputs].flatMap(([target, output]) => {
        if (ignition.refusal({ host: 'gw1', target, output, folder: '' }) !== undefined) return []
        return output.first
          .map(({ command }) => command)
          .filter((command) => !/^systemctl enable /.test(command))
          .filter((command) => !doneByBoot.some((known) => known.test(command)))
      }),
    )
    expect(unknown).toEqual([])
  })

  it('refuses two targets that no service starts', () => {
    const refused = targets.filter(
      ({ id }) => ignition.refusal(fixtureTree('two-isps-balanced', id)) !== undefined,
    )
    expect(refused.map(({ id }) => id)).toEqual(['netifrc', 'iproute2'])
    expect(() => formatTrees(ignition, [fixtureTree('two-isps-balanced', 'netifrc')])).toThrow(
      'two-isps-balanced: Ignition is for hosts with systemd, and the output of netifrc needs OpenRC',
    )
  })

  it('names an owner that is not root', () => {
    const config = new TextDecoder().decode(
      formatTrees(ignition, [
        treeOf([{ path: '/a', mode: 0o640, owner: '7:systemd-network', content: 'ü %\n' }]),
      ]),
    )
    expect(JSON.parse(config).storage.files).toEqual([
      {
        path: '/a',
        overwrite: true,
        mode: 0o640,
        user: { id: 7 },
        group: { name: 'systemd-network' },
        contents: { source: 'data:,%C3%BC%20%25%0A' },
      },
    ])
  })
})
