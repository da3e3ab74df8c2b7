import { describe, expect, it } from 'vitest'
import { createCollector } from '../../../src/found/collector.js'
import type { Reader } from '../../../src/found/reader.js'
import { networkdDispatcherReader, nmDispatcherReader } from '../../../src/targets/nm-dispatcher/read.js'
import { foundLines } from '../../found/commands/read-commands.js'

const read = (reader: Reader, files: Readonly<Record<string, string>>): readonly string[] => {
  const collector = createCollector()
  const map = new Map(Object.entries(files))
  reader.read(new Map([...map].filter(([path]) => reader.reads(path))), collector)
  return foundLines(collector.found()).filter((line) => !line.includes('without-effect'))
}

const FOLDER = '/etc/NetworkManager/dispatcher.d'

describe('dispatcher scripts of NetworkManager', () => {
  it('reads a script as people write it', () => {
    const script = `#!/bin/bash
# Routing for the second uplink, NM cannot do it.
IF="$1"
STATUS="$2"
TABLE=200   # isp2

case "$STATUS" in
	up|vpn-up|dhcp4-change)
		if [ "$IF" == "enp2s0" ]; then
			logger "adding policy routing for $IF"
			/usr/sbin/ip route flush table $TABLE
			/usr/sbin/ip route add default via 198.51.100.1 dev $IF table $TABLE
			/usr/sbin/ip rule add from 198.51.100.10/32 table $TABLE priority 1000 2>/dev/null || true
			sysctl -w net.ipv4.conf.$IF.rp_filter=2
		fi
		;;
	down)
		/usr/sbin/ip rule del from 198.51.100.10/32 table $TABLE
		;;
esac
exit 0
`
    expect(read(nmDispatcherReader, { [`${FOLDER}/20-isp2`]: script })).toEqual([
      'route -4 0.0.0.0/0 via 198.51.100.1 dev enp2s0 table 200',
      'rule -4 pref 1000 from 198.51.100.10 lookup 200',
      'sysctl net.ipv4.conf.enp2s0.rp_filter 2',
    ])
  })

  it('says which values come with a lease', () => {
    expect(
      read(nmDispatcherReader, {
        [`${FOLDER}/20-isp2`]: 'ip route add default via $DHCP4_ROUTERS dev eth1 table 7',
      }),
    ).toEqual([expect.stringContaining('`$DHCP4_ROUTERS` is a value of a lease')])
  })

  it('reads the script for what brings a link up, in the order of names, and prefers /etc', () => {
    const rule = (table: number): string => `ip rule add table ${table}\n`
    expect(
      read(nmDispatcherReader, {
        [`${FOLDER}/20-b`]: rule(2),
        [`${FOLDER}/pre-up.d/10-a`]: `[ "$2" = pre-up ] && ${rule(1)}`,
        [`${FOLDER}/pre-down.d/10-a`]: rule(9),
        [`${FOLDER}/30-c.rpmnew`]: rule(9),
        [`${FOLDER}/40-d`]: rule(4),
        '/usr/lib/NetworkManager/dispatcher.d/40-d': rule(9),
        '/usr/lib/NetworkManager/dispatcher.d/30-c': rule(3),
      }),
    ).toEqual([1, 2, 3, 4].map((table) => `rule -4 lookup ${table}`))
  })
})

it('reads the scripts of networkd-dispatcher', () => {
  const script = '#!/bin/sh\n[ "$IFACE" = eth1 ] || exit 0\nip rule add from 192.0.2.1 table 7\n'
  expect(
    read(networkdDispatcherReader, {
      '/etc/networkd-dispatcher/routable.d/50-rules': script,
      '/etc/networkd-dispatcher/off.d/50-rules': 'ip rule del table 7\n',
    }),
  ).toEqual(['rule -4 from 192.0.2.1 lookup 7'])
})
