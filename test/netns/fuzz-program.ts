// Program of `npm run fuzz:trace`, on this machine's kernel and in user-mode Linux. Its argument: the options as JSON.
import { fuzz, whyNoNetns, type Fuzz } from './fuzz.js'

// The module has printed the reason.
if (whyNoNetns !== undefined) process.exit(0)
const options = JSON.parse(process.argv[2] ?? '') as Fuzz
process.exitCode = (await fuzz(options, (text) => console.log(text))) ? 0 : 1
