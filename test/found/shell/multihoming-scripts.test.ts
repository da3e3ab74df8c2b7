// Scripts for two providers, as people write them.
import { describe, expect, it } from 'vitest'
import { createCollector } from '../../../src/found/collector.js'
import { readScript, type ScriptOptions } from '../../../src/found/shell/script.js'
import { foundLines } from '../commands/read-commands.js'

const given: Readonly<Record<string, string>> = {
  '/etc/uplinks/uplinks.conf': 'ADDR=192.0.2.2\n',
  '/etc/uplinks/uplinks.batch':
    '# of the provider\nrule add from 203.0.113.2 lookup 103\nroute add default via 203.0.113.1 \\\n  table 103\n',
}

/** Without problems of commands that route no packet, and without links that the commands only mention. */
function read(script: string, options: ScriptOptions = { calledWith: ['', 'start'] }): readonly string[] {
  const collector = createCollector()
  readScript(script, '/etc/uplinks/up.sh', collector, { files: new Map(Object.entries(given)), ...options })
  return foundLines(collector.found()).filter(
    (line) => !line.startsWith('link ') && !/without-effect: (?:the command|it sets nothing)/.test(line),
  )
}

const defaultVia = (gateway: string, rest: string): string => `route -4 0.0.0.0/0 via ${gateway} ${rest}`

/** What most scripts here say, each in its own way. */
const twoProviders = [
  defaultVia('192.0.2.1', 'dev eth0 table 101'),
  defaultVia('198.51.100.1', 'dev eth1 table 102'),
  'rule -4 from 192.0.2.2 lookup 101',
  'rule -4 from 198.51.100.2 lookup 102',
]

describe('two providers', () => {
  it.each([
    [
      'an array of texts that `read` splits',
      `UPLINKS=(
  "eth0 192.0.2.2 192.0.2.1 101"
  "eth1 198.51.100.2 198.51.100.1 102"
)
for uplink in "\${UPLINKS[@]}"; do
  read -r dev addr gw table <<< "$uplink"
  ip route replace default via "$gw" dev "$dev" table "$table"
  ip rule add from "$addr" lookup "$table"
done`,
    ],
    [
      'a here-document that a loop reads',
      `while read DEV ADDR GW TABLE; do
  [ -z "$DEV" ] && continue
  case $DEV in \\#*) continue;; esac
  ip route add default via $GW dev $DEV table $TABLE
  ip rule add from $ADDR table $TABLE
done <<EOF
# device address gateway table
eth0 192.0.2.2 192.0.2.1 101

eth1 198.51.100.2 198.51.100.1 102
EOF`,
    ],
    [
      'fields with colons',
      `for m in eth0:192.0.2.2:192.0.2.1:101 eth1:198.51.100.2:198.51.100.1:102; do
  IFS=: read dev addr gw t <<<"$m"
  ip route add default via $gw dev $dev table $t
  ip rule add from $addr table $t
done`,
    ],
    [
      'arrays with names and with numbers',
      `declare -A GW=([eth0]=192.0.2.1 [eth1]=198.51.100.1)
declare -A TBL
TBL[eth0]=101; TBL[eth1]=102
for i in eth0 eth1; do ip route add default via \${GW[$i]} dev $i table \${TBL[$i]}; done
SRC=(192.0.2.2)
SRC[1]=198.51.100.2
for ((i = 0; i < \${#SRC[@]}; i++)); do ip rule add from \${SRC[i]} table $((101 + i)); done`,
    ],
    [
      'arguments in fours',
      `set -- eth0 192.0.2.2 192.0.2.1 101  eth1 198.51.100.2 198.51.100.1 102
while [ $# -ge 4 ]; do
  ip route add default via $3 dev $1 table $4
  ip rule add from $2 table $4
  shift 4
done`,
    ],
    [
      'a counter',
      `n=0
IFS=,
NETS=192.0.2,198.51.100
for net in $NETS; do
  ip route add default via $net.1 dev eth$n table $((101 + n))
  ip rule add from $net.2 table 10$((n + 1))
  let n++
done`,
    ],
    [
      'functions with variables of their own',
      `die() { echo "$1" >&2; exit 1; }
run() { echo "+ $*"; "$@" || echo failed; }
uplink() {
  local dev="$1" addr="$2" table="\${4:-101}"
  run ip route replace default via "$3" dev "$dev" table "$table" || return 1
  ip rule add from "$addr" table "$table"
}
[[ $EUID -eq 0 ]] || die "root only"
table=102
uplink eth0 192.0.2.2 192.0.2.1
uplink eth1 198.51.100.2 198.51.100.1 $table || exit 1`,
    ],
    [
      'guards that ask what is there',
      `[ -z "$(ip route show table 101 | grep default)" ] && ip route add default via 192.0.2.1 dev eth0 table 101
ip route list table 102 | grep -q . || ip route add default via 198.51.100.1 dev eth1 table 102
if [ $(ip rule list | grep -c 'lookup 101') -eq 0 ]; then ip rule add from 192.0.2.2 table 101; fi
[[ $(ip rule) =~ "from 198.51.100.2" ]] || ip rule add from 198.51.100.2 table 102`,
    ],
    [
      'exit statuses',
      `IP=$(command -v ip)
$IP route add default via 192.0.2.1 dev eth0 table 101
if [ $? -ne 0 ]; then exit 2; fi
$IP route add default via 198.51.100.1 dev eth1 table 102; rc=$?
[ $rc -eq 0 ] || exit $rc
$IP rule add from 192.0.2.2 table 101 || exit 1
if $IP rule add from 198.51.100.2 table 102; then echo fine; else exit 3; fi`,
    ],
    [
      'batches of ip',
      `ip -batch - <<EOF
route add default via 192.0.2.1 dev eth0 table 101
EOF
cat <<EOF | ip -force -b -
route add default via 198.51.100.1 dev eth1 table 102
EOF
printf 'rule add from 192.0.2.2 lookup 101\\nrule add from 198.51.100.2 lookup 102\\n' | ip -b -`,
    ],
  ])('are read from %s', (_name, script) => {
    expect(read(`#!/bin/bash\n${script}\n`).filter((line) => !line.includes('die "root only"'))).toEqual(
      twoProviders,
    )
  })

  it('are read from files that the script reads', () => {
    const script = `DIR="$(cd "$(dirname "\${BASH_SOURCE[0]}")" && pwd)"
[ -f "$DIR/uplinks.conf" ] && . "$DIR/uplinks.conf"
ip rule add from "$ADDR" table 101
ip -batch $DIR/uplinks.batch`
    expect(read(script)).toEqual([
      defaultVia('203.0.113.1', 'table 103'),
      'rule -4 from 192.0.2.2 lookup 101',
      'rule -4 from 203.0.113.2 lookup 103',
    ])
  })

  it('are read from lists of numbers', () => {
    const script = `for i in $(seq 2 3); do ip rule add from 192.0.2.$i table 101; done
for i in {4..5}; do ip rule add from 192.0.2.$i table 101; done
for a in 192.0.2.{6,7}; do ip rule add from $a table 101; done`
    expect(read(script)).toEqual([2, 3, 4, 5, 6, 7].map((host) => `rule -4 from 192.0.2.${host} lookup 101`))
  })

  it('take names of tables from a here-document', () => {
    const script = `cat >> /etc/iproute2/rt_tables <<EOF
103 lte
EOF
ip rule add from 203.0.113.2 table lte`
    expect(read(script)).toEqual(['rule -4 from 203.0.113.2 lookup 103', 'table 103 lte'])
  })

  it('are read for the links that a regular expression lists', () => {
    const script = '[[ "$1" =~ ^(eth1|wlan0)$ ]] || exit 0\nip rule add oif $1 table 101'
    expect(read(script, { links: ['1'] })).toEqual([
      'rule -4 oif eth1 lookup 101',
      'rule -4 oif wlan0 lookup 101',
    ])
  })
})

describe('what is not certain', () => {
  it.each([
    [
      'a loop that never ends',
      'C=1\nwhile true; do\n[ $C = 1 ] || ip rule add table 5\nC=2\ndone',
      ['line 3: unknown: it depends on `while true`'],
    ],
    [
      'a variable that a loop sets',
      'N=1\nuntil ping -c1 192.0.2.1; do N=$((N+1)); done\nip rule add table $N',
      ['line 3: unknown: `$N` changes in a loop'],
    ],
    [
      'a counter of a loop',
      'n=1\nuntil ping -c1 192.0.2.1; do ((n++)); done\nip rule add table $n',
      ['line 3: unknown: `$n` changes in a loop'],
    ],
    [
      'a condition that the loop changes to one in doubt',
      'n=1\nm=1\nwhile [ $n -lt 3 ]; do n=$(date); m=2; done\nip rule add table $m',
      ['line 4: unknown: `$m` changes in a loop'],
    ],
    [
      'a test with an alternative',
      'n=1\nwhile [ $n -lt 2 ] || ping -c1 192.0.2.1; do n=2; ip rule add table 7; done',
      ['line 2: unknown: it depends on `while [ $n -lt 2 ] || ping -c1 192.0.2.1`'],
    ],
    [
      'an answer of ip',
      '[ "$(ip route get 192.0.2.1)" = x ] && ip rule add table 5',
      ['line 1: unknown: it depends on `[ "$(ip route get 192.0.2.1)" = x ]`'],
    ],
    [
      'a counter in a word',
      'N=1\nip rule add table 5 pref $((N++))\nip rule add table 5 pref $N',
      ['rule -4 pref 1 lookup 5', 'line 3: unknown: `N` is set inside of an expression'],
    ],
    [
      'the order of named elements',
      'declare -A G=([a]=1 [b]=2)\nfor k in "${!G[@]}"; do ip rule add table ${G[$k]}; done',
      ['line 2: unknown: `${G[$k]}` is not computed: bash decides the order of the elements of `G`'],
    ],
    [
      'a file that is not given',
      'ip -batch /etc/other.batch',
      ['line 1: unknown: the file `/etc/other.batch` is not read'],
    ],
    [
      'a here-document with an unknown value',
      'ip -b - <<EOF\nrule add from $X table 5\nEOF',
      ['line 1: unknown: `$X` is set nowhere in the file'],
    ],
    [
      'the status of a command in doubt',
      'ping -c1 192.0.2.1\nif [ $? -eq 0 ]; then ip rule add table 5; fi',
      ['line 2: unknown: it depends on `[ $? -eq 0 ]`'],
    ],
    [
      'an argument of the script',
      'ip rule add iif $1 table 5',
      ['line 1: unknown: `$1` is set when the script runs: the first argument of the script'],
    ],
  ])('is reported: %s', (_name, script, lines) => {
    expect(read(script)).toEqual(lines)
  })

  it('is a part of a line only, where the rest of it runs', () => {
    expect(read('ip rule add table 5 || { ip rule del table 6; exit 1; }')).toEqual([
      'rule -4 lookup 5',
      'line 1: without-effect: `ip rule del table 6` does not run when a link comes up',
    ])
  })
})

describe('files that a script reads', () => {
  it.each([
    ['ip -batch /etc/uplinks/other.batch', ['/etc/uplinks/other.batch']],
    ['while read a; do :; done < /etc/uplinks/list', ['/etc/uplinks/list']],
    ['cat /etc/uplinks/list | while read a; do :; done', ['/etc/uplinks/list']],
    ['ip -batch /etc/shadow; cat /etc/ssh/id.key | ip -batch -; ip -batch /proc/1/environ', []],
  ])('are asked for, unless they may have secrets: %s', (script, paths) => {
    const collector = createCollector()
    readScript(script, '/etc/uplinks/up.sh', collector)
    expect([...collector.wanted]).toEqual(paths)
  })
})

describe('a batch of ip', () => {
  const batch = 'rule add table 5\nroue add default via 192.0.2.1\nrule add table 6'

  it('ends at the first line that ip refuses', () => {
    expect(read(`ip -batch - <<EOF\n${batch}\nEOF`)).toEqual([
      'rule -4 lookup 5',
      'line 3: unknown: ip has no object `roue`',
      'line 4: without-effect: without -force, ip stops at line 3, which it refuses',
    ])
  })

  it('goes on with -force', () => {
    expect(read(`ip -force -batch - <<EOF\n${batch}\nEOF`)).toEqual([
      'rule -4 lookup 5',
      'rule -4 lookup 6',
      'line 3: unknown: ip has no object `roue`',
    ])
  })
})

it('a batch counts as its lines', () => {
  const collector = createCollector()
  const batch = 'rule add table 5\n'.repeat(5000)
  const files = new Map(['/etc/a', '/etc/b', '/etc/c'].map((path) => [path, batch]))
  readScript('ip -batch /etc/a\nip -batch /etc/b\nip -batch /etc/c\n', '/etc/up.sh', collector, { files })
  expect(collector.found().problems.map(({ why }) => why)).toContain(
    'the script runs more than 10000 commands',
  )
})

describe('hostile arithmetic and loops', () => {
  it.each([
    ['a loop without end', 'while [ 1 = 1 ]; do ip rule add table 5; done'],
    ['a loop that counts for ever', 'for ((n = 0; n >= 0; n++)); do ip rule add table 5; done'],
    ['many braces', 'echo {1..1000}{1..1000}{1..1000}; ip rule add table {1..1000}{1..1000}'],
    ['a value that grows', `A=xxxxxxxxxx\n${'A=${A//x/xxxxxxxxxx}\n'.repeat(20)}ip rule add table $A`],
    ['a long sum', `((n=${'1+'.repeat(100_000)}1)); let m=${'1+'.repeat(100_000)}1\nip rule add table $n`],
    ['a long sum in a word', `ip rule add table $((${'1+'.repeat(100_000)}1))`],
    ['a long sum in a loop', `while true; do x=$((${'1+'.repeat(100_000)}1)); done`],
    [
      'a long condition',
      `[ ${'! '.repeat(100_000)} a ] || [ a ${'-a a '.repeat(100_000)} ] && ip rule add table 5`,
    ],
    ['a replacement that is too long', `A=${'x'.repeat(90_000)}\nB=$A\nip rule add table \${A//x/$B}`],
    ['large numbers', 'ip rule add table $((9 ** 999))'],
    ['a long array', `A=(${'x '.repeat(100_000)})\nip rule add table \${A[99999]}`],
    ['a long here-document', `while read a; do echo $a; done <<E\n${'5\n'.repeat(100_000)}E`],
  ])('end in time: %s', (_name, script) => {
    expect(() => read(script)).not.toThrow()
  })
})
