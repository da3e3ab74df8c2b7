import { dirname, join } from 'node:path'
import { expect, it } from 'vitest'
import {
  describeWith,
  findUnpacked,
  writeTree,
  renderingsOf,
  run,
  runApart,
  type Rendering,
} from './tools.js'
import { oneInThree } from '../helpers/amount.js'

/** With `manage: routing` there are no stanzas but a script, which shell.test.ts checks. */
const renderings = renderingsOf('ifupdown').filter(({ texts }) => textOf(texts) !== '')

const stanzas = (root: string): string => join(root, 'etc/network/interfaces')

const hooksOf = (text: string): readonly string[] =>
  [...text.matchAll(/^\s+post-up (.*)$/gm)].map((match) => (match[1] ?? '').trim())

function textOf(texts: Rendering['texts']): string {
  return texts.find(({ path }) => path.startsWith('/etc/network/interfaces'))?.content ?? ''
}

const wanted = 'its package, unpacked under MULTIHOME_NATIVE,'

describeWith('ifupdown', findUnpacked('ifupdown/usr/sbin/ifup'), wanted, (ifup) => {
  it.each(oneInThree(renderings, 0))('would run every hook of $fixture.name', ({ files, texts }) => {
    const root = writeTree(files)
    const args = ['--no-act', '--force', '-i', stanzas(root), '--state-dir', root, '-a']
    const result = run(ifup, [...args, '--allow', 'auto'])
    const hotplugged = run(ifup, [...args, '--allow', 'hotplug'])
    expect(result.status, result.stderr).toBe(0)
    const printed = `${result.stdout}${result.stderr}${hotplugged.stdout}${hotplugged.stderr}`
      .split('\n')
      .map((line) => line.trim())
    expect(hooksOf(textOf(texts)).filter((hook) => !printed.includes(hook))).toEqual([])
  })
})

describeWith('ifupdown-ng', findUnpacked('ifupdown-ng/usr/sbin/ifparse'), wanted, (ifparse) => {
  it.each(oneInThree(renderings, 1))('reads every hook of $fixture.name', ({ files, texts }) => {
    const root = writeTree(files)
    const result = run(ifparse, ['-i', stanzas(root), '-A'])
    expect(result).toMatchObject({ status: 0, stderr: '' })
    const printed = result.stdout.split('\n').map((line) => line.trim().replace(/^post-up /, ''))
    expect(hooksOf(textOf(texts)).filter((hook) => !printed.includes(hook))).toEqual([])
  })
})

describeWith('ifupdown2', findUnpacked('ifupdown2/usr/share/ifupdown2/__main__.py'), wanted, (main) => {
  it.each(oneInThree(renderings, 2))('reads every hook of $fixture.name', ({ files, texts }) => {
    const root = writeTree(files)
    const library = dirname(main)
    const package_ = join(library, '../../..')
    // The name of the program selects its function; its configuration has a fixed path.
    const { status, stdout, stderr } = runApart(`
mount -t tmpfs tmpfs /etc/network
cp -r ${package_}/etc/network/ifupdown2 /etc/network/
mount -t tmpfs tmpfs /run
ln -s ${main} ${root}/ifquery
PYTHONPATH=${library} python3=/usr/bin/python3
export PYTHONPATH
exec $python3 -W ignore ${root}/ifquery -a -i ${stanzas(root)}
`)
    expect(status, stderr).toBe(0)
    // It also reads the links of the kernel, which an empty namespace lacks.
    expect(stderr.replace(/^error: recv\(\) error: .*$/gm, '')).not.toMatch(
      /error|warning: .*(hook|post-up)/i,
    )
    const printed = stdout.split('\n').map((line) => line.trim().replace(/^post-up /, ''))
    const automatic = textOf(texts).replace(/^allow-hotplug.*\n(?:.+\n)*/gm, '')
    expect(hooksOf(automatic).filter((hook) => !printed.includes(hook))).toEqual([])
  })
})
