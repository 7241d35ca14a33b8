import * as E from 'fp-ts/lib/Either.js'
import type { Surroundings } from '../terminal/run-command.ts'
import { onArrays, onTable, readOptions } from './options.ts'

/** Trains on what the arguments name and shows what came of it. */
export const trainCommand = async (
  argv: readonly string[],
  surroundings: Surroundings,
): Promise<E.Either<string, void>> => {
  const request = await readOptions(argv, surroundings)
  if (E.isLeft(request)) return request
  if (request.right.kind === 'help') return E.right(surroundings.say(request.right.text))
  const { options } = request.right
  return onTable(options)
    ? options.stream !== undefined
      ? (await import('./run-table-stream.ts')).runTableStream(options, surroundings)
      : (await import('./run-table.ts')).runTable(options, surroundings)
    : onArrays(options)
      ? (await import('./run-arrays.ts')).runArrays(options, surroundings)
      : E.right(undefined)
}
