import type * as t from 'io-ts'
import { oneKindOf } from '../core/codec/one-kind-of.ts'
import { choiceCodec, settingCodec } from '../core/codec/setting-codec.ts'
import { scan } from '../core/autodiff/scan.ts'
import { concat, foldIn, moveAxis, reshape, transpose, where as select } from '../core/numeric/index.ts'
import { checkChoice } from '../core/tensor/check-choice.ts'
import { checkOptions } from '../core/tensor/check-options.ts'
import { ArgumentError, ShapeError } from '../core/tensor/errors.ts'
import { count, finiteNumber } from '../core/tensor/setting-ranges.ts'
import { showShape, type Sizes } from '../core/tensor/shape.ts'
import { showValue } from '../core/tensor/show-value.ts'
import type { Tensor } from '../core/tensor/tensor.ts'
import { zipTrees } from '../core/tensor/tree.ts'
import { cellActivations, gruCell, lstmCell, simpleCell, type AnyCell, type Cell } from './cell.ts'
import { namedLayer } from './layer-checks.ts'
import { layerKind, type SpecOfLayer } from './layer-kind.ts'
import { layerName } from './layer-settings.ts'
import type { Layer, NoState } from './layer.ts'
import { requireMask } from './sequence-mask.ts'

/** What comes out of a recurrent layer. */
const returned = ['all', 'last'] as const

const flags = [false, true] as const

/**
 * In which direction {@link recurrent} goes, and what it gives.
 *
 * @category Sequences
 */
export interface RecurrentOptions {
  /** From the last step to the first. */
  readonly reverse?: boolean
  /** Both ways, with parameters of their own each; outputs stand side by side, of twice the width. */
  readonly bidirectional?: boolean
  /** The outputs of all steps, which they are unless told otherwise, or that of the last one in its direction. */
  readonly returns?: (typeof returned)[number]
}

/**
 * The parameters of a recurrent layer that goes both ways.
 *
 * @category Sequences
 */
export interface BidirectionalParams<P> {
  readonly forward: P
  readonly backward: P
}

interface Recurrent {
  <const K extends string, P, C>(
    name: K,
    cell: Cell<P, C>,
    options: RecurrentOptions & { readonly bidirectional: true },
  ): Layer<K, BidirectionalParams<P>, NoState>
  <const K extends string, P, C>(
    name: K,
    cell: Cell<P, C>,
    options?: RecurrentOptions & { readonly bidirectional?: false },
  ): Layer<K, P, NoState>
}

/**
 * A cell over a sequence, `x [rows, time, input width]`: the outputs of all steps, `[rows, time, width]`, in the order of
 * the sequence, and what is carried after the last one in its direction. A step that the mask `[rows, time]` leaves out
 * carries on what it was given, and its output is 0.
 *
 * @throws ShapeError for anything but `[rows, time, features]`, and for a mask that is not `[rows, time]`.
 * @example
 * ```ts
 * import { add, tensor, toArray, zeros, type Tensor } from 'puregrad'
 * import { runCell, type Cell } from 'puregrad/nn'
 * const sums: Cell<object, Tensor> = {
 *   spec: { kind: 'sums', width: 1 },
 *   width: 1,
 *   init: () => ({}),
 *   start: (rows, dtype) => zeros([rows, 1], { dtype }),
 *   project: (_, x) => x,
 *   step: (_, total, x) => add(total, x),
 *   output: (total) => total,
 * }
 * const mask = tensor([[1, 1, 0]], { dtype: 'bool' })
 * const { outputs, carried } = runCell(sums, {}, tensor([[[1], [2], [4]]]), { mask })
 * toArray(outputs) // => [[[1], [3], [0]]]
 * toArray(carried) // => [[3]]
 * ```
 * @category Sequences
 */
export const runCell = <P, C>(
  cell: Cell<P, C>,
  params: P,
  x: Tensor,
  options: { readonly reverse?: boolean; readonly mask?: Tensor; readonly initial?: C } = {},
): { readonly outputs: Tensor; readonly carried: C } => {
  checkOptions('runCell', options, { reverse: true, mask: true, initial: true })
  if (x.rank !== 3)
    throw new ShapeError(`runCell: expected sequences [rows, time, features], got ${showShape(x.shape)}`)
  const { reverse = false, mask } = options
  const [rows = 0] = x.shape
  const initial = options.initial ?? cell.start(rows, x.dtype === 'float64' ? 'float64' : 'float32')
  if (mask !== undefined) requireMask('runCell', mask, x)
  const steps = {
    projected: moveAxis(cell.project(params, x), 1, 0),
    ...(mask === undefined ? {} : { there: transpose(mask) }),
  }
  const [carried, outputs] = scan(
    (before: C, { projected, there }: { readonly projected: Tensor; readonly there?: Tensor }) => {
      const next = cell.step(params, before, projected)
      if (there === undefined) return [next, cell.output(next)]
      const where = (after: Tensor, otherwise: Tensor | number): Tensor =>
        select(reshape(there, [rows, ...after.shape.slice(1).map(() => 1)]), after, otherwise)
      const kept: C = zipTrees(next, [before], ([after, old]) => where(after, old))
      return [kept, where(cell.output(next), 0)]
    },
    initial,
    steps,
    { reverse },
  )
  return { outputs: moveAxis(outputs, 0, 1), carried }
}

const featuresOf = (where: string, input: Sizes): number => {
  const [, features] = input
  if (features === undefined || input.length !== 2)
    throw new ShapeError(
      `${where}: expected sequences, of a shape [time, features], got inputs of shape ${showShape(input)}`,
    )
  return features
}

const checkCell = (where: string, cell: AnyCell): void => {
  const given = (typeof cell === 'object' && (cell as unknown) !== null ? cell : {}) as Partial<AnyCell>
  if (
    typeof given.spec?.kind !== 'string' ||
    ![given.init, given.start, given.project, given.step, given.output].every((f) => typeof f === 'function')
  )
    throw new ArgumentError(`${where}: cell: expected a cell such as lstmCell(8), got ${showValue(cell)}`)
}

/**
 * A cell over the steps of each sequence, one compiled loop: inputs `[time, features]` become `[time, width]`, or
 * `[width]` where only the last output is asked for. Layers stack where the lower ones give all. Both ways, outputs stand
 * side by side and the last one is that of each direction's end. Steps that the mask of the mode leaves out (see `masked`)
 * change nothing, and their outputs are 0.
 *
 * A cell of one's own has a kind of one's own to be saved and restored by: `layerKind('mine', { name: layerName, … },
 * build)` whose `build` gives `{ ...recurrent(name, cell), spec: { kind: 'mine', name, … } }`.
 *
 * @throws ArgumentError for an empty name, what is no cell, another option, and `reverse` beside `bidirectional`; ShapeError
 * for inputs that are no sequences.
 * @example
 * ```ts
 * import { gruCell, lstmCell, network, recurrent } from 'puregrad/nn'
 * const below = recurrent('below', lstmCell(8), { bidirectional: true })
 * network([20, 3], below).output // => [20, 16]
 * network([20, 3], below, recurrent('above', gruCell(4), { returns: 'last' })).output // => [4]
 * ```
 * @category Sequences
 */
export const recurrent: Recurrent = <const K extends string>(
  name: K,
  cell: AnyCell,
  // oxlint-disable-next-line typescript/no-useless-default-assignment -- one of the signatures has no options
  options: RecurrentOptions = {},
): never => {
  const where = `recurrent '${name}'`
  namedLayer('recurrent', name)
  checkCell(where, cell)
  checkOptions(where, options, { reverse: true, bidirectional: true, returns: true })
  const { reverse = false, bidirectional = false, returns = 'all' } = options
  checkChoice(where, 'reverse', reverse, flags)
  checkChoice(where, 'bidirectional', bidirectional, flags)
  checkChoice(where, 'returns', returns, returned)
  if (reverse && bidirectional)
    throw new ArgumentError(`${where}: reverse: a layer that is bidirectional goes both ways already`)
  const width = (bidirectional ? 2 : 1) * cell.width
  const layer: Layer<K, unknown, NoState> = {
    name,
    spec: { kind: 'recurrent', name, cell: cell.spec, reverse, bidirectional, returns },
    shape: (input) => {
      featuresOf(where, input)
      return returns === 'last' ? [width] : [input[0]!, width]
    },
    init: (key, input, dtype) => {
      const begun = (at: string): unknown => cell.init(foldIn(key, at), featuresOf(where, input), dtype)
      return {
        params: bidirectional ? { forward: begun('forward'), backward: begun('backward') } : begun('forward'),
        state: {},
      }
    },
    apply: ({ mask }, params, state, x) => {
      if (x.rank !== 3)
        throw new ShapeError(
          `${where}: expected an input of shape [rows, time, features], got ${showShape(x.shape)}`,
        )
      const run = (own: unknown, backward: boolean): Tensor => {
        const { outputs, carried } = runCell<unknown, unknown>(cell, own, x, {
          reverse: backward,
          ...(mask === undefined ? {} : { mask }),
        })
        return returns === 'last' ? cell.output(carried) : outputs
      }
      if (!bidirectional) return [run(params, reverse), state]
      const both = params as BidirectionalParams<unknown>
      return [concat([run(both.forward, false), run(both.backward, true)], { axis: -1 }), state]
    },
  }
  return layer as never
}

/** As the setting of a layer: a cell of the library. */
const cellSetting = () =>
  oneKindOf('a cell', {
    simple: { width: settingCodec(count), activation: choiceCodec(...cellActivations) },
    gru: { width: settingCodec(count) },
    lstm: { width: settingCodec(count), forgetBias: settingCodec(finiteNumber) },
  })

const cellOf = (spec: t.TypeOf<ReturnType<typeof cellSetting>>): AnyCell => {
  switch (spec.kind) {
    case 'simple':
      return simpleCell(spec.width, { activation: spec.activation })
    case 'gru':
      return gruCell(spec.width)
    case 'lstm':
      return lstmCell(spec.width, { forgetBias: spec.forgetBias })
  }
}

/** {@link recurrent} as data, with a cell of the library. */
export const recurrentKind = /* @__PURE__ */ layerKind(
  'recurrent',
  { name: layerName, cell: cellSetting, reverse: flags, bidirectional: flags, returns: returned },
  ({ name, cell, reverse, bidirectional, returns }) =>
    bidirectional
      ? recurrent(name, cellOf(cell), { reverse, bidirectional, returns })
      : recurrent(name, cellOf(cell), { reverse, returns }),
)

/**
 * What describes {@link recurrent} as plain data.
 *
 * @category Layers
 */
export type RecurrentSpec = SpecOfLayer<typeof recurrentKind>
