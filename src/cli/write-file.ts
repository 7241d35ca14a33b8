import { access, constants, rename, rm, stat, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import * as TE from 'fp-ts/lib/TaskEither.js'

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

/** Writes a whole file or none: the text goes to a temporary neighbour that then takes the name. */
export const writeWhole = (file: string, text: string): TE.TaskEither<string, void> => {
  const temporary = `${file}.${process.pid}.tmp`
  return TE.tryCatch(
    async () => {
      try {
        await writeFile(temporary, text)
        await rename(temporary, file)
      } catch (error) {
        await rm(temporary, { force: true })
        throw error
      }
    },
    (error) => `${file}: cannot be written: ${reasonOf(error)}`,
  )
}
