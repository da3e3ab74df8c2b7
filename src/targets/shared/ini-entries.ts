// Entries of INI sections, for units of systemd and for keyfiles.
import type { IniEntry } from '../../syntax/ini.js'

export type Entries = readonly IniEntry[]

export const entry = (key: string, value: string | number): IniEntry => ({ key, value: String(value) })

/** None without a value. */
export const optionalEntry = (key: string, value: string | number | undefined): Entries =>
  value === undefined ? [] : [entry(key, value)]
