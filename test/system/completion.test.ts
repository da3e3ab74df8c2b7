// Shell completion in bash, zsh and fish.
import { execFileSync, spawnSync } from 'node:child_process'
import { chmodSync, copyFileSync, existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { beforeAll, describe, expect, test, type TestContext } from 'vitest'
import { shells } from '../../src/cli/commands/completion.js'
import { bundleCommand } from '../cli/bundle.js'
import { typed } from './terminal.js'

const main = bundleCommand()
const bin = join(dirname(main), 'bin')
const folder = join(dirname(main), 'hosts')
const env = { PATH: `${bin}:${process.env['PATH'] ?? ''}`, TERM: 'xterm', HOME: folder, LC_ALL: 'C.UTF-8' }

beforeAll(() => {
  // Completes as multihome does; run, it prints its arguments.
  mkdirSync(bin)
  mkdirSync(folder)
  const program = join(bin, 'multihome')
  writeFileSync(
    program,
    `#!/bin/sh
case $1 in
__complete) exec '${process.execPath}' '${main}' "$@" ;;
esac
printf ANSWER
[ $# = 0 ] || printf ' <%s>' "$@"
echo
`,
  )
  chmodSync(program, 0o755)
  writeFileSync(join(folder, 'host.yaml'), '')
  writeFileSync(join(folder, 'my second host.yaml'), '')
  mkdirSync(join(folder, 'outdir'))
  for (const shell of shells)
    writeFileSync(
      join(folder, `script.${shell}`),
      execFileSync(process.execPath, [main, 'completion', shell]),
    )
})

/** What is typed before the tab, and the arguments that come out. */
const cases: readonly (readonly [string, string])[] = [
  ['multihome rend', '<render>'],
  ['multihome help rend', '<help> <render>'],
  ['multihome --color alw', '<--color> <always>'],
  ['multihome render --targ', '<render> <--target>'],
  ['multihome render --o', '<render> <--out>'],
  ['multihome render -t netwo', '<render> <-t> <networkd>'],
  ['multihome render --target netplan,netwo', '<render> <--target> <netplan,networkd>'],
  ['multihome render --target=netplan,netwo', '<render> <--target=netplan,networkd>'],
  ['multihome plan host.yaml --format=js', '<plan> <host.yaml> <--format=json>'],
  ['multihome plan host.yaml --format js', '<plan> <host.yaml> <--format> <json>'],
  ['multihome explain host-bi', '<explain> <host-bits>'],
  ['multihome init --scenario vpn-f', '<init> <--scenario> <vpn-fail-closed>'],
  ['multihome completion fi', '<completion> <fish>'],
  ['multihome trace host.yaml 8.8.8.8 fro', '<trace> <host.yaml> <8.8.8.8> <from>'],
  ['multihome check hos', '<check> <host.yaml>'],
  ['multihome check my', '<check> <my second host.yaml>'],
  ['multihome diff git:HEAD: hos', '<diff> <git:HEAD:> <host.yaml>'],
  ['multihome render host.yaml --out outd', '<render> <host.yaml> <--out> <outdir/>'],
  ['multihome render host.yaml --out=outd', '<render> <host.yaml> <--out=outdir/>'],
  ['multihome render host.yaml --out hos', '<render> <host.yaml> <--out> <hos>'],
  ['multihome compare host.yaml --html=hos', '<compare> <host.yaml> <--html=host.yaml>'],
]

function needs(shell: (typeof shells)[number], context: TestContext): void {
  const missing = [shell, 'script'].filter((program) => spawnSync(program, ['--version']).status !== 0)
  if (missing.length === 0) return
  const text = `${missing.join(' and ')} not installed`
  if (process.env['MULTIHOME_REQUIRE_NATIVE'] === '1') throw new Error(`completion: ${text}`)
  context.skip(`completion: ${text}`)
}

describe('completes commands, options, their values and files', () => {
  const typedInto = async (start: string, setUp: string): Promise<readonly string[]> => {
    const lines = cases.map(([line]) => `${line}\t`)
    return (await typed(start, [`${setUp}; echo ANSWER`, ...lines], { cwd: folder, env })).slice(1)
  }
  const answers = cases.map(([, answer]) => answer)

  test('in bash', { timeout: 120_000 }, async (context) => {
    needs('bash', context)
    expect(await typedInto('bash --norc --noprofile -i', 'source ./script.bash')).toEqual(answers)
  })

  test('in zsh', { timeout: 120_000 }, async (context) => {
    needs('zsh', context)
    const setUp = 'autoload -U compinit; compinit -u -D; source ./script.zsh'
    // zsh takes the slash of a folder away when the line is sent.
    expect(await typedInto('zsh -f -i', setUp)).toEqual(answers.map((answer) => answer.replace('/>', '>')))
  })
})

describe('is loaded by the shell when it is first asked for', () => {
  const [line = '', answer = ''] = cases.find(([each]) => each.includes('--target=')) ?? []

  test('by bash-completion, from the folder of the user', { timeout: 120_000 }, async (context) => {
    needs('bash', context)
    const library = '/usr/share/bash-completion/bash_completion'
    if (!existsSync(library)) context.skip('completion: bash-completion not installed')
    const completions = join(folder, '.local/share/bash-completion/completions')
    mkdirSync(completions, { recursive: true })
    copyFileSync(join(folder, 'script.bash'), join(completions, 'multihome'))
    const lines = [`source ${library}; echo ANSWER`, `${line}\t`]
    const found = await typed('bash --norc --noprofile -i', lines, { cwd: folder, env })
    expect(found.at(-1)).toBe(answer)
  })

  test('by zsh, from $fpath', { timeout: 120_000 }, async (context) => {
    needs('zsh', context)
    mkdirSync(join(folder, 'functions'))
    copyFileSync(join(folder, 'script.zsh'), join(folder, 'functions/_multihome'))
    const setUp = 'fpath=($PWD/functions $fpath); autoload -U compinit; compinit -u -D; echo ANSWER'
    expect((await typed('zsh -f -i', [setUp, `${line}\t`], { cwd: folder, env })).at(-1)).toBe(answer)
  })
})

describe('in fish', () => {
  const complete = (line: string): readonly string[] =>
    execFileSync('fish', ['--no-config', '-c', 'source ./script.fish; complete -C"$argv"', line], {
      cwd: folder,
      env,
      encoding: 'utf8',
    })
      .trimEnd()
      .split('\n')

  test('completes commands, options, their values and files', (context) => {
    needs('fish', context)
    for (const [line, answer] of cases) {
      const last = / <([^>]*)>$/.exec(` ${answer}`)?.[1] ?? ''
      const found = complete(line).map((each) => each.split('\t')[0]?.replaceAll('\\', ''))
      expect({ line, found }).toEqual({ line, found: line.endsWith('--out hos') ? [''] : [last] })
    }
  })

  test('describes commands', (context) => {
    needs('fish', context)
    expect(complete('multihome rend')).toEqual(['render\tWrite the configuration of each stack'])
  })
})
