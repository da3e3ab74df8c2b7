// Versions in the target settings, compared with the programs in the root file systems.
import { describe, expect, inject, test } from 'vitest'
import { settingsFor } from './host/rendering.js'
import { isRootThere } from './lab/rootfs/rootfs.js'
import { stackOf } from './lab/stacks.js'
import { versionsBooted } from './run/versions.js'
import { selectedPlatforms } from './run/selection.js'

describe.skipIf(inject('bootObstacle') !== '')('the versions in the settings', () => {
  test.for(selectedPlatforms)('of $stack are those of Debian $debian', (platform, { skip }) => {
    const { stack, debian } = platform
    if (!isRootThere(stackOf(stack).root, debian)) return skip('this root is not built')
    const { version, systemd } = settingsFor(platform).settings
    const installed = (versionsBooted()[stack]?.[debian] ?? '')
      .split(', ')
      .map((words) => words.split(' ')[1] ?? '')
    for (const configured of [version, systemd]) {
      if (configured === undefined) continue
      const isThere = installed.some((one) => one === configured || one.startsWith(`${String(configured)}.`))
      expect(isThere, `${String(configured)} of ${installed.join(', ')}`).toBe(true)
    }
  })
})
