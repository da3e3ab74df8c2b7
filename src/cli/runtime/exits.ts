// Exits of the command: all text that leaves it is escaped here, once.
import { escapeControls } from '../../diagnostics/sanitize.js'
import { paint } from '../format/paint.js'
import type { Host } from './host.js'

/** The colours of `formatDiagnostic`, which escapes what it colours. */
const COLORS = /(\u001b\[(?:0|1|(?:31|33|34|36);1)m)/

/** `io`, which prints and writes nothing that a terminal, a log or a CI runner interprets. Colours are added afterwards. */
export function withExits(io: Host): Host {
  const exits: Pick<Host, 'stdout' | 'stderr' | 'writeText'> = {
    stdout: (text, palette) => {
      const escaped = escapeControls(text)
      io.stdout(palette === undefined ? escaped : paint(escaped, palette, io.stdoutColor))
    },
    stderr: (text) =>
      io.stderr(text.includes('\u001b') && io.color ? escapeExceptColors(text) : escapeControls(text)),
    writeText: (path, text) => io.writeText(path, escapeControls(text)),
  }
  // The rest is inherited, because most commands need none of the getters.
  return Object.setPrototypeOf(exits, io) as Host
}

/** `split` returns the colours at odd positions. */
const escapeExceptColors = (text: string): string =>
  text
    .split(COLORS)
    .map((part, index) => (index % 2 === 1 ? part : escapeControls(part)))
    .join('')
