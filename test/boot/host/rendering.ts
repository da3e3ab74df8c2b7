// Rendering of a description for one stack of one Debian: files to boot, or a refusal with its reason.
import { dump, load } from 'js-yaml'
import { compile } from '../../../src/compile.js'
import type { DiagnosticCode } from '../../../src/diagnostics/catalogue/catalogue.js'
import type { KernelPlan } from '../../../src/plan/plan.js'
import type { Output, WrittenSettings } from '../../../src/targets/target.js'
import { targets } from '../../../src/targets/index.js'
import type { Debian } from '../lab/rootfs/rootfs.js'
import type { StackId } from '../lab/stacks.js'

export type Rendering = { readonly plan: KernelPlan; readonly output: Output }

export type Refusal = { readonly refused: string }

/** One stack of one Debian. */
export type Platform = { readonly stack: StackId; readonly debian: Debian }

type RenderChoice = { readonly target: string; readonly settings: WrittenSettings }

const byDebian = <T>(of13: T, of12: T, of11: T): Readonly<Record<Debian, T>> => ({
  13: of13,
  12: of12,
  11: of11,
})

const networkManagerVersions = byDebian('1.52', '1.42', '1.30')
const systemdVersions = byDebian('257', '252', '247')
const iproute2Versions = byDebian('6.15', '6.1', '5.10')
const netplanVersions = byDebian('1.1.2', '0.106', '0.101')
const ifupdownNgVersions = byDebian('0.12.1', '0.11.4', '0.11.4')

/**
 * Versions of the programs that read the files, and of the `ip` that ours call; test/boot/versions.test.ts compares them
 * with the root file systems.
 */
export function settingsFor(platform: Platform): RenderChoice {
  const { target, settings } = versionsFor(platform)
  const iproute2 = iproute2Versions[platform.debian]
  return { target, settings: target === 'iproute2' ? settings : { ...settings, iproute2 } }
}

function versionsFor({ stack, debian }: Platform): RenderChoice {
  switch (stack) {
    case 'netifrc':
      return { target: 'netifrc', settings: {} }
    case 'ifupdown':
      return { target: 'ifupdown', settings: { version: byDebian('0.8.44', '0.8.41', '0.8.36')[debian] } }
    case 'ifupdown2':
      return { target: 'ifupdown', settings: { flavour: 'ifupdown2', version: '3.0.0' } }
    case 'ifupdown-ng':
      return { target: 'ifupdown', settings: { flavour: 'ifupdown-ng', version: ifupdownNgVersions[debian] } }
    case 'nm-dispatcher':
    case 'nm-keyfile':
      return { target: stack, settings: { version: networkManagerVersions[debian] } }
    case 'networkd':
      return { target: 'networkd', settings: { version: systemdVersions[debian] } }
    case 'netplan':
      return {
        target: 'netplan',
        settings: { version: netplanVersions[debian], systemd: systemdVersions[debian] },
      }
    case 'netplan-nm': {
      const renderer = { renderer: 'NetworkManager' }
      return { target: 'netplan', settings: { version: netplanVersions[debian], ...renderer } }
    }
    case 'iproute2':
      return { target: 'iproute2', settings: { version: iproute2Versions[debian] } }
  }
}

/** The description with the target settings of that host. */
export function descriptionFor(text: string, platform: Platform): string {
  const { target, settings } = settingsFor(platform)
  if (!/^targets:/m.test(text)) return `${text.trimEnd()}\n${dump({ targets: { [target]: settings } })}`
  const written = load(text) as { readonly targets: unknown }
  // A list of targets has no settings.
  const own = (
    typeof written.targets === 'object' && !Array.isArray(written.targets) ? written.targets : {}
  ) as Readonly<Record<string, WrittenSettings | null>>
  return dump({ ...written, targets: { ...own, [target]: { ...settings, ...own[target] } } })
}

/** Refusals for what a stack or its version cannot express. */
const byCapability: readonly DiagnosticCode[] = [
  'feature-unsupported',
  'feature-version',
  'host-version',
  'value-unsupported',
  'names-collide',
]

/** Throws if the description is invalid, or if a target refuses it for another reason. */
export function renderFor(text: string, platform: Platform): Rendering | Refusal {
  const { target } = settingsFor(platform)
  const selected = targets.filter(({ id }) => id === target)
  const { plan, outputs, diagnostics } = compile(descriptionFor(text, platform), { targets: selected })
  const output = outputs.get(target)
  const errors = diagnostics.filter(({ severity }) => severity === 'error')
  const other = errors.find(({ code }) => !byCapability.includes(code))
  if (plan === undefined || output === undefined || other !== undefined) {
    throw new Error(`${platform.stack}: ${other?.message ?? 'nothing was rendered'}`)
  }
  const [first] = errors
  return first === undefined ? { plan, output } : { refused: first.message }
}

export const isRefusal = (rendering: Rendering | Refusal): rendering is Refusal => 'refused' in rendering

/** Renders a description that must not be refused. */
export function mustRender(text: string, platform: Platform): Rendering {
  const rendering = renderFor(text, platform)
  if (isRefusal(rendering)) throw new Error(rendering.refused)
  return rendering
}
