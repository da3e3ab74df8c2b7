// Comment lines above an item: their words, without configuration that somebody has switched off by a comment sign.

/** Lines without their signs, joined by blanks. undefined if nothing is left. */
export function joinComment(lines: readonly string[]): string | undefined {
  const joined = lines
    .map((line) => line.trim())
    .filter((line) => line !== '' && !isConfiguration(line))
    .join(' ')
  return joined === '' ? undefined : joined
}

/**
 * Whether the line would configure something without its sign: `post-up ip route add …`, `GATEWAY=192.0.2.1`. A sentence that
 * only begins like one (`gateway of the second provider`) is a comment.
 */
const isConfiguration = (line: string): boolean => patterns.some((pattern) => pattern.test(line))

const COMMAND = String.raw`(?:sudo\s+)?(?:/\S+/)?(?:ip\s+(?:-\S+\s+)*\w+\s+(?:add|append|change|del|delete|flush|prepend|replace|set)\b|route\s+(?:-\S+\s+)*(?:add|del)\b|(?:ip6?tables|sysctl)\s+-|ifconfig\s+\S+\s+(?:\d|add|up|down|inet)|(?:ifup|ifdown|modprobe|ifenslave|ethtool|brctl)\s+\S+|echo\s+.*>)`
const ADDRESS = String.raw`(?:\d{1,3}(?:\.\d{1,3}){3}|[\da-f]*:[\da-f:]+)(?:/\d+)?`

const patterns: readonly RegExp[] = [
  new RegExp(`^${COMMAND}`),
  // interfaces(5).
  new RegExp(String.raw`^(?:pre-up|post-up|pre-down|post-down|up|down)\s+(?:${COMMAND}|/|\[|test\s)`),
  new RegExp(String.raw`^(?:address|gateway|netmask|broadcast|network|pointopoint)\s+${ADDRESS}$`),
  new RegExp(String.raw`^(?:dns[-_]nameservers|nameserver)(?:\s+${ADDRESS})+$`),
  /^iface\s+\S+\s+inet6?\s+\w+$/,
  /^(?:auto|allow-hotplug|allow-auto)(?:\s+[a-z]+\d[\w.:]*)+$/,
  /^(?:source|source-directory)\s+\/\S+$/,
  /^(?:metric|mtu)\s+\d+$/,
  /^(?:bridge|bond|vlan)[-_]\w+\s+\S+$/,
  // Assignments of a shell, of INI files and of ifcfg files.
  /^[A-Za-z][\w.]*\+?=(?!=)\S*/,
  /^\[[A-Z]\w*\]$/,
  // Routes and rules of ip(8) without the command, as in route-eth0 and conf.d/net.
  new RegExp(String.raw`^["'(]*(?:default|${ADDRESS})\s+(?:via\s+${ADDRESS}|dev\s+\S+)`),
  new RegExp(String.raw`^["'(]*(?:from|to)\s+${ADDRESS}\s+(?:table|lookup)\s+\S+`),
  // netplan.
  /^(?:-\s+)?(?:addresses|dhcp[46]|ethernets|gateway[46]|nameservers|optional|renderer|routes|routing-policy|accept-ra)\s*:/,
  new RegExp(String.raw`^(?:-\s+)?(?:to|via|from)\s*:\s*["']?(?:default|${ADDRESS})["']?$`),
  /^(?:-\s+)?(?:metric|mtu|table|priority)\s*:\s*\d+$/,
]
