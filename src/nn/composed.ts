import { foldIn, type Key } from '../core/numeric/index.ts'
import type { FloatDType } from '../core/tensor/dtype.ts'
import { ArgumentError, ShapeError, TreeError } from '../core/tensor/errors.ts'
import { showShape, type Sizes } from '../core/tensor/shape.ts'
import { showText, showValue } from '../core/tensor/show-value.ts'
import type { Tensor } from '../core/tensor/tensor.ts'
import { checkLayer, type AnyLayer, type LayerStart, type Tap } from './layer.ts'
import type { Mode } from './mode.ts'

/**
 * The parameters of a list of layers, keyed by name.
 *
 * @category Layers
 */
export type ParamsOf<L extends readonly AnyLayer[]> = {
  readonly [E in L[number] as E['name'] extends '' ? never : E['name']]: ReturnType<E['init']>['params']
}

/**
 * The states of a list of layers, keyed by name.
 *
 * @category Layers
 */
export type StateOf<L extends readonly AnyLayer[]> = {
  readonly [E in L[number] as E['name'] extends '' ? never : E['name']]: ReturnType<E['init']>['state']
}

/**
 * Not a value where a name occurs twice, with the name in the message.
 *
 * @category Layers
 */
export type UniqueNames<L extends readonly AnyLayer[], Seen extends string = never> = L extends readonly [
  infer Head extends AnyLayer,
  ...infer Rest extends readonly AnyLayer[],
]
  ? string extends Head['name']
    ? unknown
    : Head['name'] extends ''
      ? UniqueNames<Rest, Seen>
      : Head['name'] extends Seen
        ? { readonly 'layer name is taken': Head['name'] }
        : UniqueNames<Rest, Seen | Head['name']>
  : unknown

type Entries = Readonly<Record<string, unknown>>

const entry = (where: string, what: string, entries: Entries, name: string): unknown => {
  if (name === '') return {}
  if (!Object.hasOwn(entries, name))
    throw new TreeError(
      `${where}: the ${what} lack the layer '${name}'; they are of {${Object.keys(entries).join(', ')}}`,
    )
  return entries[name]
}

/**
 * The mode as a layer at an address is told it: the key is derived where it is asked for, which few layers do, and each time,
 * so that no transformation around one layer has it from one around another.
 */
const modeAt = (mode: Mode, address: string | number): Mode =>
  mode.kind !== 'train'
    ? mode
    : {
        kind: 'train',
        get key() {
          return foldIn(mode.key, address)
        },
        ...(mode.mask === undefined ? {} : { mask: mode.mask }),
      }

/** The number of layers that no others are inside of. */
const leafCount = ({ layers }: AnyLayer): number =>
  layers === undefined ? 1 : layers.reduce((total, layer) => total + leafCount(layer), 0)

const labelOf = ({ name, spec: { kind } }: AnyLayer): string =>
  name === '' ? `the layer of kind ${showText(kind)}` : `layer '${showText(name)}'`

const isSize = (size: unknown): boolean => typeof size === 'number' && Number.isInteger(size) && size >= 1

/** What a layer says that it gives back. @throws ShapeError unless these are sizes. */
const outputShape = (where: string, layer: AnyLayer, input: Sizes): Sizes => {
  const output: unknown = layer.shape(input)
  if (!Array.isArray(output) || !output.every(isSize))
    throw new ShapeError(
      `${where}: ${labelOf(layer)}: shape: expected a list of whole numbers of 1 or more for inputs of shape ${showShape(input)}, got ${showValue(output)}`,
    )
  return output as Sizes
}

/** What a layer begins with. @throws ArgumentError unless it has parameters and a state. */
const startOf = (where: string, layer: AnyLayer, key: Key, input: Sizes, dtype: FloatDType) => {
  const start: unknown = layer.init(key, input, dtype)
  if (typeof start !== 'object' || start === null || !('params' in start && 'state' in start))
    throw new ArgumentError(
      `${where}: ${labelOf(layer)}: init: expected a record of params and state, got ${showValue(start)}`,
    )
  return start
}

/** What a layer gave back. @throws ArgumentError unless it is an output and a state. */
const checkApplied = (where: string, layer: AnyLayer, applied: unknown): void => {
  if (!Array.isArray(applied) || applied.length !== 2)
    throw new ArgumentError(
      `${where}: ${labelOf(layer)}: apply: expected a pair of output and state, got ${showValue(applied)}`,
    )
}

/** A composition of layers, with parameters and state as records keyed by layer name. */
export interface Composed<P, S> {
  readonly shape: (input: Sizes) => Sizes
  readonly init: (key: Key, input: Sizes, dtype: FloatDType) => LayerStart<P, S>
  readonly apply: (mode: Mode, params: P, state: S, x: Tensor, tap?: Tap) => readonly [Tensor, S]
}

const checkLayers = (where: string, layers: readonly AnyLayer[]): void => {
  layers.forEach((layer, i) => checkLayer(where, `layer ${i}`, layer))
  const names = layers.map(({ name }) => name).filter((name) => name !== '')
  const twice = names.find((name, i) => names.indexOf(name) !== i)
  if (twice !== undefined) throw new ArgumentError(`${where}: two layers are named '${showText(twice)}'`)
}

/** Layers inside of another, whichever way they are joined: their parameters and states are kept under their names. */
export interface Inside<P, S> {
  /** The shapes of what goes into each of a row of layers and, last, of what comes out. */
  readonly inTurn: (input: Sizes, count?: number) => readonly Sizes[]
  /** What a layer makes of inputs of a shape. */
  readonly shapeOf: (i: number, input: Sizes) => Sizes
  readonly init: (key: Key, inputs: readonly Sizes[], dtype: FloatDType) => LayerStart<P, S>
  /** The output of one layer, and the states of all with what has become of its own. */
  readonly applyOne: (
    i: number,
    mode: Mode,
    params: P,
    [x, states]: readonly [Tensor, S],
    tap?: Tap,
  ) => readonly [Tensor, S]
}

/**
 * Each layer draws its parameters from the key at its own name, so adding one changes no other, and what is random in
 * training from the key at its name or, without one, at its place in the list.
 *
 * The tap is given positions of layers that none are inside of, counted through the nesting:
 *
 *     network(4, dense('a', 3), block('b', dense('c', 3), activation('relu')), dense('d', 2))
 *                0                         1               2                   3
 *
 * @throws ArgumentError for what is no layer, and where two layers have one name.
 */
export const insideOf = <P, S>(where: string, layers: readonly AnyLayer[]): Inside<P, S> => {
  checkLayers(where, layers)
  const starts = layers.reduce<readonly number[]>(
    (sofar, layer, i) => [...sofar, (sofar[i] ?? 0) + leafCount(layer)],
    [0],
  )
  const named = (values: readonly unknown[]): Entries =>
    Object.fromEntries(layers.flatMap(({ name }, i) => (name === '' ? [] : [[name, values[i]] as const])))
  const shapeOf = (i: number, input: Sizes): Sizes => outputShape(where, layers[i]!, input)
  return {
    shapeOf,
    inTurn: (input, count = layers.length) =>
      Array.from({ length: count }).reduce<readonly Sizes[]>(
        (sofar, _, i) => [...sofar, shapeOf(i, sofar[i] ?? input)],
        [input],
      ),
    init: (key, inputs, dtype) => {
      const begun = layers.map((layer, i) =>
        startOf(where, layer, foldIn(key, layer.name), inputs[i] ?? [], dtype),
      )
      return {
        params: named(begun.map(({ params }) => params)) as P,
        state: named(begun.map(({ state }) => state)) as S,
      }
    },
    applyOne: (i, mode, params, [x, states], tap) => {
      const layer = layers[i]!
      const { name } = layer
      const own = modeAt(mode, name === '' ? i : name)
      const first = starts[i] ?? 0
      const inner: Tap | undefined =
        tap === undefined || layer.layers === undefined
          ? undefined
          : (output, position) => tap(output, first + position)
      const applied: unknown = layer.apply(
        own,
        entry(where, 'parameters', params as Entries, name),
        entry(where, 'states', states as Entries, name),
        x,
        inner,
      )
      checkApplied(where, layer, applied)
      const [y, changed] = applied as readonly [Tensor, unknown]
      return [
        tap === undefined || layer.layers !== undefined ? y : tap(y, first),
        name === '' ? states : { ...states, [name]: changed },
      ]
    },
  }
}

/**
 * Layers one after another as one function.
 *
 * @throws ArgumentError for what is no layer, and where two layers have one name.
 */
export const composed = <P, S>(where: string, layers: readonly AnyLayer[]): Composed<P, S> => {
  const inside = insideOf<P, S>(where, layers)
  return {
    shape: (input) => inside.inTurn(input).at(-1) ?? input,
    init: (key, input, dtype) => inside.init(key, inside.inTurn(input), dtype),
    apply: (mode, params, state, x, tap) =>
      layers.reduce<readonly [Tensor, S]>(
        (sofar, _, i) => inside.applyOne(i, mode, params, sofar, tap),
        [x, state],
      ),
  }
}
