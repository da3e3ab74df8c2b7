// Reader of systemd-networkd's files.
import type { Reader } from '../../found/reader.js'
import { isNetplanPath, isUnitPath } from '../shared/networkd/read/units.js'
import { namesCards } from '../shared/read/cards.js'
import { readNetworkd } from '../shared/networkd/read.js'

export const networkdReader: Reader = {
  name: 'networkd',
  reads: (path) => isUnitPath(path) || namesCards(path),
  read(files, collector) {
    // Where there is netplan, its reader reads networkd's files together with those that netplan generates.
    if (![...files.keys()].some(isNetplanPath)) readNetworkd(files, collector)
  },
}
