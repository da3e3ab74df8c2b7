// Format `ignition`: a configuration of Ignition, which writes it into the root of a machine before its first boot.
//
// Ignition runs no commands. It needs none where a service of the stack reads the files at boot: steps that reload or
// start something are what that boot does. Only `systemctl enable` is left, which Ignition expresses.
import { stepsAfterFiles } from '../targets/steps.js'
import type { Output, RenderedFile } from '../targets/target.js'
import type { Format, HostTree } from './format.js'
import { byPath } from './output-document.js'
import { encodeUtf8, noBytes } from './bytes.js'

/** Of the specification; Ignition reads it since 2.11, and Debian 13 has 2.14. */
const VERSION = '3.3.0'

const ENABLE = /^systemctl enable ([\w@.-]+)$/

function configuration({ files, first }: Output): object {
  const sorted = [...files].sort(byPath)
  const units = stepsAfterFiles(first).flatMap(({ command }) => ENABLE.exec(command)?.[1] ?? [])
  return {
    ignition: { version: VERSION },
    storage: {
      files: sorted.flatMap((file) => ('content' in file ? [fileEntry(file)] : [])),
      links: sorted.flatMap((file) =>
        'symlink' in file ? [{ path: file.path, overwrite: true, target: file.symlink }] : [],
      ),
    },
    ...(units.length === 0 ? {} : { systemd: { units: units.map(unitEntry) } }),
  }
}

function fileEntry({ path, mode, owner, content }: Extract<RenderedFile, { readonly content: string }>) {
  const [user = '', group = ''] = owner.split(':')
  return {
    path,
    overwrite: true,
    mode,
    user: ownerEntry(user),
    group: ownerEntry(group),
    contents: { source: `data:,${encodeURIComponent(content)}` },
  }
}

/** By number where it is known, because the root may have no list of users yet. */
const ownerEntry = (name: string): object =>
  name === 'root' ? { id: 0 } : /^\d+$/.test(name) ? { id: Number(name) } : { name }

const unitEntry = (name: string): object => ({
  name: /\.[a-z]+$/.test(name) ? name : `${name}.service`,
  enabled: true,
})

function refusal({ target, output }: HostTree): string | undefined {
  if (target === 'iproute2')
    return 'Ignition runs no commands, and nothing else runs the script of iproute2 at boot'
  if (output.first.some(({ programs = [] }) => programs.some((program) => OPENRC.has(program))))
    return `Ignition is for hosts with systemd, and the output of ${target} needs OpenRC`
  return undefined
}

const OPENRC: ReadonlySet<string> = new Set(['rc-service', 'rc-update'])

export const ignition: Format<'ignition'> = {
  id: 'ignition',
  extension: 'ign',
  isMany: false,
  header: noBytes,
  entry: ({ output }) => encodeUtf8(`${JSON.stringify(configuration(output), null, 2)}\n`),
  separator: noBytes,
  footer: noBytes,
  refusal,
}
