import type { Key } from '../core/numeric/index.ts'
import type { FloatDType } from '../core/tensor/dtype.ts'
import { ArgumentError } from '../core/tensor/errors.ts'
import type { Sizes } from '../core/tensor/shape.ts'
import { showValue } from '../core/tensor/show-value.ts'
import type { Tensor } from '../core/tensor/tensor.ts'
import type { Mode } from './mode.ts'

/**
 * A layer as plain data: the name of its kind, and the settings that the kind has.
 *
 * @category Layers
 */
export interface LayerSpec {
  readonly kind: string
  readonly [setting: string]: unknown
}

/**
 * What a layer begins with.
 *
 * @category Layers
 */
export interface LayerStart<P, S> {
  readonly params: P
  readonly state: S
}

/**
 * A function of the output of the layer at a position.
 *
 * @category Layers
 */
export type Tap = (output: Tensor, position: number) => Tensor

/**
 * A function with parameters and state, both plain records. `K` is the name they are kept under in a network; a layer
 * without any has the empty name. Shapes are those of one example: what `apply` is given and gives back has an axis of
 * rows before them. In evaluation a row of the output depends on no other row of the input.
 *
 * @category Layers
 */
export interface Layer<K extends string, P, S> {
  readonly name: K
  readonly spec: LayerSpec
  /** The shape of an output, from that of an input. Throws ShapeError for an input that the layer cannot take. */
  readonly shape: (input: Sizes) => Sizes
  readonly init: (key: Key, input: Sizes, dtype: FloatDType) => LayerStart<P, S>
  /**
   * `x [rows, ...input]` → `[rows, ...output]` and the state afterwards. A layer that others are inside of hands the tap
   * their outputs; any other has no use for it.
   */
  readonly apply: (mode: Mode, params: P, state: S, x: Tensor, tap?: Tap) => readonly [Tensor, S]
  /** The layers inside, in the order in which the tap is given their outputs. */
  readonly layers?: readonly AnyLayer[]
  /**
   * The shapes of one input of each of these, from that of the whole, where they do not stand one after another, as the
   * branches of `parallel` do.
   */
  readonly inputs?: (input: Sizes) => readonly Sizes[]
}

/**
 * Any layer, for composition.
 *
 * @category Layers
 */
// oxlint-disable-next-line typescript/no-explicit-any -- a layer is contravariant in its own parameters
export type AnyLayer = Layer<string, any, any>

/**
 * The state of a layer that has none.
 *
 * @category Layers
 */
export type NoState = Readonly<Record<never, never>>

/**
 * Records of tensors, and of records of them where networks nest.
 *
 * @category Networks
 */
export type LayerTree = { readonly [name: string]: Tensor | LayerTree }

/** @throws ArgumentError for what is no layer. */
export const checkLayer = (where: string, name: string, value: unknown): void => {
  const given = (typeof value === 'object' && value !== null ? value : {}) as Readonly<
    Record<string, unknown>
  >
  const spec = given['spec']
  if (
    typeof given['name'] !== 'string' ||
    typeof spec !== 'object' ||
    spec === null ||
    !('kind' in spec && typeof spec.kind === 'string') ||
    !['shape', 'init', 'apply'].every((part) => typeof given[part] === 'function')
  )
    throw new ArgumentError(
      `${where}: ${name}: expected a layer such as dense('hidden', 8), a record of name, spec with a kind, shape, init and apply, got ${showValue(value)}`,
    )
}
