import {
  add,
  concat,
  foldIn,
  full,
  matmul,
  mul,
  relu,
  sigmoid,
  split,
  sub,
  tanh,
  zeros,
  type Key,
} from '../core/numeric/index.ts'
import { checkChoice } from '../core/tensor/check-choice.ts'
import { checkOptions } from '../core/tensor/check-options.ts'
import { checkSetting } from '../core/tensor/check-setting.ts'
import type { FloatDType } from '../core/tensor/dtype.ts'
import { count, finiteNumber } from '../core/tensor/setting-ranges.ts'
import type { Tensor } from '../core/tensor/tensor.ts'
import { initialize, orthogonal, xavierUniform } from './initializers.ts'

/**
 * A cell as plain data.
 *
 * @category Sequences
 */
export interface CellSpec {
  readonly kind: string
  readonly width: number
  readonly [setting: string]: unknown
}

/**
 * One step of a recurrent layer, pure functions of parameters `P` and of what is carried from step to step, `C`, a tree of
 * tensors `[rows, …]`. A cell of one's own is such a record; {@link recurrent} makes a layer of it.
 *
 * @category Sequences
 */
export interface Cell<P, C> {
  readonly spec: CellSpec
  /** The width of an output. */
  readonly width: number
  readonly init: (key: Key, inputWidth: number, dtype: FloatDType) => P
  /** What is carried into the first step. */
  readonly start: (rows: number, dtype: FloatDType) => C
  /** What a step takes of the inputs `[…, input width]`, for all steps at once: `[…, any width]`. */
  readonly project: (params: P, x: Tensor) => Tensor
  /** From what is carried in, and one step of what `project` gives, `[rows, any width]`, to what is carried out. */
  readonly step: (params: P, carried: C, projected: Tensor) => C
  /** What is carried → the output `[rows, width]`. */
  readonly output: (carried: C) => Tensor
}

/** Any cell. */
// oxlint-disable-next-line typescript/no-explicit-any -- a cell is contravariant in its parameters
export type AnyCell = Cell<any, any>

/**
 * The parameters of {@link simpleCell} and {@link lstmCell}: gates stand side by side.
 *
 * @category Sequences
 */
export interface CellParams {
  /** `[input width, gates · width]` */
  readonly weight: Tensor
  /** `[width, gates · width]` */
  readonly recurrent: Tensor
  /** `[gates · width]` */
  readonly bias: Tensor
}

/**
 * The parameters of {@link gruCell}: reset, update and candidate stand side by side.
 *
 * @category Sequences
 */
export interface GruParams extends CellParams {
  /** `[width]`: added to what the candidate takes of the state, before it is reset. */
  readonly candidateBias: Tensor
}

/**
 * What {@link lstmCell} carries from step to step.
 *
 * @category Sequences
 */
export interface LstmCarried {
  /** The output. */
  readonly hidden: Tensor
  /** The memory. */
  readonly memory: Tensor
}

/** Weights of gates side by side, each drawn as a matrix of its own. */
const gates = (
  key: Key,
  inputWidth: number,
  width: number,
  names: readonly string[],
  dtype: FloatDType,
): CellParams => {
  const drawn = (part: 'weight' | 'recurrent', rows: number): Tensor =>
    concat(
      names.map((name) =>
        initialize(
          part === 'weight' ? xavierUniform : orthogonal(),
          foldIn(foldIn(key, part), name),
          [rows, width],
          dtype,
        ),
      ),
      { axis: 1 },
    )
  return {
    weight: drawn('weight', inputWidth),
    recurrent: drawn('recurrent', width),
    bias: full([names.length * width], 0, { dtype }),
  }
}

const project = ({ weight, bias }: CellParams, x: Tensor): Tensor => add(matmul(x, weight), bias)

/** Parts side by side along the last axis. */
const apart = (x: Tensor, parts: number): readonly Tensor[] => split(x, parts, { axis: -1 })

/** Activation functions of {@link simpleCell}. */
export const cellActivations = ['tanh', 'relu'] as const

/**
 * h′ = f(x·W + h·U + b).
 *
 * Source: J. L. Elman, Cognitive Science 14, 1990.
 *
 * @throws ArgumentError for a width that is not a positive integer, another option or another function.
 * @example
 * ```ts
 * import { simpleCell } from 'puregrad/nn'
 * simpleCell(4, { activation: 'relu' }).spec // => { kind: 'simple', width: 4, activation: 'relu' }
 * ```
 * @category Sequences
 */
export const simpleCell = (
  width: number,
  options: { readonly activation?: (typeof cellActivations)[number] } = {},
): Cell<CellParams, Tensor> => {
  checkSetting('simpleCell', 'width', width, count)
  checkOptions('simpleCell', options, { activation: true })
  const { activation = 'tanh' } = options
  checkChoice('simpleCell', 'activation', activation, cellActivations)
  const f = activation === 'tanh' ? tanh : relu
  return {
    spec: { kind: 'simple', width, activation },
    width,
    init: (key, inputWidth, dtype) => gates(key, inputWidth, width, ['hidden'], dtype),
    start: (rows, dtype) => zeros([rows, width], { dtype }),
    project,
    step: ({ recurrent }, hidden, projected) => f(add(projected, matmul(hidden, recurrent))),
    output: (hidden) => hidden,
  }
}

/**
 * A gated recurrent unit: reset r = σ(xW_r + hU_r + b_r), update z = σ(xW_z + hU_z + b_z), candidate
 * n = tanh(xW_n + b_n + r∘(hU_n + c)), h′ = (1 − z)∘n + z∘h. The state is reset behind its product, as accelerators and
 * PyTorch have it.
 *
 * Source: K. Cho et al., EMNLP 2014.
 *
 * @throws ArgumentError for a width that is not a positive integer.
 * @example
 * ```ts
 * import { key } from 'puregrad'
 * import { gruCell } from 'puregrad/nn'
 * gruCell(4).init(key(0), 3, 'float32').weight.shape // => [3, 12]
 * ```
 * @category Sequences
 */
export const gruCell = (width: number): Cell<GruParams, Tensor> => {
  checkSetting('gruCell', 'width', width, count)
  return {
    spec: { kind: 'gru', width },
    width,
    init: (key, inputWidth, dtype) => ({
      ...gates(key, inputWidth, width, ['reset', 'update', 'candidate'], dtype),
      candidateBias: full([width], 0, { dtype }),
    }),
    start: (rows, dtype) => zeros([rows, width], { dtype }),
    project,
    step: ({ recurrent, candidateBias }, hidden, projected) => {
      const [xr, xz, xn] = apart(projected, 3) as [Tensor, Tensor, Tensor]
      const [hr, hz, hn] = apart(matmul(hidden, recurrent), 3) as [Tensor, Tensor, Tensor]
      const update = sigmoid(add(xz, hz))
      const candidate = tanh(add(xn, mul(sigmoid(add(xr, hr)), add(hn, candidateBias))))
      // (1 − z)∘n + z∘h
      return add(candidate, mul(update, sub(hidden, candidate)))
    },
    output: (hidden) => hidden,
  }
}

/**
 * A long short-term memory: gates i, f, o = σ(…) and candidate g = tanh(…) of xW + hU + b, memory c′ = f∘c + i∘g, output
 * h′ = o∘tanh(c′). Side by side the gates are i, f, g, o. The bias of f begins as `forgetBias`, 1 unless told otherwise, so
 * that what is remembered stays at first.
 *
 * Source: S. Hochreiter, J. Schmidhuber, Neural Computation 9, 1997; F. A. Gers, J. Schmidhuber, F. Cummins, 2000; the
 * bias, R. Jozefowicz, W. Zaremba, I. Sutskever, ICML 2015.
 *
 * @throws ArgumentError for a width that is not a positive integer, another option or a bias that is not finite.
 * @example
 * ```ts
 * import { key, toArray } from 'puregrad'
 * import { lstmCell } from 'puregrad/nn'
 * toArray(lstmCell(1).init(key(0), 3, 'float32').bias) // => [0, 1, 0, 0]
 * ```
 * @category Sequences
 */
export const lstmCell = (
  width: number,
  options: { readonly forgetBias?: number } = {},
): Cell<CellParams, LstmCarried> => {
  checkSetting('lstmCell', 'width', width, count)
  checkOptions('lstmCell', options, { forgetBias: true })
  const { forgetBias = 1 } = options
  checkSetting('lstmCell', 'forgetBias', forgetBias, finiteNumber)
  return {
    spec: { kind: 'lstm', width, forgetBias },
    width,
    init: (key, inputWidth, dtype) => ({
      ...gates(key, inputWidth, width, ['input', 'forget', 'candidate', 'output'], dtype),
      bias: concat([
        full([width], 0, { dtype }),
        full([width], forgetBias, { dtype }),
        full([2 * width], 0, { dtype }),
      ]),
    }),
    start: (rows, dtype) => ({
      hidden: zeros([rows, width], { dtype }),
      memory: zeros([rows, width], { dtype }),
    }),
    project,
    step: ({ recurrent }, { hidden, memory }, projected) => {
      const [i, f, g, o] = apart(add(projected, matmul(hidden, recurrent)), 4) as [
        Tensor,
        Tensor,
        Tensor,
        Tensor,
      ]
      const next = add(mul(sigmoid(f), memory), mul(sigmoid(i), tanh(g)))
      return { hidden: mul(sigmoid(o), tanh(next)), memory: next }
    },
    output: ({ hidden }) => hidden,
  }
}
