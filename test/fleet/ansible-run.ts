// The example of Ansible in a folder of its own, and runs of ansible-playbook in it.
import { spawn, spawnSync } from 'node:child_process'
import { cpSync, closeSync, mkdtempSync, openSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const root = join(import.meta.dirname, '../..')

/** Why Ansible cannot run here; undefined if it can. With MULTIHOME_REQUIRE_BOOT=1 it throws the reason instead. */
export function whyNoAnsible(programs: readonly string[]): string | undefined {
  const missing = programs.find((name) => spawnSync(name, ['--version']).error !== undefined)
  if (missing === undefined) return undefined
  const why = `no ${missing} (apt-get install ansible-core ansible-lint openssh-client)`
  if (process.env['MULTIHOME_REQUIRE_BOOT'] === '1') throw new Error(why)
  return why
}

export type Recap = {
  readonly ok: number
  readonly changed: number
  readonly unreachable: number
  readonly failed: number
}

export type Played = {
  readonly code: number
  readonly output: string
  /** What each host counts in the recap. */
  readonly recap: Readonly<Record<string, Recap>>
}

export type Example = {
  readonly folder: string
  /** Writes `lab.json`, an inventory that is read after the one of the example. */
  readonly setInventory: (inventory: unknown) => void
  readonly edit: (file: string, edit: (text: string) => string) => void
  readonly play: (playbook: string, ...args: readonly string[]) => Promise<Played>
  readonly lint: () => Promise<Played>
  /** Ends the connections that SSH keeps open, which would also keep the namespaces of the hosts. */
  readonly disconnect: () => void
}

/** A copy of examples/ansible that runs this command as multihome. */
export function copyExample(main: string): Example {
  const folder = mkdtempSync(join(tmpdir(), 'multihome-ansible-'))
  cpSync(join(root, 'examples/ansible'), folder, { recursive: true })
  const controlPaths = join(folder, 'control')
  const inventories = ['-i', 'inventory.yml', '-i', 'lab.json']
  const command = JSON.stringify({ multihome_command: [process.execPath, main] })
  const run = (words: readonly string[]): Promise<Played> => runIn(folder, controlPaths, words)
  return {
    folder,
    setInventory: (inventory) => writeFileSync(join(folder, 'lab.json'), JSON.stringify(inventory)),
    edit: (file, edit) => {
      const path = join(folder, file)
      const before = readFileSync(path, 'utf8')
      const after = edit(before)
      if (after === before) throw new Error(`${file} is unchanged`)
      writeFileSync(path, after)
    },
    play: (playbook, ...args) => run(['ansible-playbook', ...inventories, '-e', command, playbook, ...args]),
    lint: () => run(['ansible-lint', '--offline', '--profile', 'production', '--nocolor']),
    disconnect: () => {
      spawnSync('sh', [
        '-c',
        `for path in ${controlPaths}/*; do ssh -O exit -o ControlPath="$path" host; done`,
      ])
    },
  }
}

/** The output goes to a file: the connections that SSH keeps open would keep a pipe. */
async function runIn(folder: string, controlPaths: string, words: readonly string[]): Promise<Played> {
  const [program = '', ...args] = words
  const log = join(folder, 'log')
  const descriptor = openSync(log, 'w')
  const env = {
    PATH: process.env['PATH'],
    HOME: folder,
    LC_ALL: 'C.UTF-8',
    ANSIBLE_NOCOLOR: '1',
    ANSIBLE_SSH_CONTROL_PATH_DIR: controlPaths,
  }
  const child = spawn(program, args, { cwd: folder, env, stdio: ['ignore', descriptor, descriptor] })
  closeSync(descriptor)
  const code = await new Promise<number>((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (status) => resolve(status ?? 255))
  })
  const output = readFileSync(log, 'utf8')
  return { code, output, recap: recapIn(output) }
}

function recapIn(output: string): Readonly<Record<string, Recap>> {
  const lines = output.matchAll(/^(\S+)\s+: ok=(\d+)\s+changed=(\d+)\s+unreachable=(\d+)\s+failed=(\d+)/gm)
  return Object.fromEntries(
    [...lines].map(([, host, ok, changed, unreachable, failed]) => [
      host,
      {
        ok: Number(ok),
        changed: Number(changed),
        unreachable: Number(unreachable),
        failed: Number(failed),
      },
    ]),
  )
}
