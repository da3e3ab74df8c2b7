// Format `tar`: a POSIX archive (ustar; pax headers only where ustar cannot hold a value).
//
// The archive lists no folders. A listed folder would replace a symbolic link of the host: GNU tar turns /lib, a link to
// usr/lib on Debian, into an empty folder. It would also overwrite the mode of folders that exist, such as the 0700 of
// /etc/NetworkManager/system-connections. Without them tar creates the missing folders as `mkdir -p` does.
import { isProgram } from '../targets/shared/programs.js'
import type { RenderedFile } from '../targets/target.js'
import { memoize } from '../stdlib/memoize.js'
import type { Format, HostTree } from './format.js'
import { byPath } from './output-document.js'
import { encodeUtf8, encodeUtf8Into, noBytes } from './bytes.js'

const BLOCK = 512

/** Offsets in a ustar header: POSIX.1-2017, pax, "ustar Interchange Format". */
const offset = {
  ...{
    name: 0,
    mode: 100,
    uid: 108,
    gid: 116,
    size: 124,
    mtime: 136,
    checksum: 148,
    type: 156,
    linkname: 157,
  },
  ...{ magic: 257, uname: 265, gname: 297, devmajor: 329, devminor: 337, prefix: 345 },
} as const

const [REGULAR, SYMLINK, PAX] = ['0', '2', 'x']

const padded = (size: number): number => Math.ceil(size / BLOCK) * BLOCK

/** Zero-padded, with a NUL behind it: `0000644`. */
const octal = (value: number, digits: number): string => `${value.toString(8).padStart(digits, '0')}\0`

/** All text of headers is ASCII. Returns the sum of its bytes. */
function putText(bytes: Uint8Array, start: number, text: string): number {
  let sum = 0
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index)
    bytes[start + index] = code
    sum += code
  }
  return sum
}

/** A header with what all have in common; spaces stand for the checksum while it is computed. */
const template = new Uint8Array(BLOCK)
putText(template, offset.mtime, octal(0, 11))
putText(template, offset.checksum, ' '.repeat(8))
putText(template, offset.magic, 'ustar\x0000')
putText(template, offset.devmajor, octal(0, 7))
putText(template, offset.devminor, octal(0, 7))
const templateSum = template.reduce((sum, byte) => sum + byte)

interface Entry {
  readonly name: string
  readonly type: string
  readonly mode: number
  readonly user: string
  readonly group: string
  readonly linkname: string
}

const isAscii = (text: string): boolean => !/[^\0-\x7f]/.test(text)

const fits = (text: string, limit: number): boolean => text.length <= limit && isAscii(text)

/** Prefix and name of at most 155 and 100 bytes, split at a slash; undefined if there is no such split. */
function splitName(name: string): readonly [prefix: string, name: string] | undefined {
  if (!isAscii(name) || name.length > 256) return undefined
  if (name.length <= 100) return ['', name]
  const slash = name.indexOf('/', name.length - 101)
  return slash < 1 || slash > 155 ? undefined : [name.slice(0, slash), name.slice(slash + 1)]
}

/** `LENGTH key=value\n`, where LENGTH counts itself. */
function paxRecord(key: string, value: string): string {
  const rest = encodeUtf8(` ${key}=${value}\n`).length
  const guess = rest + String(rest).length
  return `${rest + String(guess).length} ${key}=${value}\n`
}

/** Values that the ustar header cannot hold, as pax records. */
function paxRecords({ name, linkname, user, group }: Entry): string {
  const path = splitName(name) === undefined ? paxRecord('path', name) : ''
  const linkpath = fits(linkname, 100) ? '' : paxRecord('linkpath', linkname)
  const uname = fits(user, 31) ? '' : paxRecord('uname', user)
  const gname = fits(group, 31) ? '' : paxRecord('gname', group)
  return path + linkpath + uname + gname
}

/** For readers that do not know pax. */
const shortened = (text: string, limit: number): string =>
  fits(text, limit) ? text : text.replace(/[^\0-\x7f]/g, '_').slice(-limit)

/** Numeric ids count where the name is unknown: root is the safe one. */
const idOf = (name: string): number => (/^\d{1,6}$/.test(name) ? Number(name) : 0)

/** A growing buffer, so that an entry is copied once. */
let buffer = new Uint8Array(0)
let length = 0

function reserve(size: number): void {
  if (buffer.length >= length + size) return
  const larger = new Uint8Array(2 * (length + size))
  larger.set(buffer.subarray(0, length))
  buffer = larger
}

function putHeader(start: number, entry: Entry, size: number): void {
  const [prefix, name] = splitName(entry.name) ?? ['', shortened(entry.name, 100)]
  buffer.set(template, start)
  const put = (field: keyof typeof offset, text: string): number =>
    putText(buffer, start + offset[field], text)
  const sum =
    templateSum +
    put('name', name) +
    put('mode', octal(entry.mode, 7)) +
    put('uid', octal(idOf(entry.user), 7)) +
    put('gid', octal(idOf(entry.group), 7)) +
    put('size', octal(size, 11)) +
    put('type', entry.type) +
    put('linkname', shortened(entry.linkname, 100)) +
    put('uname', shortened(entry.user, 31)) +
    put('gname', shortened(entry.group, 31)) +
    put('prefix', prefix)
  put('checksum', `${octal(sum, 6)} `)
}

function putEntry(entry: Entry, content: string | Uint8Array): void {
  // UTF-8 has at most three bytes for a UTF-16 code unit.
  reserve(BLOCK + padded(3 * content.length))
  const start = length
  const size = typeof content === 'string' ? encodeUtf8Into(content, buffer, start + BLOCK) : content.length
  if (typeof content !== 'string') buffer.set(content, start + BLOCK)
  length = start + BLOCK + padded(size)
  buffer.fill(0, start + BLOCK + size, length)
  putHeader(start, entry, size)
}

function putFile(file: RenderedFile, folder: string): void {
  const name = folder === '' ? file.path.slice(1) : folder + file.path
  const [user = '', group = ''] = ('symlink' in file ? 'root:root' : file.owner).split(':')
  const entry: Entry =
    'symlink' in file
      ? { name, type: SYMLINK, mode: 0o777, user, group, linkname: file.symlink }
      : { name, type: REGULAR, mode: file.mode, user, group, linkname: '' }
  const records = paxRecords(entry)
  if (records !== '') {
    const pax = { name: `PaxHeaders/${shortened(name, 80)}`, type: PAX, mode: 0o644, linkname: '' }
    putEntry({ ...pax, user: 'root', group: 'root' }, records)
  }
  if ('symlink' in file) putEntry(entry, '')
  else putEntry(entry, isProgram(file) ? encodedProgram(file.content) : file.content)
}

/** Programs are the same in every tree, and most of its bytes. */
const encodedProgram = memoize(encodeUtf8)

function entry({ output, folder }: HostTree): Uint8Array {
  length = 0
  for (const file of [...output.files, ...output.control].sort(byPath)) putFile(file, folder)
  return buffer.slice(0, length)
}

export const tar: Format<'tar'> = {
  id: 'tar',
  extension: 'tar',
  isMany: true,
  header: noBytes,
  entry,
  separator: noBytes,
  // Two blocks of zeros end an archive.
  footer: () => new Uint8Array(2 * BLOCK),
  refusal: () => undefined,
}
