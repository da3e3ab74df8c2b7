// Journal of a root: which run writes below it, and which paths an interrupted run may have left. It exists only while a
// run writes, or after one that did not finish.
//
// It is also the lock. Each run appends a line; the first run that has neither ended nor died writes, and the others
// wait. So a killed run blocks nobody, and two runs cannot both take over from it, as with a lock file that is deleted
// and created again. Appending is atomic on local file systems. Node has no flock(2), and an abstract socket is visible
// in one network namespace alone.
import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readFileSync,
  readlinkSync,
  readSync,
  unlinkSync,
  writeSync,
} from 'node:fs'
import { attempt, errnoOf, PathError } from '../errno-text.js'
import { synchronise, type Folders } from './folders.js'
import { JOURNAL, STATE_FOLDER } from './tree-validation.js'

interface Run {
  readonly id: string
  readonly pid: number
  /** Clock ticks from boot to the start of the process. */
  readonly start: string
  /** Boot of the kernel, and namespace of process ids. */
  readonly machine: string
  /** Unix time in milliseconds. */
  readonly time: number
}

export interface JournalText {
  /** Whether multihome wrote it. */
  readonly isValid: boolean
  /** Runs that have not ended, in order. */
  readonly runs: readonly Run[]
  /** Paths, one a line. */
  readonly list: string
}

// A record begins on a new line, whatever a killed run has left of its last one.
const RUN = /^run (\S+) (\d+) (\S+) (\S+) (\d+)$/gm
const END = /^end (\S+)$/gm
/** An incomplete list does not count: its run has changed nothing yet. */
const PATHS = /^paths\n((?:\/.*\n)*)\.$/gm

export function readJournal(text: string): JournalText {
  const ended = new Set([...text.matchAll(END)].map(([, id]) => id))
  return {
    isValid: /^\s*(?:$|run )/.test(text),
    runs: [...text.matchAll(RUN)]
      .map(([, id = '', pid, start = '', machine = '', time]) => {
        return { id, pid: Number(pid), start, machine, time: Number(time) }
      })
      .filter(({ id }) => !ended.has(id)),
    list: [...text.matchAll(PATHS)].map(([, list = '']) => list).join(''),
  }
}

/** Whether a run writes, as a sentence for people. */
export function writingText({ runs }: Pick<JournalText, 'runs'>): string | undefined {
  const writer = runs.find(isAlive)
  return writer === undefined ? undefined : writerText(writer)
}

const writerText = ({ machine, pid }: Run): string =>
  machine === thisMachine() && pid !== process.pid
    ? `process ${pid} is writing here`
    : 'another run is writing here'

export interface Journal {
  /** Writes which paths this run may leave, before it changes anything; `isDurable`: to the disk. */
  readonly record: (list: string, isDurable: boolean) => Promise<void>
  /** Throws if another run has taken over. */
  readonly confirm: () => void
  /** Lets the next run write. `isClean`: there is nothing that it must finish. */
  readonly close: (isClean: boolean) => void
  /** Closes it if it is still open. Ignores errors of the file system: the end of the process ends the run too. */
  readonly abandon: (isClean: boolean) => void
}

/** Milliseconds between two looks at the run that writes. */
const PAUSE = 20

/** Waits for runs that write, at most `patience` milliseconds. */
export async function openJournal(
  folders: Folders,
  patience: number,
  isAborted: () => boolean,
): Promise<Journal> {
  const id = `${process.pid}-${Math.random().toString(36).slice(2)}`
  const deadline = Date.now() + patience
  for (;;) {
    const file = openFile(folders)
    if (file === undefined) continue
    try {
      file.append(`run ${id} ${process.pid} ${thisStart()} ${thisMachine()} ${Date.now()}`)
      for (;;) {
        const { runs } = readJournal(file.read())
        const before = runs.slice(
          0,
          runs.findIndex((run) => run.id === id),
        )
        const writer = before.find(isAlive)
        // The run that wrote deletes it at its end.
        if (!file.isCurrent()) break
        if (writer === undefined) {
          // Written down, so that a run that only looks dead from here does not go on.
          for (const dead of before) file.append(`end ${dead.id}`)
          return journalOf(folders, file, id)
        }
        if (Date.now() > deadline || isAborted()) {
          file.append(`end ${id}`)
          throw new PathError('/', `${writerText(writer)}. fix: render again when it has ended`)
        }
        await new Promise((resolve) => setTimeout(resolve, PAUSE))
      }
    } catch (error) {
      file.close()
      throw error
    }
    file.close()
  }
}

function journalOf(folders: Folders, file: JournalFile, id: string): Journal {
  let isOpen = true
  const isFirst = (): boolean => file.isCurrent() && readJournal(file.read()).runs[0]?.id === id
  const close = (isClean: boolean): void => {
    isOpen = false
    try {
      if (isClean && isFirst()) attempt(JOURNAL, () => unlinkSync(folders.at(JOURNAL)))
      else file.append(`end ${id}`)
    } finally {
      file.close()
    }
  }
  return {
    record: async (list, isDurable) => {
      file.append(`paths\n${list}.`)
      if (isDurable) await Promise.all([file.synchronise(), folders.synchronise(STATE_FOLDER)])
    },
    confirm: () => {
      if (!isFirst()) throw new PathError('/', 'another run writes here now. fix: render again')
    },
    close,
    abandon: (isClean) => {
      try {
        if (isOpen) close(isClean)
      } catch (error) {
        if (!(error instanceof PathError)) throw error
      }
    },
  }
}

interface JournalFile {
  readonly append: (record: string) => void
  readonly read: () => string
  /** Whether it still has its name. */
  readonly isCurrent: () => boolean
  readonly synchronise: () => Promise<void>
  readonly close: () => void
}

const { O_RDWR, O_CREAT, O_APPEND, O_NOFOLLOW, O_NONBLOCK } = constants

/** Undefined if another run removes the folder just now. */
function openFile(folders: Folders): JournalFile | undefined {
  folders.forget()
  if (folders.locate(JOURNAL) === undefined) folders.make(STATE_FOLDER)
  const descriptor = attempt(JOURNAL, () => {
    try {
      return openSync(folders.at(JOURNAL), O_RDWR | O_CREAT | O_APPEND | O_NOFOLLOW | O_NONBLOCK, 0o644)
    } catch (error) {
      if (errnoOf(error) === 'ENOENT') return undefined
      throw error
    }
  })
  if (descriptor === undefined) return undefined
  return {
    append: (record) =>
      attempt(JOURNAL, () => {
        const bytes = Buffer.from(`\n${record}\n`)
        if (writeSync(descriptor, bytes) < bytes.length)
          throw new PathError(JOURNAL, 'no space left on the device')
      }),
    read: () =>
      attempt(JOURNAL, () => {
        const bytes = Buffer.alloc(fstatSync(descriptor).size)
        return bytes.toString('utf8', 0, readSync(descriptor, bytes, 0, bytes.length, 0))
      }),
    isCurrent: () =>
      attempt(JOURNAL, () => {
        const named = lstatSync(folders.at(JOURNAL), { throwIfNoEntry: false })
        const open = fstatSync(descriptor)
        return named?.ino === open.ino && named.dev === open.dev
      }),
    synchronise: () => synchronise(descriptor),
    close: () => closeSync(descriptor),
  }
}

/** Milliseconds after which a run in another container or on another machine counts as dead. A run takes less than one second. */
const UNSEEN_LIMIT = 10_000

function isAlive(run: Run): boolean {
  const start = run.machine === thisMachine() ? startOf(run.pid) : UNKNOWN
  return start === UNKNOWN ? Math.abs(Date.now() - run.time) < UNSEEN_LIMIT : start === run.start
}

const UNKNOWN = '-'

/** Undefined for a process that has ended; unknown for one of another user with `hidepid`, and without /proc. */
function startOf(pid: number): string | undefined {
  try {
    process.kill(pid, 0)
  } catch (error) {
    if (errnoOf(error) === 'ESRCH') return undefined
  }
  const [, fields] = /.*\) (.*)/s.exec(readOr(() => readFileSync(`/proc/${pid}/stat`, 'latin1'))) ?? []
  const [state = '', ...others] = fields?.split(' ') ?? []
  // proc(5): field 3 is the state, field 22 the start.
  return 'ZX'.includes(state) && state !== '' ? undefined : (others[18] ?? UNKNOWN)
}

let ownStart: string | undefined
let ownMachine: string | undefined

const thisStart = (): string => (ownStart ??= startOf(process.pid) ?? UNKNOWN)

const thisMachine = (): string =>
  (ownMachine ??= [
    readOr(() => readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim()),
    readOr(() => readlinkSync('/proc/self/ns/pid')),
  ].join('/'))

function readOr(read: () => string): string {
  try {
    return read()
  } catch {
    return UNKNOWN
  }
}
