// Which programs does an output call on the host: in its steps, and `ip` in its scripts?
import type { Steps } from '../target.js'

/** Words of the shell, and what every host has (coreutils). */
const PLAIN: ReadonlySet<string> = new Set([
  'for',
  'done',
  'fi',
  'if',
  'then',
  'do',
  'while',
  'else',
  'true',
  'rm',
  'sort',
  'echo',
  'sleep',
  'test',
  'cat',
])

/** Stacks that call ip(8) whatever the description says: ifupdown's methods and netifrc's module iproute2. */
const CALLERS_OF_IP: ReadonlySet<string> = new Set(['ifupdown', 'netifrc', 'iproute2'])

/** Sorted. Scripts of our own are no requirement. */
export function programsOf(target: string, steps: Steps | undefined, hasHooks: boolean): readonly string[] {
  const all = steps === undefined ? [] : [...steps.first, ...steps.change]
  const ip = hasHooks || CALLERS_OF_IP.has(target) ? ['ip'] : []
  return [...new Set([...all.flatMap(({ command }) => wordsOf(command)), ...ip])].sort()
}

const wordsOf = (command: string): readonly string[] =>
  command
    .split(/;|&&|\|\|?/)
    .map((part) => part.trim().replace(/^(do|then|if|while|else|!)\s+/, ''))
    .map((part) => part.split(/\s/)[0] ?? '')
    .filter((word) => !PLAIN.has(word) && /^[a-z][a-z0-9-]*$/.test(word))
