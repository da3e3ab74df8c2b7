// Readers of shell scripts and of systemd units that run ip(8) at boot.
import type { Collector } from '../../found/collector.js'
import { linesOf, pathsOf, type InputFiles, type Reader } from '../../found/reader.js'
import { isGenerated } from '../../found/own-comments.js'
import { readScript, type ScriptOptions } from '../../found/shell/script.js'

/** Scripts that administrators write. Those of packages are not read. */
const SCRIPT =
  /^\/etc\/(?:rc\.d\/)?rc\.local$|^\/usr\/local\/s?bin\/[^/]+$|^\/(?:root|opt|home|srv|etc|usr\/local)\/.*\.sh$/
const NO_SCRIPT =
  /^\/etc\/(?:profile\.d|skel|NetworkManager|networkd-dispatcher|network\/if-|kernel|dhcp|ppp|cron)/

const isScript = (path: string): boolean => SCRIPT.test(path) && !NO_SCRIPT.test(path)

/** Files of variables, which a script may read with `.`. */
const SETTINGS = /^\/etc\/default\/[^/]+$/

/** Whether a script touches the network; others are none of our business. */
const NETWORK =
  /(?:^|[\s/;&|"'`(=])(?:ip|route|ifconfig|brctl|vconfig|ifenslave|sysctl)["']?\s|\/proc\/sys\/net\//m

/** The argument with which a boot calls a script, where it has one. */
const STARTS = ['', 'start', 'up', 'boot', 'add', 'on', 'enable', 'apply']

export const scriptReader: Reader = {
  name: 'iproute2',
  reads: (path) => isScript(path) || SETTINGS.test(path),
  read(files, collector) {
    for (const path of pathsOf(files, isScript)) {
      if (collector.called.paths.has(path)) continue
      const text = files.get(path) ?? ''
      // A script that multihome generated only calls multihome-plan; the reader of common files reads the plan itself.
      if (isGenerated(text)) collector.ours()
      else if (NETWORK.test(text) || path.endsWith('/rc.local')) readBootScript(path, files, collector)
    }
  },
}

/** What openvpn(8) gives to scripts of `up`. */
const openvpn: Pick<ScriptOptions, 'links' | 'unknowns'> = {
  links: ['1', 'dev'],
  unknowns: {
    4: 'the address of the tunnel',
    5: 'the other end of the tunnel',
    ifconfig_local: 'the address of the tunnel',
    ifconfig_remote: 'the other end of the tunnel',
    route_vpn_gateway: 'the gateway that the server gives',
    trusted_ip: 'the address of the server',
  },
}

/** A script that a boot runs. */
export const readBootScript = (path: string, files: InputFiles, collector: Collector): void =>
  readScript(files.get(path) ?? '', path, collector, {
    ...(path.startsWith('/etc/openvpn/') ? openvpn : { calledWith: STARTS }),
    files,
    isRead: (name) => files.has(name) && isScript(name),
  })

const UNIT = /^\/etc\/systemd\/system\/(?:[^/]+\.d\/)?[^/]+\.(?:service|conf)$/

/** `ExecStart=/sbin/ip rule add …` of units; services that touch no network are none of our business. */
export const unitReader: Reader = {
  name: 'systemd',
  reads: (path) => UNIT.test(path),
  read(files, collector) {
    for (const path of pathsOf(files, unitReader.reads)) {
      const text = files.get(path) ?? ''
      if (isGenerated(text)) continue
      let continued: { readonly line: number; text: string } | undefined
      for (const { line, text: raw } of linesOf(path, text)) {
        const whole = continued === undefined ? raw : `${continued.text} ${raw}`
        const first = continued?.line ?? line
        continued =
          whole.endsWith('\\') && whole.length < 100_000
            ? { line: first, text: whole.slice(0, -1) }
            : undefined
        const command =
          continued === undefined ? /^ExecStart(?:Pre|Post)?\s*=\s*[-@:+!]*(.*)$/.exec(whole)?.[1] : undefined
        if (command === undefined || !(NETWORK.test(command) || runsScript(command, files, collector)))
          continue
        // systemd.service(5): a single `;` separates commands, `%` begins a specifier.
        if (command.includes('%'))
          collector.unknown({ file: path, line: first, text: raw }, 'specifiers of systemd are not replaced')
        else readScript(shellOf(command), path, collector, { firstLine: first, files })
      }
    }
  },
}

/** Whether a command runs a script that touches the network; a script that is not among the files is asked for. */
function runsScript(command: string, files: InputFiles, collector: Collector): boolean {
  const paths = shellOf(command)
    .split(/[;&|]+/)
    .flatMap((part) => /^\s*(?:(?:exec|nohup|\S*sh)\s+)?(\/\S+)/.exec(part)?.[1] ?? [])
    .filter((path) => !/^(?:\/usr)?\/(?:s?bin|lib)\//.test(path))
  for (const path of paths) collector.wants(path)
  return paths.some((path) => NETWORK.test(files.get(path) ?? ''))
}

/** Lines of crontab(5) that run at boot, as the commands that they run; others run later. */
export const cronReader: Reader = {
  name: 'cron',
  reads: (path) => /^\/etc\/(?:crontab$|cron\.d\/[A-Za-z0-9_-]+$)/.test(path),
  read(files, collector) {
    for (const path of pathsOf(files, cronReader.reads))
      for (const { line, text } of linesOf(path, files.get(path) ?? '')) {
        const command = /^@reboot\s+\S+\s+(.*)$/.exec(text)?.[1]
        if (command !== undefined && (NETWORK.test(command) || runsScript(command, files, collector)))
          readScript(command, path, collector, { firstLine: line, files })
      }
  },
}

/** The script of `sh -c '…'`, or the command itself. */
const shellOf = (command: string): string =>
  /^\S*\/(?:ba|da)?sh\s+-\w*c\s+(["'])([\s\S]*)\1$/.exec(command.trim())?.[2]?.replaceAll('$$', '$') ??
  command
