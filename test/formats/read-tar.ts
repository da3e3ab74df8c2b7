// Reader of archives by the text of POSIX, apart from the writer.
import { expect } from 'vitest'

export interface Member {
  readonly name: string
  readonly type: string
  readonly mode: number
  readonly uid: number
  readonly owner: string
  readonly mtime: number
  readonly linkname: string
  readonly content: string
}

export function membersOf(bytes: Uint8Array): readonly Member[] {
  const archive = Buffer.from(bytes)
  const members: Member[] = []
  let pax: Readonly<Record<string, string>> = {}
  for (let offset = 0; archive[offset] !== 0;) {
    const block = archive.subarray(offset, offset + 512)
    const text = (start: number, size: number): string =>
      block.toString('latin1', start, start + size).replace(/\0.*$/s, '')
    const number = (start: number, size: number): number => Number.parseInt(text(start, size), 8)
    expect(text(257, 6)).toBe('ustar')
    const blank = Buffer.from(block).fill(' ', 148, 156)
    expect(number(148, 8)).toBe(blank.reduce((sum, byte) => sum + byte, 0))
    const size = number(124, 12)
    const content = archive.toString('utf8', offset + 512, offset + 512 + size)
    offset += 512 + Math.ceil(size / 512) * 512
    if (text(156, 1) === 'x') {
      pax = recordsOf(content)
      continue
    }
    const prefix = text(345, 155)
    members.push({
      name: pax['path'] ?? (prefix === '' ? text(0, 100) : `${prefix}/${text(0, 100)}`),
      type: text(156, 1),
      mode: number(100, 8),
      uid: number(108, 8),
      owner: `${pax['uname'] ?? text(265, 32)}:${pax['gname'] ?? text(297, 32)}`,
      mtime: number(136, 12),
      linkname: pax['linkpath'] ?? text(157, 100),
      content,
    })
    pax = {}
  }
  return members
}

function recordsOf(text: string): Readonly<Record<string, string>> {
  const records: Record<string, string> = {}
  for (let rest = Buffer.from(text); rest.length > 0;) {
    const size = Number.parseInt(rest.toString('utf8'), 10)
    const [, key = '', value = ''] = /^\d+ ([^=]+)=(.*)\n$/s.exec(rest.toString('utf8', 0, size)) ?? []
    records[key] = value
    rest = rest.subarray(size)
  }
  return records
}
