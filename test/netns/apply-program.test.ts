// apply.sh on a host: keeps confirmed changes, otherwise restores files and kernel state, even if processes are killed.
import { afterAll, describe, expect, test } from 'vitest'
import { compile } from '../../src/compile.js'
import type { RenderedFile } from '../../src/targets/target.js'
import { openGuest, whyNoGuest, type Guest } from './guest.js'

if (whyNoGuest !== undefined && process.env['MULTIHOME_REQUIRE_NETNS'] === '1') throw new Error(whyNoGuest)

const describeGuest = describe.skipIf(whyNoGuest !== undefined)
if (whyNoGuest !== undefined) console.warn(`skipped: ${whyNoGuest}`)

/** Two gateways; a change may break `via` of the first. */
const description = (via: string, more = ''): string => `
version: 1
links:
  wan0: { addresses: [203.0.113.10/24, '2001:db8:a::10/64'] }
  wan1: { addresses: [198.51.100.10/24] }
gateways:
  fiber: { link: wan0, via: [${via}, '2001:db8:a::1'] }
  cable: { link: wan1, via: 198.51.100.1, fail-closed: true }
default: { failover: [fiber, cable] }
rules:
  - { from: 10.0.0.128/25, gateway: cable }
${more}`

const good = description('203.0.113.1')
const changed = description('203.0.113.1', '  - { from: 10.0.1.0/24, gateway: fiber }')
/** No host has this address: the kernel accepts the route, and no packet leaves. */
const broken = description('203.0.113.99')

const wires = [
  { link: 'wan0', neighbour: ['203.0.113.1/24', '2001:db8:a::1/64 nodad'] },
  { link: 'wan1', neighbour: ['198.51.100.1/24'] },
]

function filesOf(text: string): readonly RenderedFile[] {
  const output = compile(text, { file: 'host.yaml' }).outputs.get('iproute2')
  if (output === undefined || output.files.length === 0) throw new Error('nothing was rendered')
  return [...output.files, ...output.control]
}

const guests: Guest[] = []
afterAll(() => guests.forEach((guest) => guest.close()))

/** A tree for each text: /root/0, /root/1, … */
async function hostWith(...texts: readonly string[]): Promise<Guest> {
  const guest = await openGuest(wires)
  guests.push(guest)
  for (const [index, text] of texts.entries()) await guest.write(`/root/${index}`, filesOf(text))
  return guest
}

const apply = (tree: number, ...options: readonly string[]): string =>
  `/root/${tree}/.multihome/apply.sh ${options.join(' ')}`

/** Every file that may change, with mode, owner and time, and the kernel state. */
const everything = async (guest: Guest): Promise<string> =>
  guest.must(`
    for path in /usr/local/sbin /etc/iproute2 /etc/sysctl.d /etc/systemd/system /etc/init.d; do
      [ ! -e $path ] || find $path \\( -type f -o -type l \\) -printf '%p %m %u:%g %T@ %l\\n' -exec cksum {} \\;
      [ ! -e $path ] || find $path -type d -printf '%p %m\\n'
    done | sort
    for family in -4 -6; do
      ip -N $family rule
      ip -N -o $family route show table all | sort
      ip -o $family address | sed 's/ valid_lft.*//'
    done
    ip -o link | sed 's/ qdisc.* state/ state/'
    cd /proc/sys/net && find ipv4/conf ipv6/conf -type f ! -name stable_secret | sort | xargs grep -s . `)

const result = (guest: Guest): Promise<string> => guest.must('cat /var/lib/multihome/result')

/** Waits until no application is pending. */
const settled = (guest: Guest): Promise<string> =>
  guest.must(
    'for try in $(seq 300); do [ -d /var/lib/multihome/pending ] || exit 0; sleep 0.2; done; ls /var/lib/multihome/pending; exit 1',
  )

/** Kills the process that a file of the pending application names (SIGKILL). */
const kill = (file: string): string => `read -r pid _ </var/lib/multihome/pending/${file} && kill -9 "$pid"`

/** All processes of the program and of its steps. */
const killAll = `for folder in /proc/[0-9]*; do
  pid=\${folder#/proc/}
  [ $pid = $$ ] || ! grep -qs 'apply[.]sh\\|multihome' $folder/cmdline || kill -9 $pid
done 2>/dev/null; sleep 0.3`

const background = (command: string): string => `setsid sh -c '${command}; :' </dev/null >/tmp/said 2>&1 &`

const untilPhase = (phase: string): string =>
  `for try in $(seq 600); do [ "$(cat /var/lib/multihome/pending/phase 2>/dev/null)" = ${phase} ] && break; sleep 0.02; done`

describeGuest.concurrent('apply.sh', { timeout: 600_000 }, () => {
  test('keeps files that another session confirms, and then has nothing to do', async () => {
    const guest = await hostWith(good)
    await guest.must(`${background(apply(0))} ${untilPhase('waiting')}`)
    expect((await guest.run(apply(0, '--status'))).stdout).toContain('waiting to be confirmed')
    expect(await guest.run(apply(0, '--confirm'))).toMatchObject({ status: 0 })
    expect(await result(guest)).toBe('confirmed\n')
    expect(await guest.must('/usr/local/sbin/multihome.sh status')).toContain('here ')
    const before = await everything(guest)
    const again = await guest.run(apply(0))
    expect(again).toMatchObject({ status: 0, stderr: '' })
    expect(again.stdout).toContain('nothing to do')
    expect(await everything(guest)).toBe(before)
    expect((await guest.run(apply(0, '--confirm'))).status).toBe(1)
  })

  test('confirms by a check command, and reverts when it never succeeds', async () => {
    const guest = await hostWith(good, changed)
    const check = `--check-command 'ping -c 1 -W 1 203.0.113.1'`
    expect(await guest.run(apply(0, '--confirm-within 20', check))).toMatchObject({ status: 0 })
    const before = await everything(guest)
    expect((await guest.run(apply(1, '--confirm-within 4 --check-command false'))).status).toBe(1)
    expect(await everything(guest)).toBe(before)
  })

  test('removes the files of a first installation if nobody confirms', async () => {
    const guest = await hostWith(good)
    const before = await everything(guest)
    const { status, stderr } = await guest.run(apply(0, '--confirm-within 2'))
    expect(stderr).toContain('reverted: nobody confirmed in time')
    expect(status).toBe(1)
    expect(await everything(guest)).toBe(before)
  })

  test('reverts a change whose gateway does not answer, and on --revert', async () => {
    const guest = await hostWith(good, broken, changed)
    await guest.must(apply(0, '--confirm-within 0'))
    const before = await everything(guest)
    const lost = await guest.run(apply(1, '--confirm-within 60'))
    expect(lost.stderr).toContain('the IPv4 default gateway does not answer')
    expect(lost.status).toBe(1)
    expect(await everything(guest)).toBe(before)
    await guest.must(`${background(apply(2))} ${untilPhase('waiting')}`)
    expect(await guest.run(apply(2, '--revert'))).toMatchObject({ status: 0 })
    expect(await everything(guest)).toBe(before)
  })

  test('reverts when a step fails, and when an expected rule is missing', async () => {
    const guest = await hostWith(good, changed, changed)
    await guest.must(apply(0, '--confirm-within 0'))
    const before = await everything(guest)
    await guest.must(`echo 'change false' >>/root/1/.multihome/apply.conf`)
    const failed = await guest.run(apply(1))
    expect(failed.stderr).toContain('a step failed: false')
    expect(failed.status).toBe(1)
    expect(await everything(guest)).toBe(before)
    await guest.must(`echo 'rule -4 pref 7 lookup 7' >>/root/2/.multihome/apply.conf`)
    const missing = await guest.run(apply(2))
    expect(missing.stderr).toContain('missing: ip -4 rule pref 7 lookup 7')
    expect(missing.status).toBe(1)
    expect(await everything(guest)).toBe(before)
  })

  test('keeps a rule that another program added while the files waited', async () => {
    const guest = await hostWith(good)
    const before = await everything(guest)
    await guest.must(
      `${background(apply(0))} ${untilPhase('waiting')}; ip rule add pref 5210 fwmark 0x80000 lookup 52`,
    )
    expect(await guest.run(apply(0, '--revert'))).toMatchObject({ status: 0 })
    expect(await guest.must('ip -N rule show pref 5210')).toContain('lookup 52')
    await guest.must('ip rule delete pref 5210')
    expect(await everything(guest)).toBe(before)
  })

  test.for(['bash', 'busybox'])('reverts in the same way with %s as sh', async (shell) => {
    const guest = await hostWith(good, broken)
    await guest.must(`ln -sf "$(command -v ${shell})" "$(command -v sh)"`)
    await guest.must(apply(0, '--confirm-within 0'))
    const before = await everything(guest)
    const lost = await guest.run(apply(1, '--confirm-within 60'))
    expect(lost.stderr).toContain('the IPv4 default gateway does not answer')
    expect(lost.status).toBe(1)
    expect(await everything(guest)).toBe(before)
  })

  test('refuses a second run with a message', async () => {
    const guest = await hostWith(good, changed)
    await guest.must(`${background(apply(0))} ${untilPhase('waiting')}`)
    const second = await guest.run(apply(1))
    expect(second).toMatchObject({ status: 4 })
    expect(second.stderr).toContain('another application is active')
    expect(await guest.run(apply(0, '--revert'))).toMatchObject({ status: 0 })
  })

  test('reverts when the session that started it ends', async () => {
    const guest = await hostWith(good)
    const before = await everything(guest)
    // The shell between them is the session, whose end the program cannot see.
    await guest.must(
      `setsid sh -c 'echo $$ >/tmp/session; sh -c "${apply(0)}; :"; :' </dev/null >/dev/null 2>&1 & ${untilPhase('waiting')}; kill -9 "$(cat /tmp/session)"`,
    )
    await settled(guest)
    expect(await guest.must('cat /var/lib/multihome/reverted/decision')).toContain('session')
    expect(await everything(guest)).toBe(before)
  })

  test('reverts on a hang-up of the terminal', async () => {
    const guest = await hostWith(good)
    const before = await everything(guest)
    await guest.must(
      `${background(apply(0))} ${untilPhase('waiting')}; read -r pid _ </var/lib/multihome/pending/session; kill -HUP $pid`,
    )
    await settled(guest)
    expect(await everything(guest)).toBe(before)
  })
})

/** Nothing is changed before these phases. */
const phases = ['before-files', 'files', 'steps', 'waiting']

describeGuest.concurrent('apply.sh killed', { timeout: 600_000 }, () => {
  test.for(phases)('in phase %s: its guard reverts', async (phase) => {
    const guest = await hostWith(good, changed)
    await guest.must(apply(0, '--confirm-within 0'))
    const before = await everything(guest)
    await guest.must(
      `${background(apply(1, '--confirm-within 60'))} ${untilPhase(phase)}; ${kill('session')}; :`,
    )
    await settled(guest)
    expect(await result(guest)).toBe('reverted\n')
    expect(await everything(guest)).toBe(before)
  })

  test.for(['prepared', 'files', 'steps'])(
    'in phase %s, the guard too: the next run reverts',
    async (phase) => {
      const guest = await hostWith(good, changed)
      const before = await everything(guest)
      await guest.must(
        `${background(apply(0, '--confirm-within 60'))} ${untilPhase(phase)}; ${kill('session')}; ${kill('guard')}; :`,
      )
      await guest.must('sleep 1')
      const next = await guest.run(apply(1, '--confirm-within 1'))
      expect(next.status).toBe(1)
      expect(await everything(guest)).toBe(before)
    },
  )

  test('its guard is killed: it reverts itself in time', async () => {
    const guest = await hostWith(good)
    const before = await everything(guest)
    await guest.must(
      `${background(apply(0, '--confirm-within 5'))} ${untilPhase('waiting')}; ${kill('guard')}`,
    )
    await settled(guest)
    expect(await result(guest)).toBe('reverted\n')
    expect(await everything(guest)).toBe(before)
  })

  test('at any moment, with all its processes: never a torn file, and the next run ends in the old state', async () => {
    const guest = await hostWith(good, changed)
    await guest.must(apply(0, '--confirm-within 0'))
    const before = await everything(guest)
    for (const moment of [1, 3, 6]) {
      await guest.must(`${background(apply(1, '--confirm-within 60'))} sleep ${moment * 0.25}; ${killAll}`)
      await guest.run(apply(1, '--confirm-within 1'))
      expect(await everything(guest)).toBe(before)
    }
  })
})

/** A script of the previous configuration, with what it has added to the kernel. */
const script = '/etc/network.d/old routes'
const previous = `mkdir -p /etc/network.d && cat >'${script}' <<'END'
#!/bin/sh
ip rule add from 10.9.0.0/16 table old || true
/sbin/ip -6 rule add pref 300 from 2001:db8:9::/48 lookup 77
ip route add 10.8.0.0/16 via 203.0.113.7 table old
END
ip rule add pref 31000 from 10.9.0.0/16 lookup 77
ip -6 rule add pref 300 from 2001:db8:9::/48 lookup 77
ip rule add pref 31001 from 10.7.0.0/16 lookup 77
ip address add 203.0.113.10/24 dev wan0
ip link set wan0 up
ip route add 10.8.0.0/16 via 203.0.113.7 table 77
mkdir -p /etc/iproute2/rt_tables.d && echo '77 old' >/etc/iproute2/rt_tables.d/old.conf`

describeGuest.concurrent('apply.sh --replace', { timeout: 600_000 }, () => {
  const replace = `--replace '${script}'`

  test('removes a file with what it added, keeps a copy, and then has nothing to do', async () => {
    const guest = await hostWith(good)
    await guest.must(previous)
    expect((await guest.run(apply(0, replace, '--dry-run'))).stdout).toContain(`remove  ${script}`)
    const { status, stdout } = await guest.run(apply(0, replace, '--confirm-within 0'))
    expect(status).toBe(0)
    expect(stdout).toContain('ip -4 rule delete pref 31001 from 10.7.0.0/16')
    expect((await guest.run(`test -e '${script}'`)).status).toBe(1)
    expect(await guest.must(`cat '/var/lib/multihome/replaced${script}'`)).toContain('10.9.0.0/16')
    const rules = await guest.must('ip rule; ip -6 rule; ip route show table 77')
    expect(rules).not.toMatch(/10[.]9[.]|10[.]8[.]|2001:db8:9::/)
    expect(rules).toContain('10.7.0.0/16')
    expect((await guest.run(apply(0, replace))).stdout).toContain('nothing to do')
  })

  test('restores the file and the kernel state if nobody confirms', async () => {
    const guest = await hostWith(good)
    await guest.must(`${previous}; chmod 640 '${script}'; ln -s '${script}' /etc/network.d/link`)
    const all = async (): Promise<string> =>
      `${await everything(guest)}${await guest.must('ls -ln --time-style=full-iso /etc/network.d')}`
    const before = await all()
    const run = await guest.run(apply(0, replace, '--replace=/etc/network.d/link', '--confirm-within 2'))
    expect(run.stderr).toContain('reverted: nobody confirmed in time')
    expect(run.status).toBe(1)
    expect(await all()).toBe(before)
  })

  test('removes a symbolic link, not its file, and keeps a file that the tree writes', async () => {
    const guest = await hostWith(good)
    await guest.must(
      `${previous}; ln -s '${script}' /etc/network.d/link; mkdir -p /etc/sysctl.d; echo >/etc/sysctl.d/60-multihome.conf`,
    )
    const files = '--replace /etc/network.d/link --replace /etc/sysctl.d/60-multihome.conf'
    expect((await guest.run(apply(0, files, '--confirm-within 0'))).status).toBe(0)
    expect(await guest.must('ls /etc/network.d')).toBe('old routes\n')
    expect(await guest.must('cat /etc/sysctl.d/60-multihome.conf')).toContain('multihome')
  })

  test.for([
    ['/etc/network.d', '/etc/network.d is a folder'],
    ['/etc/network.d/none', 'there is no file /etc/network.d/none to replace'],
    ['/etc/open/file', '/etc/open/file is below a folder or symbolic link that others'],
    ['/etc/../etc/open/file', 'is no plain path'],
  ])('refuses %s, and changes nothing', async ([file, text]) => {
    const guest = await hostWith(good)
    await guest.must(`${previous}; mkdir -m 777 /etc/open; echo >/etc/open/file; chmod 777 /etc/open`)
    const before = await everything(guest)
    const { status, stderr } = await guest.run(apply(0, `--replace ${file}`))
    expect(stderr).toContain(text)
    expect(status).toBe(3)
    expect(await everything(guest)).toBe(before)
  })

  test('takes the path of a file or the name of a stack', async () => {
    const guest = await hostWith(good)
    for (const words of ['--replace', '--replace file', '--replace netifrc', "--replace '/a\nb'"])
      expect((await guest.run(apply(0, words))).status).toBe(2)
  })
})

describeGuest.concurrent('apply.sh refuses, and changes nothing', { timeout: 300_000 }, () => {
  const refusedFor = async (guest: Guest, text: string): Promise<void> => {
    const before = await everything(guest)
    const { status, stderr } = await guest.run(apply(0))
    expect(stderr).toContain(text)
    expect(status).toBe(3)
    expect(await everything(guest)).toBe(before)
    expect((await guest.run(apply(0, '--dry-run'))).status).toBe(3)
  }

  test('a tree for a link that does not exist', async () => {
    const guest = await hostWith(good)
    await guest.must('ip link delete wan1')
    await refusedFor(guest, 'there is no link wan1')
  })

  test('a tree for another stack', async () => {
    const guest = await hostWith(good)
    await guest.must(`sed -i 's/^stack .*/stack netifrc/' /root/0/.multihome/apply.conf`)
    await refusedFor(guest, 'this tree is for netifrc')
  })

  test('a host that is too old', async () => {
    const guest = await hostWith(good)
    await guest.must(`echo 'version linux 99.1' >>/root/0/.multihome/apply.conf`)
    await refusedFor(guest, 'this tree needs 99.1')
  })

  test('a folder that is a symbolic link of another user, or that another user can write to', async () => {
    const guest = await hostWith(good)
    await guest.must('mkdir /tmp/evil; ln -s /tmp/evil /etc/iproute2; chown -h 65534:65534 /etc/iproute2')
    await refusedFor(guest, '/etc/iproute2/rt_tables.d/multihome.conf is below a folder or symbolic link')
    await guest.must('rm /etc/iproute2; mkdir /etc/iproute2; chown 65534 /etc/iproute2')
    await refusedFor(guest, '/etc/iproute2/rt_tables.d/multihome.conf is below a folder or symbolic link')
    expect(await guest.must('ls /tmp/evil')).toBe('')
  })

  test('a folder instead of a file', async () => {
    const guest = await hostWith(good)
    await guest.must('mkdir -p /usr/local/sbin/multihome.sh')
    await refusedFor(guest, '/usr/local/sbin/multihome.sh is a folder')
  })

  test('invalid arguments', async () => {
    const guest = await hostWith(good)
    for (const words of ['--no', '--confirm-within', '--confirm-within x', '--confirm --revert'])
      expect((await guest.run(apply(0, words))).status).toBe(2)
  })
})

describeGuest.concurrent('apply.sh tells', { timeout: 300_000 }, () => {
  test('with --dry-run the changes, and makes none', async () => {
    const guest = await hostWith(good, changed)
    const before = await everything(guest)
    const first = await guest.run(apply(0, '--dry-run'))
    expect(first).toMatchObject({ status: 0, stderr: '' })
    expect(first.stdout).toContain('new     /usr/local/sbin/multihome.sh')
    expect(first.stdout).toContain('/usr/local/sbin/multihome.sh up')
    expect(await everything(guest)).toBe(before)
    await guest.must(apply(0, '--confirm-within 0'))
    expect((await guest.run(apply(1, '--dry-run'))).stdout).toContain('change  /etc/multihome/plan.conf')
  })

  test('with --print and --help without being root', async () => {
    const guest = await hostWith(good)
    await guest.must('chmod 755 /root')
    const asNobody = (words: string) =>
      guest.run(`setpriv --reuid 65534 --regid 65534 --clear-groups ${apply(0, words)}`)
    expect((await asNobody('--print')).stdout).toContain('/usr/local/sbin/multihome.sh up')
    expect((await asNobody('--help')).stdout).toContain('Exit status')
    expect((await asNobody('')).status).toBe(2)
  })
})
