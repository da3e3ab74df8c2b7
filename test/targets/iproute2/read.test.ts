import { describe, expect, it } from 'vitest'
import { createCollector } from '../../../src/found/collector.js'
import { cronReader, scriptReader, unitReader } from '../../../src/targets/iproute2/read.js'
import { foundLines } from '../../found/commands/read-commands.js'

const read = (files: Readonly<Record<string, string>>): readonly string[] => {
  const collector = createCollector()
  const map = new Map(Object.entries(files))
  for (const reader of [unitReader, scriptReader])
    reader.read(new Map([...map].filter(([path]) => reader.reads(path))), collector)
  return foundLines(collector.found()).filter((line) => !line.includes('without-effect'))
}

it('reads rc.local and scripts with start and stop', () => {
  const script = `#!/bin/bash
### dual wan ###
IF1=eth0 ; IP1="203.0.113.10"; P1=203.0.113.1; P1_NET=203.0.113.0/24
IF2=eth1 ; IP2=198.51.100.10 ; P2=198.51.100.1; P2_NET=198.51.100.0/24

start() {
    # drop what an earlier run left
    ip rule del from $IP1 2>/dev/null
    while ip rule del from $IP2 2>/dev/null; do :; done
    ip route add $P1_NET dev $IF1 src $IP1 table 1
    ip route add default via $P1 table 1
    ip route add $P2_NET dev $IF2 src $IP2 table 2
    ip route add default via $P2 table 2
    ip rule add from $IP1 table 1   # first
    ip rule add from $IP2 table 2
    ip route replace default scope global nexthop via $P1 dev $IF1 weight 1 \\
        nexthop via $P2 dev $IF2 weight 1
    echo 2 > /proc/sys/net/ipv4/conf/$IF1/rp_filter
}
stop() { ip rule flush; ip route flush table 1; }

case "$1" in
    start) start ;;
    stop)  stop ;;
    restart) stop; start ;;
    *) echo "Usage: $0 {start|stop}"; exit 1 ;;
esac
`
  expect(read({ '/usr/local/sbin/dualwan': script })).toEqual([
    'route -4 203.0.113.0/24 dev eth0 scope link src 203.0.113.10 table 1',
    'route -4 0.0.0.0/0 via 203.0.113.1 table 1',
    'route -4 198.51.100.0/24 dev eth1 scope link src 198.51.100.10 table 2',
    'route -4 0.0.0.0/0 via 198.51.100.1 table 2',
    'route -4 0.0.0.0/0 nexthop via 203.0.113.1 dev eth0 weight 1 nexthop via 198.51.100.1 dev eth1 weight 1',
    'rule -4 from 203.0.113.10 lookup 1',
    'rule -4 from 198.51.100.10 lookup 2',
    'sysctl net.ipv4.conf.eth0.rp_filter 2',
  ])
  expect(read({ '/etc/rc.local': '#!/bin/sh -e\nip rule add table 7\nexit 0\n' })).toEqual([
    'rule -4 lookup 7',
  ])
})

it('leaves scripts alone that do not touch the network', () => {
  expect(read({ '/usr/local/bin/backup': '#!/bin/sh\ntar cf /x /home | frobnicate\n' })).toEqual([])
})

it('reads the commands of units', () => {
  const unit = `[Service]
Type=oneshot
ExecStart=-/sbin/ip rule add from 192.0.2.1 \\
  table 7
ExecStartPost=/bin/sh -c 'ip route add default via 192.0.2.254 table 7 || true; echo 1 > /proc/sys/net/ipv4/ip_forward'
ExecStop=/sbin/ip rule del table 7
`
  expect(
    read({
      '/etc/systemd/system/rules.service': unit,
      '/etc/systemd/system/web.service': '[Service]\nExecStart=/usr/bin/web -p 80\n',
    }),
  ).toEqual([
    'route -4 0.0.0.0/0 via 192.0.2.254 table 7',
    'rule -4 from 192.0.2.1 lookup 7',
    'sysctl net.ipv4.ip_forward 1',
  ])
  expect(
    read({ '/etc/systemd/system/r@.service': '[Service]\nExecStart=/sbin/ip link set %i up\n' }),
  ).toEqual(['line 2: unknown: specifiers of systemd are not replaced'])
})

describe('scripts that a boot runs', () => {
  const script = 'ip rule add from 10.0.0.0/8 table 7 priority 9\n'

  it.each([
    ['/etc/systemd/system/routes.service', '[Service]\nExecStart=/opt/net/setup --all\n', unitReader],
    ['/etc/systemd/system/routes.service', '[Service]\nExecStart=/bin/sh /opt/net/setup\n', unitReader],
    ['/etc/cron.d/routes', '@reboot root /opt/net/setup\n', cronReader],
    ['/etc/crontab', '@reboot root sleep 9; /opt/net/setup\n', cronReader],
  ])('are followed: %s', (path, text, reader) => {
    const collector = createCollector()
    reader.read(new Map([[path, text]]), collector)
    expect(collector.found().rules).toEqual([])
    const files = new Map([
      [path, text],
      ['/opt/net/setup', script],
    ])
    const second = createCollector()
    reader.read(files, second)
    expect(second.found().rules.map(({ place }) => place.file)).toEqual(['/opt/net/setup'])
    expect([...collector.wanted]).toEqual(['/opt/net/setup'])
  })

  it('are read once: not by themselves as well', () => {
    const files = new Map([
      ['/etc/systemd/system/routes.service', '[Service]\nExecStart=/usr/local/bin/setup\n'],
      ['/usr/local/bin/setup', script],
    ])
    const collector = createCollector()
    for (const reader of [unitReader, scriptReader]) reader.read(files, collector)
    expect(collector.found().rules.length).toBe(1)
  })

  it('are those of services that touch the network only', () => {
    const collector = createCollector()
    const files = new Map([
      ['/etc/systemd/system/app.service', '[Service]\nExecStart=/opt/app/server\n'],
      ['/etc/cron.d/other', '5 * * * * root /opt/net/setup\n'],
      ['/opt/app/server', 'exec java\n'],
      ['/opt/net/setup', script],
    ])
    for (const reader of [unitReader, cronReader]) reader.read(files, collector)
    expect(collector.found()).toMatchObject({ rules: [], problems: [] })
  })
})
