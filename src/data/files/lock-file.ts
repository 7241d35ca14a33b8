import * as E from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import { showText } from '../../core/tensor/show-value.ts'
import { hasEnded, ownMark, type ProcessMark } from './process-mark.ts'
import { sweepTemporaries, temporaryName } from './temporary-file.ts'
import { reasonOf } from '../../core/tensor/reason-of.ts'

/** A lock that is held by another, or could not be taken. */
export interface LockError {
  readonly kind: 'held' | 'unwritable'
  readonly message: string
}

/** A lock that is held until it is given back, or until the process ends. */
export interface Lock {
  readonly release: () => Promise<void>
}

const contentCodec = t.type({ host: t.string, pid: t.number, started: t.string, token: t.string })

const markIn = (text: string): (ProcessMark & { readonly token: string }) | undefined => {
  try {
    const decoded = contentCodec.decode(JSON.parse(text))
    return E.isRight(decoded) ? decoded.right : undefined
  } catch {
    return undefined
  }
}

const codeOf = (error: unknown): unknown =>
  error instanceof Error && 'code' in error ? error.code : undefined

/** A lock in which nothing stands, for longer than it takes to write it: its process ended in between. */
const emptySeconds = 10

/**
 * Takes the lock of a file: a neighbour named `FILE.lock` that says which process holds it. The lock of a process that
 * has ended is taken over.
 *
 * Taking over is done by renaming what was found: of several who try only one gets the old lock, and whoever gets
 * another's new one by it puts it back.
 */
export const takeLock = async (file: string): Promise<E.Either<LockError, Lock>> => {
  const { open, readFile, rename, link, rm, stat } = process.getBuiltinModule('node:fs/promises')
  const { dirname, join } = process.getBuiltinModule('node:path')
  const path = `${file}.lock`
  const token = crypto.randomUUID()
  const content = JSON.stringify({ ...ownMark(), token })
  const create = async (): Promise<boolean> => {
    try {
      const handle = await open(path, 'wx')
      try {
        await handle.writeFile(content)
      } finally {
        await handle.close()
      }
      return true
    } catch (error) {
      if (codeOf(error) === 'EEXIST') return false
      throw error
    }
  }
  const read = (at: string): Promise<string | undefined> => readFile(at, 'utf8').catch(() => undefined)
  const release = async (): Promise<void> => {
    if (markIn((await read(path)) ?? '')?.token === token) await rm(path, { force: true })
  }
  /** Whether the lock that was found has been done away with. */
  const takeOver = async (found: string): Promise<boolean> => {
    const aside = join(dirname(path), temporaryName())
    try {
      await rename(path, aside)
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return true
      throw error
    }
    const taken = await read(aside)
    if (taken !== found) await link(aside, path).catch(() => undefined)
    await rm(aside, { force: true })
    await sweepTemporaries(dirname(path))
    return taken === found
  }
  const isLeft = async (text: string): Promise<boolean> => {
    const mark = markIn(text)
    if (mark !== undefined) return hasEnded(mark)
    const age = await stat(path).then(
      ({ mtimeMs }) => (Date.now() - mtimeMs) / 1000,
      () => 0,
    )
    return age > emptySeconds
  }
  const attempt = async (tries: number): Promise<E.Either<LockError, Lock>> => {
    if (await create()) return E.right({ release })
    const found = await read(path)
    if (found === undefined && tries > 0) return attempt(tries - 1)
    if (found !== undefined && tries > 0 && (await isLeft(found)) && (await takeOver(found)))
      return attempt(tries - 1)
    const mark = markIn(found ?? '')
    const holder =
      mark === undefined ? 'another process' : `process ${mark.pid} on ${showText(mark.host, 60)}`
    return E.left({
      kind: 'held',
      message: `is in use by ${holder}; if that is not so, remove ${path}`,
    })
  }
  try {
    return await attempt(3)
  } catch (error) {
    return E.left({
      kind: 'unwritable',
      message: `cannot be locked: ${reasonOf(error)}`,
    })
  }
}
