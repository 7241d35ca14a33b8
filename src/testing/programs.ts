import * as fc from 'fast-check'
import {
  add,
  broadcastTo,
  cos,
  div,
  exp,
  matmul,
  mul,
  neg,
  sigmoid,
  sin,
  softplus,
  square,
  sub,
  sum,
  tanh,
  transpose,
  mean,
  softmax,
  cumsum,
  flip,
  logSumExp,
  reshape,
} from '../core/numeric/index.ts'
import type { Tensor } from '../core/tensor/tensor.ts'

/** The smooth operations on one square matrix that a random program chooses from; each keeps values of moderate size. */
const unaryOperations = {
  sin: (x) => sin(x),
  cos: (x) => cos(x),
  tanh: (x) => tanh(x),
  sigmoid: (x) => sigmoid(x),
  softplus: (x) => softplus(x),
  expOfTanh: (x) => exp(tanh(x)),
  squareOfTanh: (x) => square(tanh(x)),
  softmax: (x) => softmax(x),
  transpose: (x) => transpose(x),
  flip: (x) => flip(x, { axis: 0 }),
  cumsum: (x) => cumsum(tanh(x), { axis: 1 }),
  centred: (x) => sub(x, mean(x, { axis: 0, keepDims: true })),
  rowSums: (x) => add(mul(x, 0), logSumExp(tanh(x), { axis: 1, keepDims: true })),
  rowMeans: (x) => broadcastTo(mean(x, { axis: 1, keepDims: true }), [x.shape[0] ?? 0, x.shape[1] ?? 0]),
  negated: (x) => neg(x),
  halved: (x) => div(x, 2),
  reversed: (x) => reshape(transpose(x), [x.shape[0] ?? 0, x.shape[1] ?? 0]),
} as const satisfies Readonly<Record<string, (x: Tensor) => Tensor>>

const binaryOperations = {
  add: (x, y) => add(x, y),
  sub: (x, y) => sub(x, y),
  mul: (x, y) => mul(tanh(x), tanh(y)),
  matmul: (x, y) => matmul(tanh(x), tanh(y)),
} as const satisfies Readonly<Record<string, (x: Tensor, y: Tensor) => Tensor>>

/**
 * One line of a program: an operation on earlier results, counted from the latest.
 *
 * @category Arbitraries
 */
export type Instruction =
  | { readonly operation: keyof typeof unaryOperations; readonly of: number }
  | { readonly operation: keyof typeof binaryOperations; readonly of: number; readonly and: number }

/**
 * A well-typed function of one square matrix as plain data; shrinking removes lines.
 *
 * @category Arbitraries
 */
export type Program = readonly Instruction[]

/**
 * Random programs: any earlier result may be used any number of times, so sharing is exercised.
 *
 * @example
 * ```ts
 * import fc from 'fast-check'
 * import { programs } from 'puregrad/testing'
 * fc.sample(programs({ maxLength: 3 }), 20).every((program) => program.length <= 3) // => true
 * ```
 * @category Arbitraries
 */
export const programs = ({ maxLength = 6 }: { readonly maxLength?: number } = {}): fc.Arbitrary<Program> =>
  fc.array(
    fc.oneof(
      fc.record({
        operation: fc.constantFrom(...(Object.keys(unaryOperations) as (keyof typeof unaryOperations)[])),
        of: fc.nat({ max: 3 }),
      }),
      fc.record({
        operation: fc.constantFrom(...(Object.keys(binaryOperations) as (keyof typeof binaryOperations)[])),
        of: fc.nat({ max: 3 }),
        and: fc.nat({ max: 3 }),
      }),
    ),
    { minLength: 1, maxLength },
  )

/**
 * The function a program describes: a square matrix to a matrix of the same shape.
 *
 * @example
 * ```ts
 * import { tensor, toArray } from 'puregrad'
 * import { runProgram } from 'puregrad/testing'
 * toArray(runProgram([{ operation: 'add', of: 0, and: 0 }])(tensor([[1]]))) // => [[2]]
 * ```
 * @category Arbitraries
 */
export const runProgram =
  (program: Program) =>
  (input: Tensor): Tensor => {
    const results = program.reduce<readonly Tensor[]>(
      (sofar, instruction) => {
        const earlier = (back: number): Tensor => sofar[Math.max(0, sofar.length - 1 - back)] ?? input
        return [
          ...sofar,
          'and' in instruction
            ? binaryOperations[instruction.operation](earlier(instruction.of), earlier(instruction.and))
            : unaryOperations[instruction.operation](earlier(instruction.of)),
        ]
      },
      [input],
    )
    return results[results.length - 1] ?? input
  }

/**
 * {@link runProgram} reduced to a scalar: Σ result · cos(1 + position), so that no direction is lost.
 *
 * @example
 * ```ts
 * import { item, tensor } from 'puregrad'
 * import { runScalarProgram } from 'puregrad/testing'
 * item(runScalarProgram([{ operation: 'add', of: 0, and: 0 }])(tensor([[1]]))) // => 0.1414744
 * ```
 * @category Arbitraries
 */
export const runScalarProgram =
  (program: Program) =>
  (input: Tensor): Tensor => {
    const output = runProgram(program)(input)
    const weights = cos(add(cumsum(cumsum(add(mul(output, 0), 1), { axis: 0 }), { axis: 1 }), 0.5))
    return sum(mul(output, weights))
  }
