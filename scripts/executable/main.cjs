// Main program of the single executable: what dist/cli/main.cjs and worker.cjs do, with the files of dist/cli as assets
// of the executable (https://nodejs.org/api/single-executable-applications.html). Worker threads run it too.
const { getAsset, getRawAsset } = require('node:sea')
const { Script } = require('node:vm')
const threads = require('node:worker_threads')

const words = process.argv.slice(2)
if (threads.isMainThread && words.length === 1 && ['--version', '-V'].includes(words[0]))
  process.stdout.write(`${getAsset('version', 'utf8')}\n`)
else {
  // As src/cli/runtime/launch.ts. The cache is of this very Node.
  const source = Buffer.from(getRawAsset('app.cjs')).latin1Slice()
  const script = new Script(source, { filename: 'app.cjs', cachedData: Buffer.from(getRawAsset('cache')) })
  const app = { exports: {} }
  script.runInThisContext()(app.exports, requireAsset, app, 'app.cjs', '.')
  if (threads.isMainThread) void app.exports.main(words)
  else void app.exports.work()
}

/** `require` of the bundle: its parts are assets, and its worker is this program. */
function requireAsset(name) {
  if (name === 'node:worker_threads') return { ...threads, Worker }
  if (!name.startsWith('./')) return require(name)
  const part = { exports: {} }
  const wrapped = `(function (exports, require, module) {${getAsset(name.slice(2), 'utf8')}\n})`
  new Script(wrapped, { filename: name }).runInThisContext()(part.exports, requireAsset, part)
  return part.exports
}

class Worker extends threads.Worker {
  constructor(_file, options) {
    super(getAsset('program', 'utf8'), { ...options, eval: true })
  }
}
