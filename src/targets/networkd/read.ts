// Reader of systemd-networkd's files.
import type { Reader } from '../../found/reader.js'
import { firstLine, isNetplanPath, isUnitPath } from '../shared/networkd/read-units.js'
import { readNetworkd } from '../shared/networkd/read.js'

/** Services of ours, which every stack has. */
const OUR_SERVICE = /^\/etc\/systemd\/system\/multihome-[^/]+\.service$/

export const networkdReader: Reader = {
  name: 'networkd',
  reads: (path) => isUnitPath(path) || OUR_SERVICE.test(path),
  read(files, collector) {
    for (const path of [...files.keys()].sort())
      if (OUR_SERVICE.test(path))
        collector.withoutEffect(
          firstLine(path, files),
          'it runs a program of multihome, whose own files count',
        )
    // Where there is netplan, its reader reads networkd's files together with those that netplan generates.
    if (![...files.keys()].some(isNetplanPath)) readNetworkd(files, collector)
  },
}
