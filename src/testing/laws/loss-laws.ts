import * as fc from 'fast-check'
import { grad } from '../../core/autodiff/grad.ts'
import {
  argmax,
  cast,
  div,
  flip,
  full,
  foldIn,
  isFinite,
  all,
  item,
  key as keyOf,
  less,
  mul,
  normal,
  oneHot,
  round,
  softmax,
  take,
  where,
  type Key,
} from '../../core/numeric/index.ts'
import { checkChoice } from '../../core/tensor/check-choice.ts'
import { checkSetting } from '../../core/tensor/check-setting.ts'
import { count } from '../../core/tensor/setting-ranges.ts'
import { showShape } from '../../core/tensor/shape.ts'
import type { Tensor } from '../../core/tensor/tensor.ts'
import { showTensor } from './compare-trees.ts'
import { functionLaws } from './function-laws.ts'
import { checkLawOptions, fails, lawOf, type Cases, type Finding, type Law, type LawOptions } from './law.ts'

/**
 * What a loss is tried on, and what it promises.
 *
 * @category Laws
 */
export interface LossLawOptions extends LawOptions {
  /**
   * Targets: `values` like the predictions, `labels` of classes, `one-hot`, `distributions`, `signs` of −1 and 1, or how
   * `rows` of them are drawn; `values` unless told otherwise.
   */
  readonly targets?: (typeof targetNames)[number] | ((key: Key, rows: number) => Tensor)
  /** How `rows` of predictions are drawn, in float64; standard normal unless told otherwise. */
  readonly predictions?: (key: Key, rows: number) => Tensor
  /** Numbers in a row of predictions; 3 unless told otherwise. 0 is one number that is no row. */
  readonly width?: number
  /** Whether it is the mean over the rows, or their sum; the mean unless told otherwise. */
  readonly reduction?: 'mean' | 'sum'
}

const targetNames = ['values', 'labels', 'one-hot', 'distributions', 'signs'] as const

interface LossCase {
  readonly rows: number
  readonly seed: number
}

/** A loss of predictions and targets. */
export type Loss = (predictions: Tensor, targets: Tensor) => Tensor

const scores = (key: Key, rows: number, width: number): Tensor =>
  div(round(mul(normal(key, width === 0 ? [rows] : [rows, width], { dtype: 'float64' }), 64)), 64)

const drawTargets = (kind: (typeof targetNames)[number], key: Key, rows: number, width: number): Tensor => {
  const drawn = scores(key, rows, width)
  switch (kind) {
    case 'values':
      return drawn
    case 'labels':
      return argmax(drawn, { axis: 1 })
    case 'one-hot':
      return oneHot(argmax(drawn, { axis: 1 }), width, { dtype: 'float64' })
    case 'distributions':
      return softmax(drawn, { axis: 1 })
    case 'signs':
      return where(
        less(drawn, 0),
        full(drawn.shape, -1, { dtype: 'float64' }),
        full(drawn.shape, 1, { dtype: 'float64' }),
      )
  }
}

interface Drawn {
  readonly predictions: Tensor
  readonly targets: Tensor
}

const isANumber = (loss: Loss, { predictions, targets }: Drawn): Finding => {
  const value = loss(predictions, targets)
  return value.rank === 0 && value.dtype === predictions.dtype
    ? Number.isFinite(item(value))
      ? undefined
      : fails('the loss', 'a finite number', item(value))
    : fails('the loss', `one ${predictions.dtype}`, `${value.dtype} of shape ${showShape(value.shape)}`)
}

/** The loss of a batch from the losses of its rows: a mean that was forgotten, or taken twice, shows. */
const reducesRows = (loss: Loss, { predictions, targets }: Drawn, reduction: 'mean' | 'sum'): Finding => {
  const rows = predictions.shape[0] ?? 0
  const each = Array.from({ length: rows }, (_, i) => item(loss(take(predictions, [i]), take(targets, [i]))))
  const total = each.reduce((a, b) => a + b, 0)
  const [expected, found] = [reduction === 'mean' ? total / rows : total, item(loss(predictions, targets))]
  return Math.abs(expected - found) <= 1e-9 * (1 + Math.abs(expected))
    ? undefined
    : fails(
        `the loss of ${rows} rows`,
        `${expected}, the ${reduction} of ${each.map((x) => x.toPrecision(6)).join(', ')}`,
        found,
      )
}

const ignoresOrder = (loss: Loss, { predictions, targets }: Drawn): Finding => {
  const [expected, found] = [
    item(loss(predictions, targets)),
    item(loss(flip(predictions, { axis: 0 }), flip(targets, { axis: 0 }))),
  ]
  return Math.abs(expected - found) <= 1e-9 * (1 + Math.abs(expected))
    ? undefined
    : fails('the loss of the rows in the other order', expected, found)
}

const staysFinite = (loss: Loss, { predictions, targets }: Drawn): Finding => {
  const far = mul(predictions, 1000)
  const value = item(loss(far, targets))
  if (!Number.isFinite(value))
    return fails('the loss of predictions a thousand times as large', 'finite', value)
  return item(all(isFinite(grad((x: Tensor) => loss(x, targets))(far)))) === 1
    ? undefined
    : fails('its gradient at predictions a thousand times as large', 'finite', 'not finite')
}

/**
 * Laws of a loss: one finite number, the mean (or sum) over rows in any order, finite far out, and those of every
 * function with derivatives.
 *
 * @throws ArgumentError for another option.
 */
export const lossLaws = (loss: Loss, options: LossLawOptions = {}): readonly Law[] => {
  checkLawOptions('laws.loss', options, {
    seed: true,
    runs: true,
    targets: true,
    predictions: true,
    width: true,
    reduction: true,
  })
  const { targets = 'values', predictions, width = 3, reduction = 'mean', ...how } = options
  checkChoice('laws.loss', 'reduction', reduction, ['mean', 'sum'])
  if (typeof targets !== 'function') checkChoice('laws.loss', 'targets', targets, targetNames)
  if (width !== 0) checkSetting('laws.loss', 'width', width, count)
  const draw = ({ rows, seed }: LossCase): Drawn => {
    const [a, b] = [foldIn(keyOf(seed), 'predictions'), foldIn(keyOf(seed), 'targets')]
    return {
      predictions: predictions === undefined ? scores(a, rows, width) : predictions(a, rows),
      targets: typeof targets === 'function' ? targets(b, rows) : drawTargets(targets, b, rows, width),
    }
  }
  const of = loss.name === '' ? 'a loss' : `loss '${loss.name}'`
  const cases: Cases<LossCase> = {
    arbitrary: fc.record({ rows: fc.integer({ min: 1, max: 4 }), seed: fc.nat(999) }),
    show: (one) => ({
      case: `${one.rows} rows, seed ${one.seed}`,
      predictions: showTensor(draw(one).predictions),
      targets: showTensor(draw(one).targets),
    }),
  }
  const law = (name: string, judge: (drawn: Drawn) => Finding): Law =>
    lawOf(of, name, cases, (one) => judge(draw(one)), how)
  return [
    law('is one finite number', (drawn) => isANumber(loss, drawn)),
    law(`is the ${reduction} over the rows`, (drawn) => reducesRows(loss, drawn, reduction)),
    law('does not depend on the order of the rows', (drawn) => ignoresOrder(loss, drawn)),
    ...(predictions === undefined
      ? [law('stays finite for large predictions', (drawn) => staysFinite(loss, drawn))]
      : []),
    ...functionLaws(
      of,
      cases,
      (one) => {
        const drawn = draw(one)
        // Targets do not move: a distribution that moves is none.
        return {
          f: (given: { readonly predictions: Tensor }) =>
            loss(
              given.predictions,
              given.predictions.dtype === 'float32' && drawn.targets.dtype === 'float64'
                ? cast(drawn.targets, 'float32')
                : drawn.targets,
            ),
          at: { predictions: drawn.predictions },
        }
      },
      ({ seed }) => seed,
      how,
    ),
  ]
}
