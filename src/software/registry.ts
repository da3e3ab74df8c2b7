// Registry of known software.
import { clouds } from './clouds.js'
import { containers } from './containers.js'
import { proxies } from './proxies.js'
import { routers } from './routers.js'
import type { Software } from './software.js'
import { vpns } from './vpn.js'

export const knownSoftware: readonly Software[] = [...vpns, ...proxies, ...containers, ...routers, ...clouds]
