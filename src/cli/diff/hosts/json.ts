// JSON of an overview, as src/cli/json/diff.ts describes it.
import { jsonText } from '../../json/document.js'
import { hasDifference, type NamedHost, type Overview } from './overview.js'

export function overviewJson(overview: Overview): string {
  const { before, after, groups, added, removed, renamed, failed, same, equal } = overview
  return jsonText({
    version: 1,
    before,
    after,
    different: hasDifference(overview),
    groups: groups.map(({ hosts, example }) => ({
      hosts: hosts.map(({ values, ...host }) => ({
        ...hostDocument(host),
        addresses: Object.fromEntries(values),
      })),
      example: example.document,
    })),
    added: added.map(hostDocument),
    removed: removed.map(hostDocument),
    renamed: renamed.map(hostDocument),
    failed: failed.map(hostDocument),
    same: same.map(hostDocument),
    unchanged: equal,
  })
}

const hostDocument = ({ name, before, after }: NamedHost) => ({ name, before, after })
