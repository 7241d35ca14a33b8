import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as t from 'io-ts'
import { PathReporter } from 'io-ts/lib/PathReporter.js'
import { ArgumentError, tensor, toTypedArray, type Tensor } from '../../src/node.ts'

/** A computation that is ready: `run` is what is timed, `output` says what its result is as data. */
export interface Ready {
  readonly run: () => () => unknown
}

/** One function of a module: from its input as data to a computation, or to what is wrong with the input. */
export type Task = (input: unknown) => E.Either<string, Ready>

/** The functions of a module by name. */
export type Tasks = Readonly<Record<string, Task>>

/**
 * A function of a module. Reading the input is not timed and neither is writing the result: `prepare` turns numbers
 * into tensors, and the function it gives is timed; what that one returns is turned into data afterwards.
 */
export const task =
  <A, R>(
    codec: t.Decoder<unknown, A>,
    prepare: (input: A) => () => R,
    output: (result: R, input: A) => unknown,
  ): Task =>
  (given) =>
    pipe(
      codec.decode(given),
      E.mapLeft((problems) => PathReporter.report(E.left(problems)).slice(0, 5).join('\n')),
      E.map((input) => {
        const compute = prepare(input)
        return {
          run: () => {
            const result = compute()
            return () => output(result, input)
          },
        }
      }),
    )

export const numbers = t.readonlyArray(t.number)
export const rows = t.readonlyArray(numbers)

/** Numbers in float64, as every evaluation of GradBench has them. */
export const vectorOf = (list: readonly number[]): Tensor => tensor(Float64Array.from(list))

/** @throws ArgumentError where a row is longer or shorter than it has to be. */
export const matrixOf = (
  name: string,
  list: readonly (readonly number[])[],
  count: number,
  columns: number,
): Tensor => {
  if (list.length !== count)
    throw new ArgumentError(`${name}: expected ${String(count)} rows, got ${String(list.length)}`)
  const odd = list.findIndex((row) => row.length !== columns)
  if (odd >= 0)
    throw new ArgumentError(
      `${name}[${String(odd)}]: expected ${String(columns)} numbers, got ${String(list[odd]?.length)}`,
    )
  return tensor(Float64Array.from(list.flat()), { shape: [count, columns] })
}

export const numbersOf = (x: Tensor): readonly number[] => Array.from(toTypedArray(x), Number)

export const rowsOf = (x: Tensor): readonly (readonly number[])[] => {
  const [count = 0, columns = 0] = x.shape
  const all = numbersOf(x)
  return Array.from({ length: count }, (_, i) => all.slice(i * columns, (i + 1) * columns))
}
