import { customLaws } from './laws/custom-laws.ts'
import { layerLaws } from './laws/layer-laws.ts'
import { lossLaws } from './laws/loss-laws.ts'
import { optimizerLaws } from './laws/optimizer-laws.ts'
import { penaltyLaws } from './laws/penalty-laws.ts'
import { primitiveLaws } from './laws/primitive-laws.ts'
import { checkLaws, judgeLaws, printLaws } from './laws/run-laws.ts'
import { splitterLaws } from './laws/splitter-laws.ts'
import { weightingLaws } from './laws/weighting-laws.ts'

/**
 * A dozen properties in one line, for what you wrote yourself: a list of laws of a layer, a loss, a penalty, an
 * optimizer, a weighting of gradients, a way to deal rows, a function of tensors, or a derivative of your own.
 * `laws.check` throws one readable report unless all hold, with the smallest case that breaks each: so it needs no test
 * framework and suits every one. `laws.judge` gives the verdicts as data, `laws.print` the report.
 *
 * @example
 * ```ts
 * import { mean, square, sub, sum, type Tensor } from 'puregrad'
 * import { laws } from 'puregrad/testing'
 * const error = (predictions: Tensor, targets: Tensor) => mean(square(sub(predictions, targets)))
 * laws.check(laws.loss(error)).length // => 13
 * const total = (predictions: Tensor, targets: Tensor) => sum(square(sub(predictions, targets)))
 * const broken = laws.judge(laws.loss(total)).filter(({ verdict }) => verdict.kind !== 'holds')
 * broken.map(({ name }) => name) // => ['is the mean over the rows']
 * ```
 * @category Laws
 */
export const laws = {
  layer: layerLaws,
  loss: lossLaws,
  penalty: penaltyLaws,
  optimizer: optimizerLaws,
  weighting: weightingLaws,
  splitter: splitterLaws,
  primitive: primitiveLaws,
  custom: customLaws,
  check: checkLaws,
  judge: judgeLaws,
  print: printLaws,
}
