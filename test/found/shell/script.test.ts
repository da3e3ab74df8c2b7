import { describe, expect, it } from 'vitest'
import { createCollector } from '../../../src/found/collector.js'
import { readScript, type ScriptOptions, type ShellAssignment } from '../../../src/found/shell/script.js'
import { foundLines } from '../commands/read-commands.js'

function read(text: string, options: ScriptOptions = {}): readonly string[] {
  const collector = createCollector()
  collector.table({ id: 100, name: 'isp', place: { file: 'rt_tables', line: 1, text: '' } })
  readScript(text, 'script', collector, options)
  return foundLines(collector.found()).filter((line) => line !== 'table 100 isp')
}
/** Without what routes no packet, and without links that the commands mention. */
const items = (text: string, options: ScriptOptions = {}): readonly string[] =>
  read(text, options).filter((line) => !line.includes('without-effect') && !line.startsWith('link '))

const rule = (address: string, table: number | string = 100): string =>
  `rule -4 from ${address} lookup ${table}`

/** As NetworkManager calls a dispatcher script. */
const dispatcher: ScriptOptions = {
  links: ['1', 'DEVICE_IFACE'],
  events: { '2': ['up', 'dhcp4-change'] },
  names: ['CONNECTION_ID'],
}

describe('commands of a script', () => {
  it.each([
    ['\tip rule add from 10.0.0.1 \t lookup isp || true', [rule('10.0.0.1')]],
    ['sudo /sbin/ip rule add from 10.0.0.1 table 100 2>/dev/null; sleep 1', [rule('10.0.0.1')]],
    ['ip rule add from "10.0.0.1" \\\n  table 100 >/dev/null 2>&1', [rule('10.0.0.1')]],
    ['ip link set eth0 up && ip rule add from 10.0.0.1 table 100', [rule('10.0.0.1')]],
    ['IP=/sbin/ip; $IP rule add from 10.0.0.1 table 100', [rule('10.0.0.1')]],
    ['IP="/sbin/ip -4"\n$IP rule add from 10.0.0.1 table 100', [rule('10.0.0.1')]],
    ['A=10.0.0\nB="${A}.1"\nexport T=100\nip rule add from $B table ${T}', [rule('10.0.0.1')]],
    ['ip rule add from ${SRC:-10.0.0.1} table ${T:=100}', [rule('10.0.0.1')]],
    ['A=10.0.0.1/24; ip rule add from ${A%/*} table 100', [rule('10.0.0.1')]],
    ['for a in 1 2; do ip rule add from 10.0.0.$a table 100; done', [rule('10.0.0.1'), rule('10.0.0.2')]],
    [
      'L="1 2"; for a in $L; do ip rule add from 10.0.0.$a table 100; done',
      [rule('10.0.0.1'), rule('10.0.0.2')],
    ],
    [
      'add() { ip rule add from $1 table $2; }\nadd 10.0.0.1 100\nadd 10.0.0.2 isp',
      [rule('10.0.0.1'), rule('10.0.0.2')],
    ],
    ['[ -x /sbin/ip ] || exit 0\nip rule add from 10.0.0.1 table 100', [rule('10.0.0.1')]],
    ['if [ ! -x /sbin/ip ]; then exit 0; fi\nip rule add from 10.0.0.1 table 100', [rule('10.0.0.1')]],
    [
      '[ "$(id -u)" = 0 ] || { echo root only; exit 1; }\nip rule add from 10.0.0.1 table 100',
      [rule('10.0.0.1')],
    ],
    [
      '[ -e /etc/network/no-policy ] || ip rule add from 10.0.0.1 table 100',
      ['line 1: unknown: it depends on `[ -e /etc/network/no-policy ]`'],
    ],
    ['[ -f /etc/isp.conf ] || exit 1\nip rule add from 10.0.0.1 table 100', [rule('10.0.0.1')]],
    ['ip rule show | grep -q 10.0.0.1 || ip rule add from 10.0.0.1 table 100', [rule('10.0.0.1')]],
    ['if ! ip rule list | grep -q isp; then\n ip rule add from 10.0.0.1 table isp\nfi', [rule('10.0.0.1')]],
    ['while ip rule del table 100; do true; done\nip rule add from 10.0.0.1 table 100', [rule('10.0.0.1')]],
    ['sysctl -w "net.ipv4.ip_forward = 1"', ['sysctl net.ipv4.ip_forward 1']],
    ['echo 1 > /proc/sys/net/ipv4/ip_forward', ['sysctl net.ipv4.ip_forward 1']],
    ['echo 1 | sudo tee /proc/sys/net/ipv4/ip_forward', ['sysctl net.ipv4.ip_forward 1']],
    [
      'grep -q x /etc/iproute2/rt_tables || echo "7 wan" >> /etc/iproute2/rt_tables\nip rule add from 10.0.0.1 table wan',
      [rule('10.0.0.1', 7), 'table 7 wan'],
    ],
    ['ip -batch - <<EOF\nrule add from 10.0.0.1 table 100 # one\nEOF', [rule('10.0.0.1')]],
    ['(ip rule add from 10.0.0.1 table 100)', [rule('10.0.0.1')]],
    ['case start in start) ip rule add from 10.0.0.1 table 100;; esac', [rule('10.0.0.1')]],
    ['set -e\nset -- 10.0.0.1\nip rule add from $1 table 100', [rule('10.0.0.1')]],
  ])('reads %j', (text, lines) => {
    expect(items(text)).toEqual(lines)
  })

  it('sets a sysctl of every link in a loop over /proc/sys', () => {
    const text = 'for f in /proc/sys/net/ipv4/conf/*/rp_filter; do echo 0 > $f; done\nip link set eth0 up'
    expect(items(text)).toEqual(
      ['all', 'default', 'lo', 'eth0'].map((name) => `sysctl net.ipv4.conf.${name}.rp_filter 0`),
    )
  })

  it.each([
    [
      'GW=$(ip route | awk 1)\nip route add default via $GW',
      '`$GW` has no known value: the output of `$(ip route | awk 1)` is not known',
    ],
    ['ip rule add from $SRC table 100', '`$SRC` is set nowhere in the file'],
    [
      'ip rule add from 10.0.0.1 pref $((X+2))',
      '`$((X+2))` is not computed: `$X` is set nowhere in the file',
    ],
    ['. /etc/isp.conf', 'the file `/etc/isp.conf` is not read'],
    ['eval "ip rule add from 10.0.0.1 | cat"', '`eval` is not followed'],
    ['frobnicate eth0', 'the command `frobnicate` is not known'],
    ['wg-quick up wg0', 'it runs a program that makes links, and its routes are not read'],
    [
      'iptables -t mangle -A PREROUTING -i eth0 -j MARK --set-mark 1',
      'marks of iptables are not read; multihome writes marks of connections with `marks: nftables`',
    ],
    ['[ "$(hostname)" = a ] && ip rule add from 10.0.0.1 table 100', 'it depends on `[ "$(hostname)" = a ]`'],
    [
      'if ping -c1 192.0.2.1; then ip rule add from 10.0.0.1 table 100; fi',
      'it depends on `ping -c1 192.0.2.1`',
    ],
    [
      '[ "$(hostname)" = a ] || exit 0\nip rule add from 10.0.0.1 table 100',
      'it depends on `[ "$(hostname)" = a ]`',
    ],
    [
      'while read a; do ip rule add from $a table 100; done < f',
      '`$a` is what `read` reads, and its input is not known',
    ],
    [
      'ip route show | while read r; do ip route add $r table 100; done',
      'commands joined by pipes are not followed',
    ],
    ['echo +eth0 > /sys/class/net/bond0/bonding/slaves', 'what scripts write below /sys is not read'],
  ])('reports %j', (text, why) => {
    const lines = items(text)
    expect(lines).toEqual([expect.stringMatching(/^line \d+: unknown: /)])
    expect(lines[0]).toContain(why)
  })

  it('follows files that the script reads, and finds functions there', () => {
    const more = 'T=100\nadd() {\n  ip rule add from $1 table $T\n}\n'
    const files = new Map([
      ['/etc/default/routing', 'SRC=10.0.0.1\n. /etc/default/more\n'],
      ['/etc/default/more', `${more}. /etc/default/routing\n`],
    ])
    const collector = createCollector()
    readScript('. /etc/default/routing\nadd $SRC', 'script', collector, { files })
    expect(foundLines(collector.found()).join('\n')).toContain(
      'line 5: unknown: the file `/etc/default/routing` reads itself again',
    )
    const fine = createCollector()
    readScript('. /etc/default/more\nadd 10.0.0.1', 'script', fine, {
      files: new Map([['/etc/default/more', more]]),
    })
    expect(
      fine.found().rules.map(({ place, selector }) => [place.file, place.line, selector.from?.address.text]),
    ).toEqual([['/etc/default/more', 3, '10.0.0.1']])
  })

  it('leaves scripts that are read by themselves', () => {
    const isRead = (path: string): boolean => path === '/etc/policy.sh'
    expect(items('/etc/policy.sh start\nsh /etc/policy.sh\n/etc/other.sh', { isRead })).toEqual([
      'line 3: unknown: the command `/etc/other.sh` is not known',
    ])
  })

  it('does not know a variable that a condition in doubt sets', () => {
    const text = 'T=100\nif [ "$(hostname)" = a ]; then T=200; fi\nip rule add from 10.0.0.1 table $T'
    expect(items(text)).toEqual(['line 3: unknown: `$T` depends on `[ "$(hostname)" = a ]`'])
  })

  it('reports commands that no event runs', () => {
    expect(
      read('f() {\n ip rule add from 10.0.0.1 table 100\n}\nexit 0\nip rule add from 10.0.0.2 table 100'),
    ).toEqual([
      'line 2: without-effect: it does not run when a link comes up',
      'line 5: without-effect: it does not run when a link comes up',
    ])
  })

  it('takes comments above a command and behind it', () => {
    const collector = createCollector()
    const text =
      '#!/bin/sh\n# the spare\n# provider\nip rule add from 10.0.0.1 table 100\nip rule add from 10.0.0.2 table 100 || true # office\n'
    readScript(text, 'script', collector, { firstLine: 10 })
    const { rules } = collector.found()
    expect(rules.map(({ comment, place }) => [place.line, comment])).toEqual([
      [13, 'the spare provider'],
      [14, 'office'],
    ])
  })
})

describe('links and events', () => {
  it.each([
    'if [ "$1" = eth1 ] && [ "$2" = up ]; then ip rule add from 10.0.0.1 table 100; fi',
    '[ "$1" != "eth1" ] && exit 0\n[ "$2" = up ] || exit 0\nip rule add from 10.0.0.1 table 100',
    'case "$1" in\n eth1) case "$2" in up|dhcp4-change) ip rule add from 10.0.0.1 table 100 ;; down) ip rule del table 100 ;; esac ;;\nesac',
    'IF=$1\nSTATUS=$2\nif [ $IF == eth1 -a $STATUS == up ]; then\n ip rule add from 10.0.0.1 table 100\nfi',
    'if [[ $DEVICE_IFACE == "eth1" && "$2" == up ]]; then ip rule add from 10.0.0.1 table 100; fi',
    'case $2 in up) ;; *) exit 0;; esac\nip rule add from 10.0.0.1 table 100',
    'if [ "$CONNECTION_ID" = "Wired 1" ]; then ip rule add from 10.0.0.1 table 100; fi',
    'case "$1:$2" in *) ip rule add from 10.0.0.1 table 100;; esac',
    '[ -z "$1" ] && exit 1\n[ "$1" = lo ] && exit 0\nip rule add from 10.0.0.1 table 100',
  ])('reads %j', (text) => {
    expect(items(text, dispatcher)).toEqual([rule('10.0.0.1')])
  })

  it('follows the values that each link gets', () => {
    const text =
      'if [ "$1" = eth0 ]; then T=1; GW=192.0.2.1\nelif [ "$1" = eth1 ]; then T=2; GW=198.51.100.1\nelse exit 0; fi\nip route add default via $GW dev $1 table $T'
    expect(items(text, dispatcher)).toEqual([
      'route -4 0.0.0.0/0 via 192.0.2.1 dev eth0 table 1',
      'route -4 0.0.0.0/0 via 198.51.100.1 dev eth1 table 2',
    ])
  })

  it('reports a command for a link that no condition names', () => {
    expect(items('ip route add default dev $1 table 5', dispatcher)).toEqual([
      'line 1: unknown: `$1` is set when the script runs: the link that comes up',
    ])
  })

  it('says that the commands of other events do nothing here', () => {
    expect(read('[ "$2" = down ] && ip rule del table 100', dispatcher)).toEqual([
      'line 1: without-effect: `ip rule del table 100` does not run when a link comes up',
    ])
  })
})

describe('files of assignments', () => {
  const text =
    '# first\nconfig_eth0="192.0.2.10/24\n192.0.2.11/24"\nroutes_eth0=( "default via 192.0.2.1" )\nX=$(hostname)\npostup() {\n [ "$IFACE" = eth0 ] && ip rule add from 192.0.2.10 table 100\n return 0\n}\n'

  it('gives each assignment to the caller, and calls functions', () => {
    const collector = createCollector()
    const assigned: ShellAssignment[] = []
    readScript(text, 'net', collector, {
      assigned: (each) => void assigned.push(each),
      calls: [
        { name: 'postup', environment: { IFACE: 'eth0' } },
        { name: 'postup', environment: { IFACE: 'eth1' } },
      ],
    })
    expect(assigned.map(({ name, values, isArray, comment }) => [name, values, isArray, comment])).toEqual([
      ['config_eth0', ['192.0.2.10/24\n192.0.2.11/24'], false, 'first'],
      ['routes_eth0', ['default via 192.0.2.1'], true, undefined],
      ['X', undefined, false, undefined],
    ])
    expect(foundLines(collector.found())).toEqual([rule('192.0.2.10')])
  })

  it('gives the text of a here-document to the caller', () => {
    const documents: unknown[] = []
    readScript("exec prog <<'END'\nrule 1\nEND\n", 'hook', createCollector(), {
      command: (words, _item, document) => documents.push([words, document]) > 0,
    })
    expect(documents).toEqual([[['prog'], { text: 'rule 1\n', line: 2 }]])
  })
})

describe('hostile scripts', () => {
  const onlyProblem = (text: string): void => {
    const start = performance.now()
    const lines = read(text, dispatcher)
    expect(performance.now() - start).toBeLessThan(3000)
    expect(lines.some((line) => line.includes('unknown'))).toBe(true)
  }

  it.each([
    ['many commands', 'for a in 1 2 3 4 5 6 7 8 9 0; do '.repeat(6) + 'ip rule show; ' + 'done; '.repeat(6)],
    ['recursion', 'f() { f; f; }; f'],
    ['mutual recursion', 'f() { g; }; g() { f; }; f'],
    [
      'paths',
      Array.from({ length: 40 }, (_, n) => `[ "$1" = e${n} ] && V${n}=x`).join('\n') +
        '\nip rule add table $V1',
    ],
    [
      'doubts',
      Array.from({ length: 300 }, (_, n) => `if [ "$(x)" = ${n} ]; then V${n}=x; fi`).join('\n') +
        '\nip rule add table $V1',
    ],
    ['nesting', '('.repeat(5000)],
    ['nested blocks', '{ '.repeat(3000) + 'ip rule add' + '; }'.repeat(3000)],
    ['long', 'ip rule add table 5\n'.repeat(60_000)],
    ['doubling', 'A=xxxxxxxx\n' + 'A=$A$A\n'.repeat(60) + 'ip rule add table $A'],
    ['NUL', 'ip rule add\0'],
    ['another language', '#!/usr/bin/perl\nip'],
  ])('ends with a problem: %s', (_name, text) => onlyProblem(text))

  it('never throws for cut scripts', () => {
    const text =
      'f() { case "$1" in a|b*) [ -z "${X:-$(y)}" ] && ip rule add from $Z table 5 <<E || exit;; esac; }\nE\nf `x` $((1))'
    for (let length = 0; length < text.length; length++) read(text.slice(0, length), dispatcher)
  })
})

describe('tests for links', () => {
  it('are true, but do not skip the command that makes the link', () => {
    const add = rule('10.0.0.1').replace('rule -4', 'ip rule add')
    expect(items(`if [ -d /sys/class/net/eth1 ]; then ${add}; fi`)).toEqual([rule('10.0.0.1')])
    expect(items('[ -d /sys/class/net/br0 ] || ip link add br0 type bridge')).toEqual([
      'line 1: unknown: it depends on `[ -d /sys/class/net/br0 ]`',
    ])
  })
})
