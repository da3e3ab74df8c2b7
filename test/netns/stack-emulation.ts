// Emulation of ifupdown and netifrc: the commands that they run for a link, from their manuals.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { RenderedFile, TextFile } from '../../src/targets/target.js'
import type { Netns } from './netns.js'
import { writePrograms } from './programs.js'

export interface Stack {
  /** Like `ifup LINK`, `rc-service net.LINK start`. */
  start(link: string): void
  stop(link: string): void
  /** Its configured links, in boot order. */
  readonly links: readonly string[]
}

const textFiles = (files: readonly RenderedFile[]): readonly TextFile[] =>
  files.filter((file) => 'content' in file)

interface Stanza {
  readonly link: string
  readonly family: string
  readonly method: string
  readonly options: readonly (readonly [string, string])[]
}

/** interfaces(5). */
function readStanzas(text: string): readonly Stanza[] {
  const stanzas: { link: string; family: string; method: string; options: [string, string][] }[] = []
  for (const raw of text.replaceAll('\\\n', '').split('\n')) {
    const [word = '', ...rest] = raw.trim().split(/\s+/)
    if (word === '' || word.startsWith('#')) continue
    const [link = '', family = '', method = ''] = rest
    if (word === 'iface') stanzas.push({ link, family, method, options: [] })
    else if (!/^(auto|allow-.*|source.*)$/.test(word)) stanzas.at(-1)?.options.push([word, rest.join(' ')])
  }
  return stanzas
}

/** `ifup` and `ifdown` with one file of stanzas and the scripts in if-up.d and if-down.d. */
export function ifupdown(files: readonly RenderedFile[], netns: Netns): Stack {
  const texts = textFiles(files)
  const interfaces = texts.filter(({ path }) => path.startsWith('/etc/network/interfaces'))
  const stanzas = interfaces.flatMap(({ content }) => readStanzas(content))
  const scripts = texts.filter(({ path }) => /^\/etc\/network\/if-up\.d\//.test(path))
  const folder = mkdtempSync(join(tmpdir(), 'multihome-hooks-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const hooks = scripts.map(({ path }) => `${writePrograms(folder, files, path)} || exit 1`)
  const isDown = files.some(({ path }) => path.startsWith('/etc/network/if-down.d/'))
  const run = (stanza: Stanza, mode: 'start' | 'stop', lines: readonly string[]) => {
    const { link, family, method } = stanza
    const head = `export IFACE=${link} LOGICAL=${link} ADDRFAM=${family} METHOD=${method} MODE=${mode}\n`
    netns.must(['sh', '-e', '-c', head + lines.join('\n')])
  }
  const valuesOf = ({ options }: Stanza, ...names: readonly string[]) =>
    options.filter(([name]) => names.includes(name)).map(([, value]) => value)
  const ofLink = (link: string): readonly Stanza[] => {
    const own = stanzas.filter((stanza) => stanza.link === link)
    // With stanzas of other files there are only the scripts.
    return own.length > 0 ? own : [{ link, family: 'inet', method: 'manual', options: [] }]
  }
  /** `manual` too sets the link up and down (inet.defn). */
  const setsLink = (stanza: Stanza): boolean => stanzas.includes(stanza) && stanza.method !== 'loopback'
  return {
    links: ['lo', ...new Set(stanzas.map(({ link }) => link).filter((link) => link !== 'lo'))],
    start: (link) => {
      for (const stanza of ofLink(link)) {
        const addresses = valuesOf(stanza, 'address')
        const flag = stanza.family === 'inet6' ? '-6' : '-4'
        run(stanza, 'start', [
          ...valuesOf(stanza, 'pre-up'),
          ...valuesOf(stanza, 'hwaddress').map(
            (mac) => `ip link set dev ${link} address ${mac.replace('ether ', '')}`,
          ),
          ...valuesOf(stanza, 'mtu').map((mtu) => `ip link set dev ${link} mtu ${mtu}`),
          ...(setsLink(stanza) ? [`ip link set dev ${link} up`] : []),
          ...addresses.map((address) => `ip ${flag} address add ${address} dev ${link}`),
          ...valuesOf(stanza, 'up', 'post-up'),
          ...hooks,
        ])
      }
    },
    stop: (link) => {
      for (const stanza of ofLink(link)) {
        run(stanza, 'stop', [
          ...valuesOf(stanza, 'down', 'pre-down'),
          ...(isDown ? hooks : []),
          ...(setsLink(stanza)
            ? [`ip address flush dev ${link} scope global`, `ip link set dev ${link} down`]
            : []),
          ...valuesOf(stanza, 'post-down'),
        ])
      }
    },
  }
}

/** `net.LINK` of netifrc 0.7.9 and later: conf.d/net, conf.d/net.LINK, lists by line, routes appended, rules at the end. */
export function netifrc(files: readonly RenderedFile[], netns: Netns): Stack {
  const texts = textFiles(files).filter(({ path }) => path.startsWith('/etc/conf.d/'))
  netns.must(['sh', '-c', 'mkdir -p /run/conf.d'])
  for (const { path, content } of texts)
    netns.must(['sh', '-c', `cat >/run/conf.d/${path.slice(12)}`], content)
  netns.must(['sh', '-c', 'cat >/run/net'], NET)
  const links = new Set(files.flatMap(({ path }) => /\/net\.([^/]+)$/.exec(path)?.[1] ?? []))
  const call = (action: string, link: string) => netns.must(['sh', '-e', '/run/net', action, link])
  return {
    links: ['lo', ...[...links].filter((link) => link !== 'lo')],
    start: (link) => void call('start', link),
    stop: (link) => void call('stop', link),
  }
}

/** Written from its manual and its messages; no code of netifrc is copied. */
const NET = String.raw`
IFACE=$2
IFVAR=$(printf '%s' "$IFACE" | tr -c 'A-Za-z0-9' '_')
for file in net net.$IFACE; do [ ! -r /run/conf.d/$file ] || . /run/conf.d/$file; done
list() { eval "value=\$$1"; printf '%s\n' "$value" | sed 's/^[[:space:]]*//; /^$/d'; }
saved=/run/saved.$IFACE
start() {
	if command -v preup >/dev/null; then preup || :; fi
	list config_$IFVAR | while read -r address rest; do
		# There is no DHCP server here.
		[ "$address" = null ] || [ "$address" = dhcp ] || ip address add "$address" dev "$IFACE"
	done
	list mac_$IFVAR | while read -r mac; do ip link set dev "$IFACE" address "$mac"; done
	list mtu_$IFVAR | while read -r mtu; do ip link set dev "$IFACE" mtu "$mtu"; done
	ip link set dev "$IFACE" up
	list routes_$IFVAR | while read -r family words; do
		case $words in
		unreachable* | blackhole* | prohibit* | throw*) ip $family route append $words && echo route "$family" $words ;;
		*) ip $family route append $words dev "$IFACE" ;;
		esac
	done >$saved
	list rules_$IFVAR | while read -r words; do ip -4 rule add $words && echo rule -4 $words; done >>$saved
	list rules6_$IFVAR | while read -r words; do ip -6 rule add $words && echo rule -6 $words; done >>$saved
	if command -v postup >/dev/null; then postup || :; fi
}
stop() {
	if command -v predown >/dev/null; then predown; fi
	while read -r what family words; do ip $family $what del $words; done <$saved
	list ifdown_$IFVAR | grep -qx NO || [ "$IFACE" = lo ] || {
		ip address flush dev "$IFACE" scope global
		ip link set dev "$IFACE" down
	}
	if command -v postdown >/dev/null; then postdown; fi
}
$1
`
