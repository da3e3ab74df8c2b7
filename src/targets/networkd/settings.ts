// Settings of networkd: which version, and how the files are called.
import { loopback } from '../../kernel/link.js'
import type { Path } from '../../diagnostics/diagnostic.js'
import type { KernelPlan } from '../../plan/plan.js'
import { OLDEST_SYSTEMD } from '../shared/networkd/values.js'
import { refuseValue } from '../refuse.js'
import type { RenderContext, WrittenSettings } from '../target.js'
import { isAtLeast } from '../version.js'

/** One path segment that networkd takes for a network: systemd.network(5). */
const FILE_NAME = /^[A-Za-z0-9_][A-Za-z0-9._@:-]*\.network$/

export function fileNames(settings: WrittenSettings): Readonly<Record<string, string>> {
  const files = settings['files']
  return typeof files === 'object' ? files : {}
}

export function refuseSettings(
  plan: KernelPlan,
  settings: WrittenSettings,
  systemd: string,
  context: RenderContext,
): void {
  const refuse = (key: readonly string[], what: string, reason: string, dependsOn?: readonly Path[]): void =>
    refuseValue(context.reporter.at('targets', 'networkd', ...key), 'networkd', what, reason, { dependsOn })
  if (!isAtLeast(systemd, OLDEST_SYSTEMD))
    refuse(['version'], `systemd ${systemd}`, `the oldest that this was tried with is ${OLDEST_SYSTEMD}`)
  const links = new Set<string>([loopback, ...plan.state.links.map((link) => link.name)])
  const taken = new Set<string>()
  for (const [link, name] of Object.entries(fileNames(settings))) {
    if (!links.has(link))
      refuse(['files', link], `a file name for ${link}`, 'the description has no such link', [
        ['links', link],
      ])
    if (!FILE_NAME.test(name))
      refuse(
        ['files', link],
        `the file name ${JSON.stringify(name)}`,
        'it must be plain and end in `.network`',
      )
    if (taken.has(name))
      refuse(['files', link], `the file name ${name} twice`, 'each link has a file of its own')
    taken.add(name)
  }
}
