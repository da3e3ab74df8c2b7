// Lookup of known software by name.
import { knownSoftware } from '../../src/software/registry.js'
import type { Software } from '../../src/software/software.js'

export function softwareNamed(name: string): Software {
  const found = knownSoftware.find((each) => each.name === name)
  if (found === undefined) throw new Error(`no software is called ${name}`)
  return found
}
