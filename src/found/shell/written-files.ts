// Files that scripts write: those of the kernel, and names of tables.
import type { Command, SyntaxNode } from 'unbash'
import { parseNumber } from '../commands/values.js'
import { addSysctl } from '../sysctl.js'
import { doubtText, type Environment } from './environment.js'
import type { Expansion } from './words/expand.js'
import { outputInto } from './input.js'
import { isNew, type ScriptFile } from './reading.js'
import { outputOf } from './programs/command-words.js'

/** `echo … > FILE`, `cat > FILE <<EOF`; false without a file. */
export function readOutput(
  command: Command,
  words: Expansion,
  environment: Environment,
  script: ScriptFile,
): boolean {
  const target = outputOf(command.redirects, environment)
  if (target === undefined) return false
  const written = outputInto(command, environment, script)?.lines.join('\n')
  if (target.kind === 'text' && written !== undefined)
    writeFile(target.text, written, command, environment, script)
  else if (target.kind === 'text' && !/^\/(?:proc|sys|etc\/iproute2)\//.test(target.text))
    script.report('withoutEffect', command.pos, 'the command routes no packet')
  else script.report('unknown', command.pos, words.ok ? 'the file that it writes is not known' : words.why)
  return true
}

export function writeFile(
  path: string,
  value: string,
  node: SyntaxNode,
  environment: Environment,
  script: ScriptFile,
): void {
  const { collector } = script.reading
  const isFirst = (what: string): boolean =>
    isNew(script.reading, environment, `${script.path} ${node.pos} ${what}`)
  if (environment.doubt !== undefined && /^\/(?:proc\/sys\/net|sys|etc\/iproute2)\//.test(path))
    script.report('unknown', node.pos, doubtText(environment.doubt))
  else if (path.startsWith('/proc/sys/')) {
    if (isFirst(`${path} ${value}`))
      addSysctl(path.slice('/proc/sys/'.length), value, script.itemOf(node), collector)
  } else if (/^\/etc\/iproute2\/rt_tables/.test(path)) {
    for (const line of value.split('\n')) {
      const [, number = '', name = ''] = /^\s*(\S+)\s+(\S+)/.exec(line) ?? []
      const id = parseNumber(number)
      if (id === undefined || name === '')
        script.report('unknown', node.pos, 'the line is no number of a table with its name')
      else if (isFirst(`${id} ${name}`)) collector.table({ ...script.itemOf(node), id, name })
    }
  } else if (path.startsWith('/sys/'))
    script.report('unknown', node.pos, 'what scripts write below /sys is not read')
  else script.report('withoutEffect', node.pos, 'the command routes no packet')
}
