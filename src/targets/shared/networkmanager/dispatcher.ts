// Dispatcher script of NetworkManager: installs rules and routes that profiles do not have, for three targets.
import { RTPROT_MULTIHOME } from '../../../kernel/protocol.js'
import type { Intent, KernelState } from '../../../plan/plan.js'
import { fill } from '../../../render/template.js'
import { bannerOf } from '../common-files.js'
import { programFiles, programPath } from '../programs.js'
import { ruleAndRouteBlocks } from '../statements.js'
import { refuseValue } from '../../refuse.js'
import { textFile, type RenderContext, type Step, type TextFile, type WrittenSettings } from '../../target.js'

export const DISPATCHER_FOLDER = '/etc/NetworkManager/dispatcher.d'
export const DEFAULT_DISPATCHER = '50-multihome'
export const DISPATCHER_PROGRAM = 'multihome-dispatcher'

export interface DispatcherScript {
  /** Base name; see `dispatcherName`. */
  readonly file: string
  /** The target's title. */
  readonly stack: string
  /** Folder of its programs. */
  readonly programs: Intent['programs']
}

export const dispatcherPath = (file: string): `/${string}` => `${DISPATCHER_FOLDER}/${file}`

/** Installs everything at once and removes what an earlier description left. */
export const dispatcherStep = (file: string): Step => ({
  command: `${dispatcherPath(file)} all apply`,
  why: 'installs rules and routes, reports what fails, and deletes those of an earlier description',
})

/** Before the script goes. */
export const dispatcherRemoval = (file: string): Step => ({
  command: `${dispatcherPath(file)} all remove`,
  why: 'deletes the rules and routes of the script',
  when: 'before-files',
})

/** What a script of an earlier output installed goes before a profile installs it in its place. */
export const staleMultipathSteps = (
  file: string | undefined,
  kinds: readonly ('rule' | 'route')[],
): readonly Step[] =>
  file === undefined
    ? kinds.flatMap((kind) =>
        ['-4', '-6'].map((family) => ({
          programs: ['ip'],
          command: `ip ${family} ${kind} flush ${kind === 'route' ? 'table all ' : ''}protocol ${RTPROT_MULTIHOME}`,
          why: `deletes the ${kind}s of an earlier dispatcher script`,
        })),
      )
    : [{ ...dispatcherStep(file), why: 'deletes what an earlier script installed and profiles now install' }]

/** nm-dispatcher.c skips such names without a message. */
export const IGNORED = /^\.|~$|\.(?:rpmsave|rpmorig|rpmnew|swp)$|\.dpkg-/

/** The setting `file`; the default after reporting a name that NetworkManager would skip. */
export function dispatcherName(settings: WrittenSettings, target: string, context: RenderContext): string {
  const name = String(settings['file'] ?? DEFAULT_DISPATCHER)
  if (/^[A-Za-z0-9_][A-Za-z0-9._-]*$/.test(name) && !IGNORED.test(name)) return name
  refuseValue(
    context.reporter.at('targets', target, 'file'),
    target,
    `the file name ${JSON.stringify(name)}`,
    'NetworkManager runs plain names of dispatcher.d alone, and none that looks like a backup (.rpmnew, .dpkg-old, ~)',
  )
  return DEFAULT_DISPATCHER
}

/** Rules and routes that one place holds. */
export type Share = Pick<KernelState, 'rules' | 'routes'>

/** The script that installs these rules and routes of a plan, and its programs. */
export function dispatcherFiles(
  share: Share,
  script: DispatcherScript,
  context: RenderContext,
): readonly TextFile[] {
  const view = {
    banner: bannerOf(context, script.stack),
    name: script.file,
    protocol: RTPROT_MULTIHOME,
    program: programPath(script.programs, DISPATCHER_PROGRAM),
    blocks: ruleAndRouteBlocks(share),
  }
  return [
    textFile(dispatcherPath(script.file), fill('nm-dispatcher/script', view, 'hook'), 0o755),
    ...programFiles(script.programs, DISPATCHER_PROGRAM, 'dispatcher.awk'),
  ]
}
