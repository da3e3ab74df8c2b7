// netplan: one YAML of our own, carried out by networkd or by NetworkManager, with files of these beside it.
import { hostSettings } from '../host-versions.js'
import { commonFiles } from '../shared/common-files.js'
import { DEFAULT_DISPATCHER, dispatcherPath } from '../shared/networkmanager/dispatcher.js'
import { defineTarget } from '../target.js'
import { behaviour } from './runtime-notes.js'
import { capabilities } from './capabilities.js'
import { DEFAULT_VERSION, ID, readSettings, refuseSettings, TITLE } from './settings.js'
import { refuseValues } from './values.js'
import { managerFiles, managerSteps } from './renderer-networkmanager.js'
import { networkdFiles, networkdSteps } from './renderer-networkd.js'

export const netplan = defineTarget({
  id: ID,
  title: TITLE,
  consumer: 'netplan',
  defaultVersion: DEFAULT_VERSION,
  settings: {
    ...hostSettings,
    renderer: '`networkd` (default) or `NetworkManager`',
    'beyond-yaml':
      'where rules and routes go that the YAML cannot express: `drop-in` (default with networkd), drop-ins of networkd; `dispatcher` (default with NetworkManager), a script of NetworkManager’s dispatcher; `refuse`, an error',
    file: 'name of the file in /etc/netplan; default `60-multihome.yaml`',
    systemd: 'version of systemd beside it; default that of the same Debian: 247, 252 or 257',
    definitions:
      'with `manage: routing`, link → where it is defined in the YAML that is there, as in `vlans.uplink`; default `ethernets.LINK`',
  },
  capabilities,
  behaviour,
  hostStack: (settings) =>
    readSettings(settings).renderer === 'networkd'
      ? { name: 'netplan-networkd', services: ['systemd-networkd.service', 'systemd-networkd.socket'] }
      : { name: 'netplan-NetworkManager', services: ['NetworkManager.service'] },
  render(plan, written, context) {
    const settings = readSettings(written)
    const isNetworkd = settings.renderer === 'networkd'
    const steps = isNetworkd ? networkdSteps(plan, settings) : managerSteps(plan, settings)
    refuseSettings(plan, settings, context)
    refuseValues(plan, settings, context)
    const files = isNetworkd ? networkdFiles(plan, settings, context) : managerFiles(plan, settings, context)
    const protocol = files.some(({ path }) => path === dispatcherPath(DEFAULT_DISPATCHER))
    return { files: [...files, ...commonFiles(plan, TITLE, context, { protocol })], ...steps }
  },
})
