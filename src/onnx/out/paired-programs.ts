import type { Equation, Program } from '../../core/primitive/program.ts'
import { ArgumentError } from '../../core/tensor/errors.ts'
import { extentOf, type Extents } from './extent.ts'

/**
 * One function staged for two numbers of rows: what differs between the two programs depends on the number of rows, and
 * how. A program whose sizes are all known is the pair of itself with itself.
 */
export interface Paired<T> {
  readonly programs: readonly [T, T]
  /** The two numbers of rows. */
  readonly at: readonly [number, number]
}

/** A program of sizes that are known. */
export const unpaired = (program: Program): Paired<Program> => ({ programs: [program, program], at: [0, 1] })

/** Sizes of both programs as one. */
export const extentsOf = (
  { at }: Pick<Paired<unknown>, 'at'>,
  [first, second]: readonly [readonly number[], readonly number[]],
): Extents => first.map((size, axis) => extentOf(at, [size, second[axis]!]))

const advice =
  'what it computes depends on the number of rows; a fixed number of rows can be written (leave `batched` out)'

/** Two parts of the programs as a pair. */
export const part = <T, U>(pair: Paired<T>, of: (whole: T) => U): Paired<U> => ({
  programs: [of(pair.programs[0]), of(pair.programs[1])],
  at: pair.at,
})

/** @throws ArgumentError unless both programs have the same equations, sizes aside. */
export const requireAlike = ({ programs: [a, b] }: Paired<Program>): void => {
  const same = (x: readonly number[], y: readonly number[]): boolean =>
    x.length === y.length && x.every((variable, i) => variable === y[i])
  const odd = (left: Equation, right: Equation | undefined): boolean =>
    left.operation !== right?.operation || !same(left.inputs, right.inputs)
  const at = a.equations.findIndex((equation, i) => odd(equation, b.equations[i]))
  if (
    at >= 0 ||
    a.equations.length !== b.equations.length ||
    a.constants.length !== b.constants.length ||
    !same(a.outputs, b.outputs)
  )
    throw new ArgumentError(
      `for two numbers of rows the function is two different programs${at < 0 ? '' : `, from equation ${at} on`}: ${advice}`,
    )
}

export const dependsOnRows = (what: string): ArgumentError => new ArgumentError(`${what}: ${advice}`)
