import { access, constants, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { writeAtomically } from '../data/index.ts'

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/** Whether a file can be written there, asked before hours of work depend on it. */
export const canWrite = (file: string): TE.TaskEither<string, void> =>
  TE.tryCatch(
    async () => {
      await access(dirname(file), constants.W_OK)
      const existing = await stat(file).catch(() => undefined)
      if (existing?.isDirectory() === true) throw new Error('it is a directory')
    },
    (error) => `${file}: cannot be written: ${reasonOf(error)}`,
  )

/** {@link writeAtomically}, with one line for an error. */
export const writeWhole = (file: string, text: string): TE.TaskEither<string, void> =>
  pipe(
    writeAtomically(file, text),
    TE.mapLeft(({ message }) => message),
  )
