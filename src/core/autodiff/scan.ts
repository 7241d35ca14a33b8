import { checkFunction } from '../tensor/check-function.ts'
import { checkOptions } from '../tensor/check-options.ts'
import { viewOf } from '../tensor/concrete.ts'
import { ArgumentError, ShapeError, TreeError } from '../tensor/errors.ts'
import { isRepresentable } from '../tensor/representable.ts'
import { showValue } from '../tensor/show-value.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { leavesWithPaths, withLeaves } from '../tensor/tree.ts'
import { applyCall } from './call.ts'
import { evaluateProgram } from './evaluate.ts'
import { asTree, matchingLeaves, valuesOf } from './leaves.ts'
import { requireSameCarried } from './same-carried.ts'
import { scanCall } from './scan-call.ts'
import { stageFlat } from './stage.ts'

/**
 * In which direction {@link scan} goes, and how far.
 *
 * @category Control flow
 */
export interface ScanOptions {
  /** From the last element to the first; the stacked results keep the order of the sequences. */
  readonly reverse?: boolean
  /** The number of steps; needed only where there are no sequences to tell it. */
  readonly length?: number
}

/** The common length of the sequences along axis 0. */
const lengthOf = (sequences: unknown, given: number | undefined): number => {
  const leaves = leavesWithPaths(sequences)
  const lengths = leaves.map(({ path, leaf }) => {
    const where = path === '' ? 'the sequence' : path
    if (leaf.rank === 0) throw new ShapeError(`scan: ${where} is a scalar; a sequence runs along axis 0`)
    return { where, length: leaf.shape[0]! }
  })
  const length = given ?? lengths[0]?.length
  if (length === undefined)
    throw new ArgumentError('scan: without sequences the number of steps has to be given as `length`')
  if (!(Number.isInteger(length) && length >= 0))
    throw new ArgumentError(`scan: expected a length of 0 or more, got ${String(length)}`)
  const odd = lengths.find((sequence) => sequence.length !== length)
  if (odd !== undefined)
    throw new ShapeError(`scan: ${odd.where} has ${String(odd.length)} elements, expected ${String(length)}`)
  return length
}

/** What a step returns. */
const pairOf = <C, Y>(result: readonly [C, Y]): readonly [C, Y] => {
  const found: unknown = result
  if (!Array.isArray(found) || found.length !== 2)
    throw new TreeError(`scan: a step returns the pair [carried, result], got ${showValue(result)}`)
  return result
}

/**
 * A function applied to one element of the sequences after another, carrying a value along: returns the last carried
 * value and the stacked results. A compiled program keeps it as one loop, so a whole epoch can be one program; its
 * derivative is a loop too, which keeps the carried values and recomputes the rest.
 *
 * The function is staged once: it sees shapes and dtypes, not values.
 *
 * @throws ShapeError where lengths differ or the carried value changes its type; TreeError where it changes its
 * structure.
 * @example
 * ```ts
 * import { add, mul, scan, tensor, toArray } from 'puregrad'
 * const [last, partial] = scan((total, x) => {
 *   const next = add(total, x)
 *   return [next, mul(next, 10)]
 * }, tensor(0), tensor([1, 2, 3]))
 * toArray(last) // => 6
 * toArray(partial) // => [10, 30, 60]
 * ```
 * @category Control flow
 */
export const scan = <C, X, Y>(
  step: (carried: C, element: X) => readonly [C, Y],
  initial: C,
  sequences: X,
  options: ScanOptions = {},
): readonly [C, Y] => {
  checkFunction('scan', 'a function of what is carried and an element', step)
  checkOptions('scan', options, { reverse: true, length: true })
  const length = lengthOf(sequences, options.length)
  const start = asTree(initial)
  const carried = valuesOf(start)
  const along = valuesOf(sequences)
  const elements = along.map(({ shape, dtype }) => ({ shape: shape.slice(1), dtype }))
  let result: Y | undefined
  // The captured values come last in the staged program and first in the scan.
  const { program, captured } = stageFlat(
    (inputs) => {
      const [next, y] = pairOf(
        step(
          withLeaves(start, inputs.slice(0, carried.length)),
          withLeaves(sequences, inputs.slice(carried.length)),
        ),
      )
      requireSameCarried('scan', start, asTree(next))
      result = asTree(y)
      // In the order of the initial value: the keys of the next may be ordered differently.
      return [...matchingLeaves(start, asTree(next), 'scan'), ...valuesOf(result)]
    },
    [...carried, ...elements],
  )
  const n = carried.length + elements.length
  const fixed = captured.length
  const body =
    fixed === 0
      ? program
      : stageFlat(
          (inputs) => evaluateProgram(program, [...inputs.slice(fixed), ...inputs.slice(0, fixed)]),
          [...captured, ...program.inputs.slice(0, n)],
        ).program
  const outputs = applyCall(
    scanCall(evaluateProgram, {
      body,
      fixed,
      carried: carried.length,
      length,
      reverse: options.reverse ?? false,
    }),
    [...captured, ...carried, ...along],
  )
  return [
    withLeaves(start, outputs.slice(0, carried.length)),
    withLeaves(result as Y, outputs.slice(carried.length)),
  ]
}

/**
 * A function of the index and a state, applied for each index from `start` up to but not including `end`.
 *
 * @example
 * ```ts
 * import { add, cast, foriLoop, item, tensor } from 'puregrad'
 * item(foriLoop(1, 5, (i, total) => add(total, cast(i, 'float32')), tensor(0))) // => 10
 * ```
 * @category Control flow
 */
export const foriLoop = <S>(
  start: number,
  end: number,
  body: (index: Tensor<readonly []>, state: S) => S,
  initial: S,
): S => {
  checkFunction('foriLoop', 'a function of the index and the state', body)
  if (!(Number.isInteger(start) && Number.isInteger(end)))
    throw new ArgumentError(`foriLoop: expected whole numbers, got ${String(start)} and ${String(end)}`)
  if (start < end && !(isRepresentable(start, 'int32') && isRepresentable(end - 1, 'int32')))
    throw new ArgumentError(
      `foriLoop: expected indices that int32 holds, got ${String(start)} to ${String(end - 1)}`,
    )
  const indices = viewOf(
    Int32Array.from({ length: Math.max(0, end - start) }, (_, i) => start + i),
    'int32',
    [Math.max(0, end - start)],
  )
  const [last] = scan(
    (state: S, index: Tensor) => [body(index as Tensor<readonly []>, state), undefined],
    initial,
    indices,
  )
  return last
}
