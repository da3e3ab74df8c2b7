// Sysctls of files and commands, with the patterns of names that sysctl.d(5) and loops of scripts have.
import { linkOfSysctl, parseSysctlKey, type SysctlKey } from '../kernel/sysctl.js'
import type { Collector } from './collector.js'
import type { CommandItem } from './commands/command-item.js'

/** Adds a sysctl. A key with a pattern, `net.ipv4.conf.*.rp_filter`, sets all keys that match and have no line of their own. */
export function addSysctl(
  text: string,
  value: string,
  item: CommandItem,
  collector: Collector,
  /** Keys that a pattern leaves alone, as text with dots. */
  isExcluded: (key: SysctlKey) => boolean = () => false,
): void {
  const key = parseSysctlKey(text)
  if (key[0] !== 'net') return collector.withoutEffect(item.place, 'the sysctl routes no packet')
  if (!/[*?[]/.test(text)) return collector.sysctl({ ...item, key, value: normalized(value) })
  // A pattern stands for the links that exist when it is applied; all of them are known at the end.
  const pattern = globOf(key.join('/'))
  const seen = collector.soFar.sysctls.length
  const before = new Set(collector.soFar.sysctls.slice(0, seen))
  collector.atEnd(() => {
    const later = collector.soFar.sysctls
      .filter((each) => !before.has(each))
      .map((each) => each.key.join('/'))
    const names = ['all', 'default', 'lo', ...collector.soFar.links.map(({ name }) => name)]
    for (const name of names) {
      const each = key.map((segment, index) => (index === 3 ? name : segment))
      if (!pattern.test(each.join('/')) || linkOfSysctl(each) === undefined) continue
      if (isExcluded(each) || later.includes(each.join('/'))) continue
      collector.sysctl({ ...item, key: each, value: normalized(value) })
    }
    if (key[2] !== 'conf')
      collector.unknown(item.place, 'the pattern may stand for other keys than those of links')
  })
}

/** As the kernel prints it. */
const normalized = (value: string): string => value.trim().replace(/\s+/g, ' ')

/** glob(7) for one path. */
function globOf(pattern: string): RegExp {
  const source = pattern
    .replace(/[.+^${}()|\\]/g, String.raw`\$&`)
    .replaceAll('*', '[^/]*')
    .replaceAll('?', '[^/]')
  try {
    return new RegExp(`^${source.replaceAll('[!', '[^')}$`)
  } catch {
    return /^(?!)/
  }
}
