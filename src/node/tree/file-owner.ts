// Modes and owners of files: as text, and as numeric ids.
import { readFileSync } from 'node:fs'

export { formatMode } from '../../targets/file-mode.js'

/** Only root may change owners. */
export const mayChown = (): boolean => process.geteuid?.() === 0

/** Looks up `root:systemd-network` in /etc/passwd and /etc/group; undefined for an unknown name. */
export function ownerIds(owner: string): { readonly uid: number; readonly gid: number } | undefined {
  const [user = '', group = ''] = owner.split(':')
  const uid = idOf(user, '/etc/passwd')
  const gid = idOf(group, '/etc/group')
  return uid === undefined || gid === undefined ? undefined : { uid, gid }
}

/** All that `ownerIds` depends on, if owners count. */
export const ownersText = (): string =>
  mayChown() ? ['/etc/passwd', '/etc/group'].flatMap(linesOf).join('\n') : ''

function idOf(name: string, database: string): number | undefined {
  if (name === 'root') return 0
  if (/^\d+$/.test(name)) return Number(name)
  const line = linesOf(database).find((entry) => entry.startsWith(`${name}:`))
  const id = line?.split(':')[2]
  return id === undefined || !/^\d+$/.test(id) ? undefined : Number(id)
}

function linesOf(database: string): readonly string[] {
  try {
    return readFileSync(database, 'utf8').split('\n')
  } catch {
    // Without the file every name is unknown.
    return []
  }
}
