import { grad, valueAndGradWithAux } from '../core/autodiff/grad.ts'
import { item } from '../core/autodiff/read.ts'
import type { Tap } from '../nn/layer.ts'
import { trainMode } from '../nn/mode.ts'
import { places, type Place } from '../nn/places.ts'
import { add, mul, zerosLike, type Key } from '../core/numeric/index.ts'
import type { Tensor } from '../core/tensor/tensor.ts'
import type { Tree } from '../core/tensor/tree.ts'
import type { StepInput, StepOutput } from './fit.ts'
import { firstNonFinite, type NonFiniteOrigin } from './non-finite.ts'
import { lossOf, objectiveOf, type Batch, type Objective } from './objective.ts'

/** The name of a layer, or of the function of a layer without a name, with its position. */
const layerName = (place: Place | undefined, position: number): string =>
  place === undefined
    ? `layer ${position}`
    : place.layer.name === ''
      ? `${place.label} (layer ${position})`
      : place.label

const found = (kind: NonFiniteOrigin['kind'], tree: Tree, named?: string): NonFiniteOrigin | undefined => {
  const first = firstNonFinite(tree)
  return first === undefined ? undefined : { kind, path: named ?? first.path, value: first.value }
}

/**
 * Where a step of supervised training first meets a number that is not finite: it is computed again, one operation
 * at a time, and looked at in the order of the computation. On the way back that order goes from the loss to the
 * first layer.
 */
export const explainStep = <P, S, O>(
  objective: Objective<P, S>,
  step: (current: StepInput<P, S, O>, batch: Batch, key: Key) => StepOutput<P, S, O>,
  current: StepInput<P, S, O>,
  batch: Batch,
  key: Key,
): NonFiniteOrigin | undefined => {
  const { model, loss, penalty } = objective
  const { x, y } = batch
  const mode = trainMode(key)
  const { params, layers } = current
  const outputs: Tensor[] = []
  const collect: Tap = (output) => {
    // eslint-disable-next-line functional/immutable-data -- collects what passes by; nobody else sees the list
    outputs.push(output)
    return output
  }
  const { layers: inside, input } = model
  const known = inside === undefined || input === undefined ? [] : places({ layers: inside, input })
  const nameOf = (position: number): string => layerName(known[position], position)
  const [predictions, after] = model.apply(mode, params, layers, x, collect)
  const value = lossOf(loss, predictions, batch)

  const forwards = (): NonFiniteOrigin | undefined =>
    found('input', x) ??
    found('target', y) ??
    found('parameter', params) ??
    found('parameter', layers) ??
    outputs.map((output, i) => found('layer', output, nameOf(i))).find((origin) => origin !== undefined) ??
    found('layer', predictions, 'output') ??
    found('state', after) ??
    found('loss', value, 'loss') ??
    (penalty?.terms ?? [])
      .map(({ name, lambda, omega }) => found('penalty', mul(omega(params), lambda), name))
      .find((origin) => origin !== undefined)

  const backwards = (): NonFiniteOrigin | undefined => {
    // The signal that comes back to a layer is the gradient with respect to zeros added to its output.
    const through = (shifts: readonly Tensor[]): Tensor =>
      lossOf(
        loss,
        model.apply(mode, params, layers, x, (output, position) => add(output, shifts[position]!))[0],
        batch,
      )
    const signals = outputs.length === 0 ? [] : grad(through)(outputs.map((output) => zerosLike(output)))
    const position = signals.findLastIndex((signal) => firstNonFinite(signal) !== undefined)
    const [, gradient] = valueAndGradWithAux(objectiveOf(objective, layers, batch, key))(params)
    return position >= 0
      ? found('gradient', signals[position], position === signals.length - 1 ? 'loss' : nameOf(position + 1))
      : found('gradient', gradient)
  }

  return (
    forwards() ??
    backwards() ??
    found('update', step(current, batch, key).params) ??
    (Number.isFinite(item(value)) ? undefined : { kind: 'loss', path: 'loss', value: item(value) })
  )
}
