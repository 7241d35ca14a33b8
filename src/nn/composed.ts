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

/**
 * Layers one after another as one function. Each layer draws its parameters from the key at its own name, so adding one
 * changes no other, and what is random in training from the key at its name or, without one, at its place in the list.
 *
 * The tap is given positions of layers that none are inside of, counted through the nesting:
 *
 *     network(4, dense('a', 3), block('b', dense('c', 3), activation('relu')), dense('d', 2))
 *                0                         1               2                   3
 *
 * @throws ArgumentError for what is no layer, and where two layers have one name.
 */
export const composed = <P, S>(where: string, layers: readonly AnyLayer[]): Composed<P, S> => {
  checkLayers(where, layers)
  const starts = layers.reduce<readonly number[]>(
    (sofar, layer, i) => [...sofar, (sofar[i] ?? 0) + leafCount(layer)],
    [0],
  )
  return {
    shape: (input) => layers.reduce((sizes, layer) => outputShape(where, layer, sizes), input),
    init: (key, input, dtype) => {
      const { params, state } = layers.reduce<{
        readonly params: Entries
        readonly state: Entries
        readonly sizes: Sizes
      }>(
        ({ params, state, sizes }, layer) => {
          const start = startOf(where, layer, foldIn(key, layer.name), sizes, dtype)
          return {
            params: layer.name === '' ? params : { ...params, [layer.name]: start.params },
            state: layer.name === '' ? state : { ...state, [layer.name]: start.state },
            sizes: outputShape(where, layer, sizes),
          }
        },
        { params: {}, state: {}, sizes: input },
      )
      return { params: params as P, state: state as S }
    },
    apply: (mode, params, state, x, tap) => {
      const [output, after] = layers.reduce<readonly [Tensor, Entries]>(
        ([value, sofar], layer, i) => {
          const { name } = layer
          const own: Mode =
            mode.kind === 'train' ? { kind: 'train', key: foldIn(mode.key, name === '' ? i : name) } : mode
          const first = starts[i] ?? 0
          const inside: Tap | undefined =
            tap === undefined || layer.layers === undefined
              ? undefined
              : (inner, position) => tap(inner, first + position)
          const applied: unknown = layer.apply(
            own,
            entry(where, 'parameters', params as Entries, name),
            entry(where, 'states', state as Entries, name),
            value,
            inside,
          )
          checkApplied(where, layer, applied)
          const [next, changed] = applied as readonly [Tensor, unknown]
          return [
            tap === undefined || layer.layers !== undefined ? next : tap(next, first),
            name === '' ? sofar : { ...sofar, [name]: changed },
          ]
        },
        [x, {}],
      )
      return [output, after as S]
    },
  }
}
