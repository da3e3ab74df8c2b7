// Default routes that appear in main although their lease belongs to a gateway outside of `default`.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openLab } from '../../lab/lab.js'
import type { Lab } from '../../lab/lab.js'
import { hostOf } from '../host.js'
import type { Setting } from '../host.js'
import type { Rendering } from '../rendering.js'

export type MonitoredLab = {
  readonly lab: Lab
  /** Messages about default routes over a link since before the boot: those of main, and those of other tables. */
  readonly defaults: (link: string) => readonly [readonly string[], readonly string[]]
  readonly close: () => Promise<void>
}

/** The monitor ends by itself even if this process is killed. */
const withinSeconds = 300

const isInOtherTable = (line: string): boolean => / table \d+ /.test(line)

export async function bootWithRouteMonitor(rendering: Rendering, platform: Setting): Promise<MonitoredLab> {
  const folder = mkdtempSync(join(tmpdir(), 'multihome-routes-'))
  const [outputFile, pid] = [join(folder, 'said'), join(folder, 'pid')]
  const spec = hostOf(rendering, platform)
  const monitor = `timeout ${withinSeconds} ip -N -o monitor route >'${outputFile}' 2>&1 </dev/null & echo $! >'${pid}'`
  const removeFolder = (): void => rmSync(folder, { recursive: true, force: true })
  try {
    const lab = await openLab({ ...spec, prepare: [...(spec.prepare ?? []), monitor] })
    return {
      lab,
      defaults: (link) => {
        const lines = readFileSync(outputFile, 'utf8').split('\n')
        const matching = lines.filter(
          (line) => /^(Deleted )?default /.test(line) && line.includes(` dev ${link} `),
        )
        return [matching.filter((line) => !isInOtherTable(line)), matching.filter(isInOtherTable)]
      },
      close: async () => {
        await lab.netExec(`kill ${readFileSync(pid, 'utf8')}`)
        await lab.close()
        removeFolder()
      },
    }
  } catch (error) {
    removeFolder()
    throw error
  }
}
