import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { RenderedFile, TextFile } from '../../src/targets/target.js'
import { describeWith, findProgram, writeTree, renderingsOf, runApart } from './tools.js'
import { oneInThree } from '../helpers/amount.js'

/**
 * networkd reads all files at its start and reports each unknown key and value. It changes to the user systemd-network,
 * which a user namespace with one id lacks, so that name is mapped to the current user.
 */
const listen = (program: string, root: string): string => {
  const script = `
mount --bind ${root}/etc/systemd/network /etc/systemd/network
sed 's,^systemd-network:x:[0-9]*:[0-9]*:,systemd-network:x:0:0:,' /etc/passwd > ${root}/passwd
mount --bind ${root}/passwd /etc/passwd
mount -t tmpfs tmpfs /run
mkdir -p /run/systemd/network
SYSTEMD_LOG_LEVEL=info SYSTEMD_LOG_TARGET=console timeout 20 ${program} > ${root}/log 2>&1 &
for _ in $(seq 150); do ! grep -q 'Link UP' ${root}/log || break; sleep 0.1; done
ip link set lo up
for _ in $(seq 150); do ! grep -q 'lo: ' ${root}/log || break; sleep 0.1; done
kill %1 2>/dev/null || true
`
  const { status, stderr } = runApart(script)
  expect(status, stderr).toBe(0)
  return readFileSync(`${root}/log`, 'utf8')
}

/** Several hosts in one folder may define links with the same name. */
const complaints = (log: string): readonly string[] =>
  log
    .split('\n')
    .filter((line) => line.includes('/etc/systemd/network/'))
    .filter((line) => !line.includes('receive buffer') && !line.includes('was already configured by'))

/** Files of a third of the fixtures in one folder, under unique names, so that one start checks all of them. */
const together = (target: 'networkd' | 'netplan'): readonly RenderedFile[] =>
  oneInThree(renderingsOf(target), target === 'networkd' ? 0 : 1).flatMap(({ fixture, texts }) =>
    texts.flatMap((file): readonly TextFile[] => {
      const name = /^\/etc\/systemd\/network\/(.+)$/.exec(file.path)?.[1]
      if (name === undefined) return []
      const path = `/etc/systemd/network/10-${target}-${fixture.name}-${name}` as const
      return [{ ...file, path }]
    }),
  )

describeWith('networkd', findProgram('systemd-networkd'), 'systemd-networkd', (program) => {
  describe.each(['networkd', 'netplan'] as const)('reading the files of %s', (target) => {
    it('accepts every key and value', { timeout: 120_000 }, () => {
      const log = listen(program, writeTree(together(target)))
      expect(log).toContain('lo: ')
      expect(complaints(log)).toEqual([])
    })
  })

  it('reports an invalid file', { timeout: 120_000 }, () => {
    const bad: TextFile = {
      path: '/etc/systemd/network/10-bad.network',
      mode: 0o644,
      owner: 'root:root',
      content: '[Match]\nName=lo\n\n[RoutingPolicyRule]\nPriority=1\nBogus=1\nFrom=nonsense\n',
    }
    expect(complaints(listen(program, writeTree([bad])))).toHaveLength(2)
  })
})
