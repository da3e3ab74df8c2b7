// Interactive shell on a pseudo-terminal of script(1).
import { spawn, type SpawnOptionsWithoutStdio } from 'node:child_process'

/** Printed as soon as the shell reads what is typed. */
const READY = 'printf "%s\\n" ANSWER'

/**
 * Types each line, with a return, as soon as the previous one is answered; an answer is a line of output that begins
 * with `ANSWER`.
 */
export async function typed(
  shell: string,
  lines: readonly string[],
  options: SpawnOptionsWithoutStdio,
): Promise<readonly string[]> {
  const child = spawn('script', ['-qec', shell, '/dev/null'], options)
  const all = [READY, ...lines]
  const answers: string[] = []
  let screen = ''
  const type = (): boolean => child.stdin.write(`${all[answers.length] ?? 'exit'}\r`)
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    screen += text
    const found = [...screen.matchAll(/^ANSWER(.*?)\r?\n/gm)]
    if (found.length === answers.length) return
    answers.push(found[answers.length]?.[1]?.trim() ?? '')
    type()
  })
  type()
  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => {
      child.kill()
      reject(new Error(`no answer to ${JSON.stringify(all[answers.length])}; the terminal shows:\n${screen}`))
    }, 60_000)
    child.on('error', reject)
    child.on('exit', () => {
      clearTimeout(timer)
      resolve()
    })
  })
  return answers.slice(1)
}
