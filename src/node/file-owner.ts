// Modes and owners of files: how they are written, and which numbers an owner's names stand for.
import { readFileSync } from 'node:fs'

/** Permission bits as text: `0644`. */
export const formatMode = (mode: number): string => (mode & 0o7777).toString(8).padStart(4, '0')

export interface OwnerIds {
  readonly uid: number
  readonly gid: number
}

/** Only root may give files away; anybody else's output belongs to him and is given away by who installs it. */
export const mayChown = (): boolean => process.geteuid?.() === 0

/** `root:systemd-network` by this machine's own /etc/passwd and /etc/group; undefined for a name unknown here. */
export function ownerIds(owner: string): OwnerIds | undefined {
  const [user = '', group = ''] = owner.split(':')
  const uid = idOf(user, '/etc/passwd')
  const gid = idOf(group, '/etc/group')
  return uid === undefined || gid === undefined ? undefined : { uid, gid }
}

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
    // Without the file no name is known, and the caller says so.
    return []
  }
}
