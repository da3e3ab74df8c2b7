// Files of a booted host that are not rendered: its name, a few units, and the setup of OpenRC.
import type { Stack } from '../stacks.js'
import { unitFolder } from '../stacks.js'
import type { TreeEntry, TreeFile, TreeLink } from './tree.js'

export function hostFiles(stack: Stack, tree: readonly TreeEntry[]): readonly TreeFile[] {
  const common = [
    file('/etc/hostname', 'host\n'),
    file('/etc/hosts', '127.0.0.1 localhost host\n::1 localhost\n'),
    file('/etc/machine-id', '0123456789abcdef0123456789abcdef\n'),
  ]
  return [...common, ...(stack.init === 'systemd' ? systemdFiles(stack, tree) : openrcFiles)]
}

function systemdFiles(stack: Stack, tree: readonly TreeEntry[]): readonly TreeFile[] {
  const script = tree.find((one) => one.path.endsWith('.sh'))?.path
  // `netplan apply` reloads the rules of udev and fails without udevd. Nothing else of it needs udev here.
  if (stack.id === 'netplan' || stack.id === 'netplan-nm') {
    return [file('/usr/local/sbin/udevadm', '#!/bin/sh\nexit 0\n', 0o755)]
  }
  if (stack.id === 'ifupdown-ng') {
    return [oneshot('networking', '/sbin/ifup -a', '/sbin/ifdown -a')]
  }
  if (stack.id !== 'iproute2' || script === undefined) return []
  const isRun = tree.some((one) => 'content' in one && one.content.includes(`ExecStart=${script}`))
  if (isRun) return []
  return [oneshot('multihome-lab', `${script} up`, `${script} down`)]
}

/** For stacks without a unit: the plain script, and Debian's ifupdown-ng. */
function oneshot(name: string, start: string, stop: string): TreeFile {
  const lines = [
    '[Unit]',
    `Description=${start}`,
    'After=systemd-sysctl.service',
    '[Service]',
    'Type=oneshot',
    'RemainAfterExit=yes',
    `ExecStart=${start}`,
    `ExecStop=${stop}`,
  ]
  return file(`${unitFolder}/${name}.service`, `${lines.join('\n')}\n`)
}

/** Gentoo's inittab without terminals; the last line marks the end of the boot. */
const inittab = `id:3:initdefault:
si::sysinit:/sbin/openrc sysinit
rc::bootwait:/sbin/openrc boot
l3:3:wait:/sbin/openrc default
ok:3:wait:/bin/touch /run/booted
`

const service = (start: string): string => `#!/sbin/openrc-run\nstart() {\n\t${start}\n}\n`

/** Three services that Debian's OpenRC lacks: netifrc needs them, or Gentoo's boot runlevel has them. */
const openrcFiles: readonly TreeFile[] = [
  file('/etc/inittab', inittab),
  file('/etc/rc.conf', 'rc_sys="lxc"\nrc_logger="YES"\n'),
  file('/etc/init.d/sysfs', service('return 0'), 0o755),
  file('/etc/init.d/localmount', service('return 0'), 0o755),
  file('/etc/init.d/sysctl', service('sysctl -q --system'), 0o755),
]

/** `ln -s net.lo net.LINK` and `rc-update add`, as in Gentoo's handbook. */
export function openrcLinks(links: readonly string[]): readonly TreeLink[] {
  const start = (level: string, name: string): TreeLink => {
    return { path: `/etc/runlevels/${level}/${name}`, symlink: `/etc/init.d/${name}` }
  }
  return [
    ...links.map((link) => ({ path: `/etc/init.d/net.${link}`, symlink: 'net.lo' })),
    ...['localmount', 'sysctl', 'net.lo'].map((name) => start('boot', name)),
    start('sysinit', 'sysfs'),
    ...links.map((link) => start('default', `net.${link}`)),
  ]
}

function file(path: string, content: string, mode = 0o644): TreeFile {
  return { path, mode, content }
}
