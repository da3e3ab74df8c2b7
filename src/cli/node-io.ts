// The door as it stands in a terminal: files, streams and the environment of this process.
import { compareTree } from '../node/compare.js'
import { expandGlob } from '../node/glob.js'
import { readKernelConfig, readStream, readText } from '../node/read.js'
import { writeTree } from '../node/write.js'
import type { Io } from './io.js'

/** https://no-color.org: any text that is not empty says no. */
const wantsColor = (stream: { readonly isTTY?: boolean }): boolean =>
  stream.isTTY === true && (process.env['NO_COLOR'] ?? '') === '' && process.env['TERM'] !== 'dumb'

/** A reader that has gone away (`| head`) is no failure of ours; there is nobody left to tell. */
function leaveQuietlyWithoutReader(stream: NodeJS.WriteStream): void {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
    process.exit(process.exitCode ?? 0)
  })
}

export function createNodeIo(): Io {
  leaveQuietlyWithoutReader(process.stdout)
  leaveQuietlyWithoutReader(process.stderr)
  return {
    read: async (path) => (path === '-' ? readStream(process.stdin) : readText(path)),
    readKernelConfig,
    expand: expandGlob,
    write: writeTree,
    compare: compareTree,
    stdout: (text) => void process.stdout.write(text),
    stderr: (text) => void process.stderr.write(text),
    color: wantsColor(process.stderr),
    debug: (process.env['DEBUG'] ?? '') !== '',
  }
}
