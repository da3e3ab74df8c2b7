import { load } from 'js-yaml'
import { describe, expect, it } from 'vitest'
import { cloudInit } from '../../src/formats/cloud-init.js'
import { formatTrees } from '../../src/formats/index.js'
import type { HostTree } from '../../src/formats/format.js'
import { fixtureTree, hostileTexts, treeOf } from './trees.js'

interface UserData {
  readonly write_files: readonly { readonly path: string; readonly content: string }[]
  readonly runcmd?: readonly (readonly string[])[]
}

const text = (tree: HostTree): string => new TextDecoder().decode(formatTrees(cloudInit, [tree]))

const read = (tree: HostTree): UserData => load(text(tree)) as UserData

const scriptOf = (tree: HostTree): string => read(tree).runcmd?.[0]?.[2] ?? ''

describe('cloud-init', () => {
  it('begins as user data must', () => {
    expect(text(fixtureTree('two-isps-balanced', 'networkd'))).toMatch(
      /^#cloud-config\nmerge_how: dict\(recurse_list\)\+list\(append\)\nwrite_files:\n/,
    )
  })

  it('has the files with mode and owner, sorted, and no control files', () => {
    const tree = fixtureTree('two-isps-balanced', 'nm-keyfile')
    const { write_files: files } = read(tree)
    expect(files.map(({ path }) => path)).toEqual(tree.output.files.map(({ path }) => path).sort())
    expect(files[0]).toMatchObject({ permissions: '0600', owner: 'root:root' })
  })

  it('runs the steps of a first installation, each with its reason', () => {
    expect(scriptOf(fixtureTree('two-isps-balanced', 'networkd'))).toMatchInlineSnapshot(`
      "# the kernel settings that the routes rely on
      sysctl -e -p /etc/sysctl.d/60-multihome.conf || exit
      # networkd starts at boot
      systemctl enable systemd-networkd || exit
      # the daemon reads /etc/systemd/networkd.conf.d/50-multihome.conf when it starts, and before that deletes what other programs installed
      systemctl restart systemd-networkd || exit
      "
    `)
  })

  it('installs files between the steps that need the previous ones and the others', () => {
    expect(scriptOf(fixtureTree('two-isps-balanced', 'ifupdown'))).toMatchInlineSnapshot(`
      "# takes down these links as ifupdown knows them; it reports one that it does not know, without harm
      for link in lo eth0 eth1; do ifdown "$link" || true; done || exit
      # the previous files were needed until here
      mkdir -p /etc/iproute2/rt_protos.d /etc/iproute2/rt_tables.d /etc/network /etc/sysctl.d || exit
      mv -f /var/lib/multihome/cloud-init/etc/iproute2/rt_protos.d/multihome.conf /etc/iproute2/rt_protos.d/multihome.conf || exit
      mv -f /var/lib/multihome/cloud-init/etc/iproute2/rt_tables.d/multihome.conf /etc/iproute2/rt_tables.d/multihome.conf || exit
      mv -f /var/lib/multihome/cloud-init/etc/network/interfaces /etc/network/interfaces || exit
      mv -f /var/lib/multihome/cloud-init/etc/sysctl.d/60-multihome.conf /etc/sysctl.d/60-multihome.conf || exit
      rm -r /var/lib/multihome/cloud-init || exit
      # the kernel settings that the routes rely on
      sysctl -e -p /etc/sysctl.d/60-multihome.conf || exit
      # addresses, routes and rules of these files
      ifup lo eth0 eth1 || exit
      "
    `)
  })

  it('creates symbolic links before the steps that use them', () => {
    expect(scriptOf(fixtureTree('leases-balanced', 'networkd'))).toMatchInlineSnapshot(`
      "mkdir -p /etc/systemd/system/multi-user.target.wants || exit
      ln -sfn /etc/systemd/system/multihome-tracker.service /etc/systemd/system/multi-user.target.wants/multihome-tracker.service || exit
      # the kernel settings that the routes rely on
      sysctl -e -p /etc/sysctl.d/60-multihome.conf || exit
      # systemd reads multihome-tracker.service
      systemctl daemon-reload || exit
      # installs rules and routes for dynamic addresses and for links of other programs
      systemctl restart multihome-tracker || exit
      # networkd starts at boot
      systemctl enable systemd-networkd || exit
      # the daemon reads /etc/systemd/networkd.conf.d/50-multihome.conf when it starts, and before that deletes what other programs installed
      systemctl restart systemd-networkd || exit
      "
    `)
  })

  it('has no runcmd without steps and links', () => {
    expect(Object.keys(read(treeOf([])))).toEqual(['merge_how', 'write_files'])
  })

  it('keeps hostile contents', () => {
    const files = hostileTexts.map((content, index) => {
      return { path: `/${String(index).padStart(2, '0')}`, mode: 0o644, owner: 'root:root', content } as const
    })
    expect(read(treeOf(files)).write_files.map(({ content }) => content)).toEqual(hostileTexts)
  })
})
