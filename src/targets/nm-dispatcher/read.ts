// Readers of dispatcher scripts: NetworkManager's, and those of networkd-dispatcher.
import type { Collector } from '../../found/collector.js'
import { isGenerated } from '../../found/own-comments.js'
import { pathsOf, type InputFiles, type Reader } from '../../found/reader.js'
import { readScript, type ScriptOptions } from '../../found/shell/script.js'
import { DISPATCHER_FOLDER, DISPATCHER_PROGRAM, IGNORED } from '../shared/networkmanager/dispatcher.js'
import { readStatements } from '../shared/read/statements.js'

const FOLDERS = ['/usr/lib/NetworkManager/dispatcher.d', DISPATCHER_FOLDER]

/** NetworkManager-dispatcher(8): the events after which a link routes, for each folder of scripts. */
const events: Readonly<Record<string, readonly string[]>> = {
  '': ['up', 'dhcp4-change', 'dhcp6-change', 'reapply', 'connectivity-change', 'vpn-up'],
  'no-wait.d': ['up', 'dhcp4-change', 'dhcp6-change', 'reapply', 'connectivity-change', 'vpn-up'],
  'pre-up.d': ['pre-up', 'vpn-pre-up'],
}

const names = [
  'CONNECTION_ID',
  'CONNECTION_UUID',
  'CONNECTION_FILENAME',
  'VPN_IP_IFACE',
  'CONNECTIVITY_STATE',
]

/** Their values come with the lease; NetworkManager-dispatcher(8). */
const leased = Object.fromEntries(
  [
    ...[
      'IP4_ADDRESS_0',
      'IP4_ADDRESS_1',
      'IP4_NUM_ADDRESSES',
      'IP4_GATEWAY',
      'IP4_ROUTE_0',
      'IP4_NUM_ROUTES',
    ],
    ...[
      'IP6_ADDRESS_0',
      'IP6_ADDRESS_1',
      'IP6_NUM_ADDRESSES',
      'IP6_GATEWAY',
      'IP6_ROUTE_0',
      'IP6_NUM_ROUTES',
    ],
    ...[
      'DHCP4_IP_ADDRESS',
      'DHCP4_ROUTERS',
      'DHCP4_SUBNET_MASK',
      'DHCP4_NETWORK_NUMBER',
      'DHCP6_IP6_ADDRESS',
    ],
    ...['VPN_IP4_ADDRESS_0', 'VPN_IP4_GATEWAY', 'VPN_IP4_NUM_ADDRESSES'],
  ].map((name) => [name, 'a value of a lease, which multihome follows itself: a gateway with `via: lease`']),
)

interface DispatcherScript {
  /** `pre-up.d`; empty for the main one. */
  readonly folder: string
  readonly name: string
}

function scriptOf(path: string): DispatcherScript | undefined {
  const base = FOLDERS.find((folder) => path.startsWith(`${folder}/`))
  const [name = '', folder = '', ...more] =
    base === undefined
      ? []
      : path
          .slice(base.length + 1)
          .split('/')
          .reverse()
  return name === '' || more.length > 0 || IGNORED.test(name) ? undefined : { folder, name }
}

export const nmDispatcherReader: Reader = {
  name: 'nm-dispatcher',
  reads: (path) => scriptOf(path) !== undefined,
  read(files, collector) {
    const paths = pathsOf(files, nmDispatcherReader.reads).toSorted((a, b) =>
      compareText(scriptOf(a)?.name ?? '', scriptOf(b)?.name ?? ''),
    )
    for (const path of paths) {
      const script = scriptOf(path)
      // A script of /etc hides that of the same name in /usr/lib.
      const isHidden =
        path.startsWith('/usr/') && files.has(path.slice('/usr/lib'.length).replace(/^/, '/etc'))
      if (script === undefined || isHidden) continue
      const happens = events[script.folder]
      readDispatcher(path, files, collector, {
        links: ['1', 'DEVICE_IFACE', 'DEVICE_IP_IFACE'],
        events: { '2': happens ?? [], NM_DISPATCHER_ACTION: happens ?? [] },
        names,
        unknowns: leased,
      })
    }
  },
}

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

const STATES = /^\/(?:etc|usr\/lib)\/networkd-dispatcher\/([a-z-]+)\.d\/([^/]+)$/

/** networkd-dispatcher(8): the states of a link that routes. */
const UP: readonly string[] = [
  'routable',
  'configured',
  'configuring',
  'carrier',
  'degraded',
  'initialized',
  'enslaved',
]

export const networkdDispatcherReader: Reader = {
  name: 'networkd-dispatcher',
  reads: (path) => STATES.test(path) && !IGNORED.test(path.slice(path.lastIndexOf('/') + 1)),
  read(files, collector) {
    for (const path of pathsOf(files, networkdDispatcherReader.reads)) {
      const state = STATES.exec(path)?.[1] ?? ''
      const happens = UP.includes(state) ? [state] : []
      readDispatcher(path, files, collector, {
        links: ['IFACE'],
        events: {
          STATE: happens,
          OperationalState: happens,
          AdministrativeState: ['configured', 'configuring'],
        },
        names: ['ESSID'],
      })
    }
  },
}

/** A script that runs for no event of a link that comes up routes nothing then. */
function readDispatcher(path: string, files: InputFiles, collector: Collector, options: ScriptOptions): void {
  const text = files.get(path) ?? ''
  if (isGenerated(text)) collector.ours()
  const [first = ''] = text.split('\n', 1)
  if (Object.values(options.events ?? {}).some(({ length }) => length === 0))
    return collector.withoutEffect(
      { file: path, line: 1, text: first },
      'it does not run when a link comes up',
    )
  readScript(text, path, collector, {
    ...options,
    files,
    command(words, _item, document) {
      if (document === undefined || words[0]?.endsWith(`/${DISPATCHER_PROGRAM}`) !== true) return false
      readStatements(document.text, path, collector, document.line)
      return true
    },
  })
}
