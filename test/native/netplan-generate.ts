// `netplan generate` on a tree of files.
import { run, type Said } from './tools.js'

/** If systemd is not PID 1, its reload fails, which says nothing about the files. */
const NO_SYSTEMD =
  /^(Failed to send reload request|System has not been booted with systemd|Failed to connect to (system scope )?bus|Command '\['systemctl', 'daemon-reload').*\n?/gm

export function netplanGenerate(netplan: string, root: string): Said {
  const result = run(netplan, ['generate', '--root-dir', root])
  return { ...result, stderr: result.stderr.replace(NO_SYSTEMD, '') }
}
