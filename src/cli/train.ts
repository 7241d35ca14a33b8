import * as E from 'fp-ts/lib/Either.js'
import { key } from '../core/numeric/index.ts'
import type { Dataset } from '../data/dataset.ts'
import { openTest } from '../data/split/sealed.ts'
import type { FittedNetwork } from '../tabular/fitted-network.ts'
import { networkPlan } from '../tabular/network-plan.ts'
import { courseOf, runNetwork, type TrainingCourse } from '../tabular/run-network.ts'
import { evaluate, type Evaluation } from '../training/evaluate.ts'
import { checkpointOf } from './checkpoint-of.ts'
import type { Prepared } from './load-data.ts'
import type { Options } from './options.ts'
import type { Progress } from './progress.ts'

/** What a run came to. */
export interface Result extends TrainingCourse {
  readonly fitted: FittedNetwork
  readonly train: Evaluation
  readonly dev: Evaluation
  readonly test: Evaluation
  readonly seconds: number
}

/** Trains a network until patience or epochs are spent or the signal aborts, then evaluates the best parameters. */
export const train = async (
  options: Options,
  { parts, settings }: Prepared,
  progress: Progress,
  signal: AbortSignal,
): Promise<E.Either<string, Result>> => {
  const started = performance.now()
  const planned = networkPlan(parts, settings, key(options.seed))
  const checkpoint = await checkpointOf(options)()
  if (E.isLeft(checkpoint)) return checkpoint
  const ran = await runNetwork(planned, parts, {
    signal,
    watch: progress.show,
    ...checkpoint.right,
  })()
  if (E.isLeft(ran)) return ran
  progress.stop()
  const { best } = ran.right.outcome
  const measure = (part: Dataset): Evaluation => evaluate(planned.network, best.params, best.layers, part)
  const opened = openTest(parts.test, [], 'the final estimate, of the parameters that were best on dev')
  if (E.isLeft(opened)) throw new RangeError(opened.left.message)
  return E.right({
    ...courseOf(ran.right),
    fitted: { network: planned.network, params: best.params, layers: best.layers },
    train: measure(parts.train),
    dev: measure(parts.dev),
    test: measure(opened.right.data),
    seconds: (performance.now() - started) / 1000,
  })
}
