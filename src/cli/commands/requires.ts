// `multihome requires`: lists what a host needs for a description.
import { checkKernelConfig, releaseOfConfig, requirementsOf } from '../../plan/requires.js'
import { requiredVersion } from '../../plan/requires-versions.js'
import { minimumVersionOf } from '../../targets/minimum-version.js'
import { jsonText } from '../json/document.js'
import { configOption, defaultsOf } from '../repository/scope.js'
import { compileFile } from '../runtime/compile-inputs.js'
import { printFindings } from '../runtime/findings.js'
import { unreadable } from '../runtime/inputs.js'
import type { ExitCode, Host } from '../runtime/host.js'
import { answerFormat, fileOption, filePositional, targetOption, targetsNamed } from '../usage/options.js'
import { programsOf } from '../../targets/steps.js'
import { isAtLeast } from '../../targets/version.js'
import { requiresDocument, requiresText, type Needs } from '../format/requires.js'
import type { Usage, ValuesOf } from '../usage/usage.js'

export const usage = {
  positionals: { file: filePositional },
  options: {
    'kernel-config': {
      ...fileOption,
      describe:
        'Check this configuration of a kernel (/boot/config-*, /proc/config.gz), and its version; exit 1 if it lacks something',
    },
    target: targetOption,
    config: configOption,
    format: { ...answerFormat, choices: ['text', 'json'], default: 'text' },
  },
  examples: [
    ['$0 requires host.yaml', 'kernel options, programs and versions'],
    ['$0 requires host.yaml --kernel-config /boot/config-$(uname -r)', 'whether this kernel will do'],
  ],
} as const satisfies Usage

export async function run(args: ValuesOf<typeof usage>, io: Host): Promise<ExitCode> {
  const targets = targetsNamed(args.target)
  const defaults = await defaultsOf(args.config, io)
  if (!defaults.ok) return 1
  const choice = { targets, strict: false, defaults: defaults.value }
  const compiled = await compileFile(args.file, choice, io)
  // The row of a stack shows what that stack refuses.
  const own = compiled.diagnostics.filter(({ target }) => target === undefined)
  printFindings([{ ...compiled, diagnostics: own }], io)
  const { compilation } = compiled
  if (compilation?.plan === undefined) return 1
  const { plan, settings, lineOf, outputs } = compilation

  const requirements = requirementsOf(plan)
  const config = args['kernel-config']
  const read = config === undefined ? undefined : await io.readKernelConfig(config)
  if (config !== undefined && read !== undefined && !read.ok) {
    printFindings([unreadable(config, read)], io)
    return 1
  }
  const checked = read?.ok === true ? checkKernelConfig(requirements, read.value) : undefined

  const needs: Needs = {
    options: checked ?? requirements.options,
    versions: requirements.versions,
    stacks: compiled.targets.map((target) => {
      const least = minimumVersionOf(plan, target, settings[target.id] ?? {})
      return { ...least, programs: programsOf(target.id, outputs.get(target.id), least.hooks) }
    }),
  }
  if (args.format === 'json') io.stdout(jsonText(requiresDocument(needs, lineOf)))
  else io.stdout(requiresText(needs, lineOf))

  const missing = checked?.filter(({ state }) => state === 'missing').map(({ option }) => option) ?? []
  const release = read?.ok === true ? releaseOfConfig(read.value) : undefined
  const least = requiredVersion(requirements.versions, 'linux')
  const isTooOld = release !== undefined && least !== undefined && !isAtLeast(release, least)
  if (missing.length > 0) io.stderr(`${config} lacks ${missing.join(', ')}\n`)
  if (isTooOld) io.stderr(`${config} is of Linux ${release}, and the plan needs Linux ${least}\n`)
  return missing.length > 0 || isTooOld ? 1 : 0
}
