// Program of `npm run fuzz:trace`, on this machine's kernel and in user-mode Linux. Its arguments: seed, seconds, packets.
import { fuzz, whyNoNetns } from './fuzz.js'

// The module has printed the reason.
if (whyNoNetns !== undefined) process.exit(0)
const [seed = 1, seconds = Infinity, packets = Infinity] = process.argv.slice(2).map(Number)
process.exitCode = (await fuzz({ seed, seconds, packets }, (text) => console.log(text))) ? 0 : 1
