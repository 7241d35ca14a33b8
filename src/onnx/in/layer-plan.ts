import * as E from 'fp-ts/lib/Either.js'
import { copyElements, viewOf, type ConcreteTensor } from '../../core/tensor/concrete.ts'
import { bufferFrom } from '../../core/tensor/dtype.ts'
import type { Tensor } from '../../core/tensor/tensor.ts'
import type { LayerTree } from '../../nn/layer.ts'
import type { LayerSpec } from '../../nn/layer.ts'

/** A layer that was found in a graph: its description but for the name, and what it has learnt. */
export interface LayerPlan {
  /** What it may be called; undefined for a layer that has no name. */
  readonly hint: string | undefined
  readonly spec: LayerSpec
  readonly params: LayerTree
  readonly state: LayerTree
}

/** A step of a graph as a layer, or none, once the width of its input is known; the left says what does not fit. */
export interface Step {
  /** The width that it asks for, where it does. */
  readonly takes?: number
  /** The width that it gives, where it is another. */
  readonly gives?: number
  readonly plan: (width: number) => E.Either<string, LayerPlan | undefined>
}

/** A layer without parameters and without a name. */
export const nameless = (spec: LayerSpec): Step => ({
  plan: () => E.right({ hint: undefined, spec, params: {}, state: {} }),
})

export const activationStep = (name: string): Step => nameless({ kind: 'activation', function: name })

export const numbersOf = (tensor: ConcreteTensor): readonly number[] => Array.from(copyElements(tensor))

/** A tensor of the dtype of another. */
export const like = (
  { dtype }: ConcreteTensor,
  values: readonly number[],
  shape: readonly number[] = [values.length],
): Tensor => viewOf(bufferFrom(dtype, values), dtype, shape)

/** The numbers of a constant for each of so many units: one for each, or one for all. */
export const perUnit = (
  what: string,
  tensor: ConcreteTensor,
  width: number,
): E.Either<string, readonly number[]> => {
  const values = numbersOf(tensor)
  return values.length === 1
    ? E.right(Array.from({ length: width }, () => values[0]!))
    : values.length === width && tensor.shape.at(-1) === width
      ? E.right(values)
      : E.left(
          `${what}: expected one number, or one for each of ${width} units, got [${tensor.shape.join(', ')}]`,
        )
}

/** What a constant was called before its last part: `hidden.weight` is of `hidden`. */
export const ownerOf = (name: string | undefined): string =>
  /^(.+)[./](?:weight|kernel|vectors|bias|gamma|slope|scale)$/.exec(name ?? '')?.[1] ?? ''

/** Layers that are read start anew as those that are made. */
const weight = { kind: 'heNormal' } as const
const bias = { kind: 'zeros' } as const

/** A matrix `[width in, width out]`, row by row, and what is added, if something is. */
export const denseStep = (
  hint: string,
  matrix: ConcreteTensor,
  values: readonly number[],
  [inputs, outputs]: readonly [number, number],
  added?: readonly number[],
): Step => ({
  takes: inputs,
  gives: outputs,
  plan: () =>
    E.right({
      hint: hint === '' ? 'dense' : hint,
      spec:
        added === undefined
          ? { kind: 'linear', width: outputs, weight }
          : { kind: 'dense', width: outputs, weight, bias },
      params: {
        weight: like(matrix, values, [inputs, outputs]),
        ...(added === undefined ? {} : { bias: like(matrix, added) }),
      },
      state: {},
    }),
})

/** Each unit times a number plus a number, as a dense layer with one weight to each: it stays so in training. */
export const affineStep = (
  what: string,
  scale: ConcreteTensor | undefined,
  shift: ConcreteTensor | undefined,
  change: { readonly scale: (a: number) => number; readonly shift: (b: number, a: number) => number },
): Step => ({
  plan: (width) => {
    const some = (scale ?? shift)!
    const factors =
      scale === undefined ? E.right(Array.from({ length: width }, () => 1)) : perUnit(what, scale, width)
    const shifts =
      shift === undefined ? E.right(Array.from({ length: width }, () => 0)) : perUnit(what, shift, width)
    if (E.isLeft(factors)) return factors
    if (E.isLeft(shifts)) return shifts
    const scales = factors.right.map(change.scale)
    return denseStep(
      'affine',
      some,
      scales.flatMap((factor, i) => scales.map((_, j) => (i === j ? factor : 0))),
      [width, width],
      shifts.right.map((b, i) => change.shift(b, scales[i]!)),
    ).plan(width)
  },
})
