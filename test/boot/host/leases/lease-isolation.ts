// Where a lease belongs to a gateway that is not in `default`: does its default route ever come near main?
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openLab } from '../../lab/lab.js'
import type { Lab } from '../../lab/lab.js'
import { hostOf } from '../host.js'
import type { Setting } from '../host.js'
import type { Rendering } from '../rendering.js'

export type Watched = {
  readonly lab: Lab
  /** What the kernel has told of default routes over a link since before the boot: those of main, those of other tables. */
  readonly defaults: (link: string) => readonly [readonly string[], readonly string[]]
  readonly close: () => Promise<void>
}

/** It ends by itself where this process is killed outright. */
const withinSeconds = 300

const isApart = (line: string): boolean => / table \d+ /.test(line)

export async function bootWatched(rendering: Rendering, place: Setting): Promise<Watched> {
  const folder = mkdtempSync(join(tmpdir(), 'multihome-routes-'))
  const [said, pid] = [join(folder, 'said'), join(folder, 'pid')]
  const spec = hostOf(rendering, place)
  const watch = `timeout ${withinSeconds} ip -N -o monitor route >'${said}' 2>&1 </dev/null & echo $! >'${pid}'`
  const clear = (): void => rmSync(folder, { recursive: true, force: true })
  try {
    const lab = await openLab({ ...spec, prepare: [...(spec.prepare ?? []), watch] })
    return {
      lab,
      defaults: (link) => {
        const lines = readFileSync(said, 'utf8').split('\n')
        const over = lines.filter(
          (line) => /^(Deleted )?default /.test(line) && line.includes(` dev ${link} `),
        )
        return [over.filter((line) => !isApart(line)), over.filter(isApart)]
      },
      close: async () => {
        await lab.netExec(`kill ${readFileSync(pid, 'utf8')}`)
        await lab.close()
        clear()
      },
    }
  } catch (error) {
    clear()
    throw error
  }
}
