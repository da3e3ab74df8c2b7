// Entry point of a worker thread (src/cli/hosts/worker.ts).
void import('./runtime/launch.js').then(({ launchWorker }) => launchWorker())
