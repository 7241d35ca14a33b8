import { foldIn, type Key } from '../core/numeric/index.ts'
import { checkChoice } from '../core/tensor/check-choice.ts'
import { checkOptions } from '../core/tensor/check-options.ts'
import { checkSetting } from '../core/tensor/check-setting.ts'
import type { FloatDType } from '../core/tensor/dtype.ts'
import { ArgumentError, TreeError } from '../core/tensor/errors.ts'
import type { Tensor } from '../core/tensor/tensor.ts'
import { layerRanges } from './layer-ranges.ts'
import type { Layer, LayerSpec, LayerStart } from './layer.ts'
import type { Mode } from './mode.ts'

/** A whole network as plain data. */
export interface NetworkSpec {
  readonly input: number
  readonly layers: readonly LayerSpec[]
}

/** A composition of layers. Parameters and state are records keyed by layer name. */
export interface Network<P, S> {
  readonly spec: NetworkSpec
  /** Random parameters; each layer draws from the key at its own name, so adding one changes no other. */
  readonly init: (
    key: Key,
    options?: { readonly dtype?: FloatDType },
  ) => { readonly params: P; readonly state: S }
  /**
   * `x [rows, input]` → `[rows, output]` and the state afterwards. `tap` is given the output of every layer with its
   * position and gives back what the next layer gets: the way to look at what is inside, or to change it.
   */
  readonly apply: (mode: Mode, params: P, state: S, x: Tensor, tap?: Tap) => readonly [Tensor, S]
}

/** A function of the output of the layer at a position. */
export type Tap = (output: Tensor, position: number) => Tensor

/** Any layer, for composition. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- a layer is contravariant in its own parameters
export type AnyLayer = Layer<string, any, any>

/** The parameters of a list of layers, keyed by name. */
export type ParamsOf<L extends readonly AnyLayer[]> = {
  readonly [E in L[number] as E['name'] extends '' ? never : E['name']]: E extends Layer<
    string,
    infer P,
    never
  >
    ? P
    : ReturnType<E['init']>['params']
}

/** The states of a list of layers, keyed by name. */
export type StateOf<L extends readonly AnyLayer[]> = {
  readonly [E in L[number] as E['name'] extends '' ? never : E['name']]: ReturnType<E['init']>['state']
}

/** Not a number where a name occurs twice, with the name in the message. */
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

const entry = (what: string, entries: Readonly<Record<string, unknown>>, name: string): unknown => {
  if (name === '') return {}
  if (!Object.hasOwn(entries, name))
    throw new TreeError(
      `network: the ${what} lack the layer '${name}'; they are of {${Object.keys(entries).join(', ')}}`,
    )
  return entries[name]
}

/**
 * Layers one after another, each input width inferred from the layer before.
 *
 * `apply` throws ShapeError naming the layer for an input of the wrong width, and TreeError for parameters or states
 * without an entry for a layer.
 *
 * @throws ArgumentError where two layers have one name, or for an input width that is not a positive integer.
 * @example
 * ```ts
 * import { key, zeros } from 'puregrad'
 * import { activation, dense, evalMode, network } from 'puregrad/nn'
 * const net = network(4, dense('hidden', 3), activation('relu'), dense('output', 2))
 * const { params, state } = net.init(key(0))
 * params.hidden.weight.shape // => [4, 3]
 * net.apply(evalMode, params, state, zeros([5, 4]))[0].shape // => [5, 2]
 * ```
 */
export const network = <const L extends readonly AnyLayer[]>(
  input: number & UniqueNames<L>,
  ...layers: L
): Network<ParamsOf<L>, StateOf<L>> => {
  const width: number = input
  checkSetting('network', 'the input width', width, layerRanges.width)
  const names = layers.map(({ name }) => name).filter((name) => name !== '')
  const twice = names.find((name, i) => names.indexOf(name) !== i)
  if (twice !== undefined) throw new ArgumentError(`network: two layers are named '${twice}'`)
  type Entries = Readonly<Record<string, unknown>>
  return {
    spec: { input: width, layers: layers.map(({ spec }) => spec) },
    init: (key, options = {}) => {
      checkOptions('network.init', options, { dtype: true })
      const { dtype = 'float32' } = options
      checkChoice('network.init', 'dtype', dtype, ['float32', 'float64'])
      const started = layers.reduce<{
        readonly params: Entries
        readonly state: Entries
        readonly width: number
      }>(
        (sofar, layer) => {
          const start: LayerStart<unknown, unknown> = layer.init(foldIn(key, layer.name), sofar.width, dtype)
          return layer.name === ''
            ? { ...sofar, width: start.width }
            : {
                params: { ...sofar.params, [layer.name]: start.params },
                state: { ...sofar.state, [layer.name]: start.state },
                width: start.width,
              }
        },
        { params: {}, state: {}, width },
      )
      return { params: started.params as ParamsOf<L>, state: started.state as StateOf<L> }
    },
    apply: (mode, params, state, x, tap = (output) => output) => {
      const parameters = params as Entries
      const states = state as Entries
      const [output, after] = layers.reduce<readonly [Tensor, Entries]>(
        ([value, sofar], layer, position) => {
          const own: Mode =
            mode.kind === 'train'
              ? { kind: 'train', key: foldIn(mode.key, layer.name === '' ? position : layer.name) }
              : mode
          const [next, changed] = layer.apply(
            own,
            entry('parameters', parameters, layer.name),
            entry('states', states, layer.name),
            value,
          ) as readonly [Tensor, unknown]
          return [tap(next, position), layer.name === '' ? sofar : { ...sofar, [layer.name]: changed }]
        },
        [x, {}],
      )
      return [output, after as StateOf<L>]
    },
  }
}
