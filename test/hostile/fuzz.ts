// Fuzz test of hostile descriptions: rendered by every target, read as their consumers would, and executed in a sandbox.
import { compile } from '../../src/compile.js'
import { reportJson } from '../../src/cli/format/report-json.js'
import { reportSarif } from '../../src/cli/format/report-sarif.js'
import { escapeControls } from '../../src/diagnostics/sanitize.js'
import { formatDiagnostic } from '../../src/diagnostics/format.js'
import { createRandom } from '../generators/random.js'
import { CELLS, caseOf, type Case } from './cases.js'
import { problemsOf } from './consumers.js'
import { problemsOfExtended } from './extended.js'
import { runOutput } from './sandbox.js'

export interface FuzzOptions {
  readonly seed: number
  readonly seconds: number
  readonly cases?: number
}

/** Whether everything was inert. Prints the first description that was not, and in the end what was done. */
export function fuzz(options: FuzzOptions, print: (text: string) => void): boolean {
  const { seed, seconds, cases = Infinity } = options
  const until = performance.now() + seconds * 1000
  const counts = { cases: 0, rendered: 0, files: 0, executed: 0, calls: 0 }
  let isExecuted = true
  for (let index = 0; index < cases && performance.now() < until; index++) {
    const one = caseOf(seed + index)
    counts.cases++
    const problems = checkCase(one)
    if (problems.length > 0) {
      print(
        `seed ${one.seed}, ${JSON.stringify(one.file)}:\n${escapeControls(problems.slice(0, 20).join('\n'))}\n${one.text}`,
      )
      return false
    }
  }
  print(
    `${counts.cases} descriptions, ${counts.rendered} of them rendered: ${counts.files} files, ${counts.executed} trees executed, ${counts.calls} commands recorded; the matrix has ${CELLS} cells`,
  )
  return true

  function checkCase({ seed: own, file, text }: Case): readonly string[] {
    const { outputs, diagnostics, plan } = compile(text, { file, targets: ['all'] })
    const findings = [{ file, text, diagnostics }]
    for (const report of [reportJson({ findings, outputs: [] }), reportSarif(findings)])
      JSON.parse(escapeControls(report))
    const printed = diagnostics.map((each) => formatDiagnostic(each, text))
    const problems = printed.filter((line) => /[\0-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e]/.test(line))
    if (own % 3 === 0) problems.push(...problemsOfExtended({ seed: own, file, text }))
    const good = [...outputs.values()].filter(({ files }) => files.length > 0)
    if (good.length === 0) return problems
    counts.rendered++
    for (const output of good) counts.files += output.files.length + output.control.length
    problems.push(...good.flatMap(problemsOf))
    const { pick, chance } = createRandom(own)
    const output = pick(good)
    if (!isExecuted || output === undefined || problems.length > 0) return problems
    const links = plan?.state.links.map(({ name }) => name).slice(0, 2) ?? []
    const ran = runOutput(output, links, chance(0.2) ? 1 : 0)
    if (ran === undefined) {
      isExecuted = false
      const why = 'no user namespaces, so shell code is not executed'
      if (process.env['MULTIHOME_REQUIRE_NETNS'] === '1') return [why]
      print(`skipped: ${why}`)
      return problems
    }
    counts.executed++
    counts.calls += ran.calls.length
    return [...problems, ...ran.problems]
  }
}
