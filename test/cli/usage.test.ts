import { describe, expect, test } from 'vitest'
import { commands } from '../../src/cli/commands.js'
import { version } from '../../src/cli/runtime/version.js'
import { GOOD, runIn } from './fake-io.js'

const host = { files: { 'host.yaml': GOOD } }

describe('help', () => {
  test('lists every command in its group, with examples and exit statuses', async () => {
    const { code, stdout, stderr } = await runIn({}, '--help')
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout.match(/^\S.*:$/gm)).toEqual([
      'Write:',
      'Understand:',
      'Hosts:',
      'Tools:',
      'Options:',
      'Examples:',
    ])
    for (const { name, describe: text } of commands)
      expect(stdout).toMatch(new RegExp(`^  ${name} +${text}`, 'm'))
    expect(stdout).toMatch(/^Write:\n {2}init .*\n {2}import .*\n {2}check .*\n {2}render /m)
    expect(stdout).toContain('Exit status: 0 clean, 1 ')
  })

  test('is the same for -h, help and no command at all, which exits with 2', async () => {
    const help = await runIn({}, '--help')
    expect(await runIn({}, '-h')).toEqual(help)
    expect(await runIn({}, 'help')).toEqual(help)
    expect(await runIn({})).toEqual({ ...help, code: 2 })
  })

  test.each(commands.map(({ name }) => name))('%s has help with an example', async (name) => {
    const { code, stdout, stderr } = await runIn({}, name, '--help')
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toMatch(new RegExp(`^Usage: multihome ${name}\\b`))
    expect(stdout).toMatch(/^Examples:\n {2}\S/m)
    expect(stdout.split('\n').filter((line) => line.length > 100)).toEqual([])
    expect(await runIn({}, 'help', name)).toMatchObject({ code: 0, stdout })
    expect(await runIn({}, '--help', name)).toMatchObject({ code: 0, stdout })
  })

  test('is printed even if other words are wrong', async () => {
    const { code, stdout } = await runIn({}, 'render', '--nonsense', '--help')
    expect(stdout).toMatch(/^Usage: multihome render \[FILE\.\.\.\] \[OPTIONS\]/)
    expect(code).toBe(0)
  })

  test('fits a narrow terminal', async () => {
    const { stdout } = await runIn({ width: 60 }, 'render', '--help')
    const [, options = ''] = stdout.split('Options:')
    expect(
      options
        .split('Examples:')[0]
        ?.split('\n')
        .filter((line) => line.length > 60),
    ).toEqual([])
  })
})

describe('the version', () => {
  test.each([['--version'], ['-V'], ['render', '--version'], ['--version', 'render']])(
    '%s %s',
    async (...words) => {
      expect(await runIn({}, ...words)).toMatchObject({ code: 0, stdout: `${version}\n`, stderr: '' })
    },
  )
})

describe('a usage error names the thing, the problem and what to write, and exits with 2', () => {
  test.each([
    [
      ['rendr', 'a.yaml'],
      'multihome: there is no command `rendr`\n  fix: write multihome render\nSee multihome --help.\n',
    ],
    [
      ['host.yaml'],
      'multihome: there is no command `host.yaml`\n  fix: name a command before the file: multihome check host.yaml\n',
    ],
    [
      ['frobnicate'],
      'multihome: there is no command `frobnicate`\n  fix: multihome --help lists the commands\n',
    ],
    [['help', 'rendr'], 'multihome: there is no command `rendr`\n  fix: write multihome render\n'],
    [['-v'], 'multihome: there is no option `-v`\n  fix: write -V\n'],
    [
      ['plan'],
      'multihome plan: FILE is missing\n  fix: write multihome plan FILE [OPTIONS], for example: multihome plan host.yaml\n',
    ],
    [
      ['plan', 'host.yaml', 'b'],
      'multihome plan: `b` is one argument too many\n  fix: write multihome plan FILE [OPTIONS]\n',
    ],
    [
      ['plan', 'host.yaml', '--format', 'jsn'],
      '--format knows no `jsn`\n  fix: write json; it knows table, json, yaml or ip\n',
    ],
    [
      ['plan', 'host.yaml', '--format', 'xml'],
      '--format knows no `xml`\n  fix: write table, json, yaml or ip\n',
    ],
    [['plan', 'host.yaml', '--format'], '--format has no value\n  fix: write --format FORMAT\n'],
    [['plan', 'host.yaml', '--format', '--strict'], '--format has no value\n'],
    [
      ['plan', 'host.yaml', '--format=json', '--format', 'ip'],
      '--format is given twice\n  fix: write it once: json or ip\n',
    ],
    [
      ['plan', 'host.yaml', '--strict=yes'],
      '--strict takes no value\n  fix: write --strict, or leave it out\n',
    ],
    [['plan', 'host.yaml', '-format'], 'there is no option `-format`\n  fix: write --format\n'],
    [['plan', '--color', 'host.yaml'], '--color knows no `host.yaml`\n  fix: write auto, always or never\n'],
    [['completion', 'csh'], 'multihome completion: SHELL knows no `csh`\n  fix: write zsh'],
    [
      ['completion'],
      'SHELL is missing\n  fix: write multihome completion SHELL, for example: source <(multihome completion bash)\n',
    ],
    [['explain', 'hostbits'], 'there is no code `hostbits`'],
    [['constructor'], 'there is no command `constructor`'],
    [['plan', 'host.yaml', '--constructor', 'x'], 'there is no option `--constructor`'],
    [['plan', 'host.yaml', '--__proto__=x'], 'there is no option `--__proto__`'],
  ])('%j', async (words, said) => {
    const { code, stdout, stderr } = await runIn(host, ...words)
    expect(stderr).toContain(said)
    expect(stderr).toMatch(/\nSee multihome( [a-z]+)? --help\.\n$/)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  })

  test('reports every problem at once', async () => {
    const { stderr } = await runIn(host, 'compare', '--tagret', 'netplan', '--format', 'jsn', '--html')
    expect(stderr.match(/^multihome compare: .*/gm)).toEqual([
      'multihome compare: there is no option `--tagret`',
      'multihome compare: --html has no value',
      'multihome compare: --format knows no `jsn`',
      'multihome compare: FILE is missing',
    ])
  })

  test('prints no control characters of the command line', async () => {
    const { stderr } = await runIn(host, 'pl\u001b[31man', 'host.yaml')
    expect(stderr).not.toContain('\u001b')
  })
})

describe('options', () => {
  test('may be before or after the command, and joined to their values', async () => {
    const plan = await runIn(host, 'plan', 'host.yaml', '--format', 'ip')
    expect(plan.code).toBe(0)
    expect(await runIn(host, '--color=never', 'plan', 'host.yaml', '--format=ip')).toEqual(plan)
    expect(await runIn(host, '--color', 'never', 'plan', '--format', 'ip', 'host.yaml')).toEqual(plan)
    expect(await runIn(host, 'plan', '--format', 'ip', '--', 'host.yaml')).toEqual(plan)
  })

  test('have a short form that takes its value as getopt(3) does', async () => {
    const short = await runIn(host, 'render', 'host.yaml', '-tnetworkd', '-o./out')
    expect(short.code).toBe(0)
    expect([...short.written.keys()]).toEqual(['./out'])
    expect(await runIn(host, 'render', 'host.yaml', '-t', 'networkd', '-o', './out')).toEqual(short)
  })
})
