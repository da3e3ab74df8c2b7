// Hook in if-up.d and if-down.d with a program of ours: the whole output under `manage: routing`, beside stanzas of others.
import type { KernelPlan } from '../../plan/plan.js'
import { fill } from '../../render/template.js'
import { bannerOf } from '../shared/common-files.js'
import { programFiles, programPath } from '../shared/programs.js'
import { ruleAndRouteBlocks } from '../shared/statements.js'
import { textFile, type RenderContext, type RenderedFile } from '../target.js'

export const SCRIPT = '/etc/network/if-up.d/multihome'
const DOWN_LINK = '/etc/network/if-down.d/multihome'
const DATA_PATH = '/etc/multihome/ifupdown.conf'
const PROGRAM = 'multihome-ifupdown'

/** The script, its name in if-down.d, its data and its programs. */
export function scriptFiles(
  plan: KernelPlan,
  stack: string,
  context: RenderContext,
): readonly RenderedFile[] {
  const { programs } = plan.intent
  const banner = bannerOf(context, stack)
  const script = fill('ifupdown/hook', { banner, data: DATA_PATH, program: programPath(programs, PROGRAM) })
  const data = fill('shared/blocks', { banner, blocks: ruleAndRouteBlocks(plan.state) }, 'hook')
  return [
    textFile(SCRIPT, script, 0o755),
    { path: DOWN_LINK, symlink: '../if-up.d/multihome' },
    textFile(DATA_PATH, data),
    ...programFiles(programs, PROGRAM, 'dispatcher.awk'),
  ]
}
