#!/usr/bin/env node
// Where the command begins. `--version` is answered before anything is loaded.
import { version } from './runtime/version.js'

const words = process.argv.slice(2)

if (words.length === 1 && (words[0] === '--version' || words[0] === '-V'))
  process.stdout.write(`${version}\n`)
else void import('./runtime/launch.js').then(({ launch }) => launch(words))
