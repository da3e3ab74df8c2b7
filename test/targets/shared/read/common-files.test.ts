import { describe, expect, it } from 'vitest'
import { createCollector } from '../../../../src/found/collector.js'
import {
  multihomeReader,
  rtTablesReader,
  sysctlReader,
} from '../../../../src/targets/shared/read/common-files.js'
import { foundLines } from '../../../found/commands/read-commands.js'

const read = (files: Readonly<Record<string, string>>, link?: string): readonly string[] => {
  const collector = createCollector()
  if (link !== undefined) collector.link(link, { file: 'interfaces', line: 1, text: '' })
  const map = new Map(Object.entries(files))
  for (const reader of [rtTablesReader, sysctlReader, multihomeReader])
    reader.read(new Map([...map].filter(([path]) => reader.reads(path))), collector)
  return foundLines(collector.found()).filter((line) => !line.startsWith('link '))
}

describe('rt_tables', () => {
  it('reads names with tabs, hexadecimal numbers and comments, without those of the kernel', () => {
    const text =
      '#\n# reserved values\n#\n255\tlocal\n254\tmain\n253\tdefault\n0\tunspec\n#\n# local\n#\n#1\tinr.ruhep\n200 isp1\n 0xc9\tisp2 # spare\n'
    expect(read({ '/etc/iproute2/rt_tables': text })).toEqual(['table 200 isp1', 'table 201 isp2'])
  })

  it('takes the file of /etc before that of /usr, and adds the drop-ins', () => {
    expect(
      read({
        '/usr/share/iproute2/rt_tables': '7 old\n',
        '/etc/iproute2/rt_tables': '8 new\n',
        '/etc/iproute2/rt_tables.d/b.conf': '9 b\n',
        '/usr/share/iproute2/rt_tables.d/a.conf': '10 a\n',
        '/etc/iproute2/rt_tables.d/README': 'x',
      }),
    ).toEqual(['table 8 new', 'table 10 a', 'table 9 b'])
  })

  it('reports another line', () => {
    expect(read({ '/etc/iproute2/rt_tables': 'isp 200\n' })).toEqual([
      'line 1: unknown: the line is no number of a table with its name',
    ])
  })
})

describe('sysctls', () => {
  it('reads files by name, of which a later folder hides an earlier one, and sysctl.conf last', () => {
    expect(
      read({
        '/etc/sysctl.conf': 'net.ipv4.ip_forward=1\n;kernel\nkernel.panic = 5\n',
        '/usr/lib/sysctl.d/50-default.conf': 'net.ipv4.ip_forward = 9\n',
        '/etc/sysctl.d/50-default.conf': '-net.ipv4.conf.all.rp_filter = 2\n',
        '/etc/sysctl.d/10-a.conf': 'net/ipv4/conf/eth0.5/rp_filter=0\n',
      }),
    ).toEqual([
      'sysctl net/ipv4/conf/eth0.5/rp_filter 0',
      'sysctl net.ipv4.conf.all.rp_filter 2',
      'sysctl net.ipv4.ip_forward 1',
      'line 3: without-effect: the sysctl routes no packet',
    ])
  })

  it('keeps keys with a line of their own out of patterns', () => {
    const text =
      'net.ipv4.conf.*.rp_filter = 2\n-net.ipv4.conf.all.rp_filter\nnet.ipv4.conf.lo.rp_filter = 0\n'
    expect(read({ '/usr/lib/sysctl.d/50-default.conf': text }, 'eth0')).toEqual([
      'sysctl net.ipv4.conf.lo.rp_filter 0',
      'sysctl net.ipv4.conf.default.rp_filter 2',
      'sysctl net.ipv4.conf.eth0.rp_filter 2',
      'line 2: without-effect: it keeps the key out of patterns',
    ])
  })

  it('reports a line that is none', () => {
    expect(read({ '/etc/sysctl.conf': 'net.ipv4.ip_forward\n' })).toEqual([
      'line 1: unknown: the line is no `key = value`',
    ])
  })
})

it('reports marks of another ruleset, and statements that no program of ours has', () => {
  expect(
    read({
      '/etc/nftables.conf': 'table inet t {\n chain c {\n  iifname "eth0" meta mark set 1\n }\n}\n',
      '/etc/multihome/plan.conf': 'frob -4\nrule -4 from 192.0.2.1 lookup 7\n',
    }),
  ).toEqual([
    'rule -4 from 192.0.2.1 lookup 7',
    'line 1: unknown: `frob` is no statement of our programs',
    'line 3: unknown: multihome reads no marks of nftables; it writes them with `marks: nftables`',
  ])
})
