// Hosts of fixtures/hosts-of-one-site, which extend files of their site and of its providers.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { dump } from 'js-yaml'
import { compile, type Compilation } from '../../src/compile.js'
import { planDocument } from '../../src/syntax/plan-document.js'
import { formatResolved } from '../../src/yaml/resolved.js'
import { loadIn } from './fixture-load.js'
import { fixturesFolder } from './fixtures.js'

const name = 'hosts-of-one-site'

export const site = { name, folder: join(fixturesFolder, name), text: '' }

/** `gw1`. */
export const siteHosts: readonly string[] = readdirSync(join(site.folder, 'hosts'))
  .map((file) => file.replace('.yaml', ''))
  .sort()

export function compileSiteHost(host: string): Compilation {
  const file = `hosts/${host}.yaml`
  return compile(readFileSync(join(site.folder, file), 'utf8'), { file, load: loadIn(site.folder) })
}

/** Path below `expected/` → content. */
export const siteFiles = (): ReadonlyMap<string, string> =>
  new Map(
    siteHosts.flatMap((host) => {
      const { plan, source } = compileSiteHost(host)
      const document = plan === undefined ? undefined : planDocument(plan)
      return [
        [`${host}/resolved.yaml`, formatResolved(source)],
        [`${host}/plan.yaml`, dump(document, { flowLevel: 2, lineWidth: -1 })],
      ]
    }),
  )
