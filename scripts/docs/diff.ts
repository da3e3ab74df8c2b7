// Output of `multihome diff` for the documents: a fixture's host with one text replaced.
import { diffText } from '../../src/cli/diff/text.js'
import { diffReport, type DiffInput } from '../../src/cli/diff/report.js'
import { diffView } from '../../src/cli/diff/view.js'
import { compile } from '../../src/compile.js'
import type { Hosts } from './hosts.js'
import { fence } from './markdown.js'

/** `change`: `OLD TEXT => NEW TEXT`. */
export function changedOutput(host: string, change: string, hosts: Hosts): string {
  const [old = '', now = ''] = change.split(' => ')
  const before = hosts.named(host).text
  if (before.split(old).length !== 2) throw new Error(`${host} does not have this just once: ${old}`)
  const after = before.replace(old, () => now)
  const report = diffReport(inputFrom(before, 'git:HEAD:host.yaml'), inputFrom(after, 'host.yaml'))
  const lines = (text: string, sign: string, part: string) =>
    text.split('\n').flatMap((line) => (line.includes(part) ? [`${sign}${line}`] : []))
  return [
    fence('diff', [...lines(before, '-', old), ...lines(after, '+', now)].join('\n')),
    fence('text', diffText(diffView(report), false)),
  ].join('\n\n')
}

function inputFrom(text: string, file: string): DiffInput {
  const { plan, source, lineOf } = compile(text, { file, targets: [] })
  if (plan === undefined) throw new Error(`${file} has no plan`)
  return { file, source, plan, lineOf }
}
