// All readers, in the order in which they read: names of tables first, since the others use them.
import type { Reader } from '../found/reader.js'
import { cloudInitReader } from './cloud-init/read.js'
import { ifupdownReader } from '../targets/ifupdown/read.js'
import { netifrcReader } from '../targets/netifrc/read.js'
import { netplanReader } from '../targets/netplan/read.js'
import { networkdReader } from '../targets/networkd/read.js'
import { nmKeyfileReader } from '../targets/nm-keyfile/read.js'
import { ifcfgReader } from './ifcfg/read.js'
import { cronReader, scriptReader, unitReader } from '../targets/iproute2/read.js'
import { networkdDispatcherReader, nmDispatcherReader } from '../targets/nm-dispatcher/read.js'
import { multihomeReader, rtTablesReader, sysctlReader } from '../targets/shared/read/common-files.js'

export const readers: readonly Reader[] = [
  rtTablesReader,
  sysctlReader,
  ifupdownReader,
  netifrcReader,
  networkdReader,
  netplanReader,
  nmKeyfileReader,
  ifcfgReader,
  multihomeReader,
  nmDispatcherReader,
  networkdDispatcherReader,
  unitReader,
  cronReader,
  scriptReader,
  cloudInitReader,
]
