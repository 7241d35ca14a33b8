import { access, constants, mkdir, realpath, stat } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { writeAtomically } from '../data/files/write-atomically.ts'
import type { Language, Wording } from '../report/wording.ts'
import { reasonOf } from '../core/tensor/reason-of.ts'

const said = {
  directory: { en: 'it is a directory', bg: 'това е папка' },
  unwritable: { en: 'cannot be written', bg: 'не може да се запише' },
  taken: (option: string, file: string, other: string): Wording => ({
    en: `${option}: ${file} is the file of ${other}, and would be written over`,
    bg: `${option}: ${file} е файлът на ${other} и би бил презаписан`,
  }),
} as const

/** Whether a file can be written there, asked before hours of work depend on it. */
export const canWrite =
  (language: Language) =>
  (file: string): TE.TaskEither<string, void> =>
    TE.tryCatch(
      async () => {
        await access(dirname(file), constants.W_OK)
        const existing = await stat(file).catch(() => undefined)
        if (existing?.isDirectory() === true) throw new Error(said.directory[language])
      },
      (error) => `${file}: ${said.unwritable[language]}: ${reasonOf(error)}`,
    )

/** The file a name stands for, or would stand for. */
const placeOf = (file: string): Promise<string> =>
  realpath(file).catch(() =>
    realpath(dirname(file)).then(
      (folder) => join(folder, basename(file)),
      () => resolve(file),
    ),
  )

type NamedFile = readonly [option: string, file: string | undefined]

/** Refuses to write over a file that the same command reads or writes for another purpose; devices hold nothing. */
export const isApart = (
  option: string,
  file: string,
  others: readonly NamedFile[],
  language: Language,
): TE.TaskEither<string, void> =>
  pipe(
    TE.fromTask<readonly (readonly [string, string])[], string>(async () => {
      const place = await placeOf(file)
      const isFile = await stat(place).then(
        (found) => found.isFile(),
        () => true,
      )
      const taken = others.flatMap(([name, other]) => (other === undefined ? [] : [[name, other] as const]))
      const places = await Promise.all(taken.map(([, other]) => placeOf(other)))
      return taken.filter((_, i) => isFile && places[i] === place)
    }),
    TE.flatMap(([clash]) =>
      clash === undefined ? TE.right(undefined) : TE.left(said.taken(option, file, clash[0])[language]),
    ),
  )

/** That files can be written, each in the place of none that is read or was named before. */
export const writtenPlaces = (
  read: readonly NamedFile[],
  written: readonly NamedFile[],
  language: Language,
): TE.TaskEither<string, unknown> =>
  pipe(
    TE.traverseSeqArray(canWrite(language))(
      written.flatMap(([, file]) => (file === undefined ? [] : [file])),
    ),
    TE.flatMap(() =>
      TE.traverseSeqArrayWithIndex((i: number, [option, file]: NamedFile) =>
        file === undefined
          ? TE.right(undefined)
          : isApart(option, file, [...read, ...written.slice(0, i)], language),
      )(written),
    ),
  )

/** Makes a folder with those it lies in, where they are not there. */
export const makeFolder = (folder: string): TE.TaskEither<string, void> =>
  TE.tryCatch(
    async () => {
      await mkdir(folder, { recursive: true })
    },
    (error) => `${folder}: cannot be made: ${reasonOf(error)}`,
  )

/** {@link writeAtomically}, with one line for an error. */
export const writeWhole = (file: string, text: string): TE.TaskEither<string, void> =>
  pipe(
    writeAtomically(file, text),
    TE.mapLeft(({ message }) => message),
  )
