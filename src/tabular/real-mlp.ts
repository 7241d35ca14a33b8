import { mul } from '../core/numeric/index.ts'
import { checkChoice } from '../core/tensor/check-choice.ts'
import { checkOptions } from '../core/tensor/check-options.ts'
import { checkSetting } from '../core/tensor/check-setting.ts'
import { count } from '../core/tensor/setting-ranges.ts'
import type { Tensor } from '../core/tensor/tensor.ts'
import { leavesWithPaths, type Path } from '../core/tensor/tree.ts'
import { dense } from '../nn/dense.ts'
import type { LayerTree } from '../nn/layer.ts'
import { embedding } from '../nn/embedding.ts'
import { fadingDropout } from '../nn/fading-dropout.ts'
import { lecunNormal, normalInitializer, zerosInitializer } from '../nn/initializers.ts'
import type { AnyLayer } from '../nn/layer.ts'
import { network, type Network } from '../nn/network.ts'
import { parametricActivation } from '../nn/parametric-activation.ts'
import { periodic } from '../nn/periodic.ts'
import { scaleFeatures } from '../nn/scale-features.ts'
import { scaleByAdam } from '../optim/adam.ts'
import { byGroup, type Group } from '../optim/by-group.ts'
import { cosineLogCycles } from '../optim/cosine-log-cycles.ts'
import { descend } from '../optim/descend.ts'
import { flatCosine } from '../optim/flat-cosine.ts'
import type { ScheduleFunction } from '../optim/schedules.ts'
import { chain, type Optimizer } from '../optim/transformation.ts'
import { decayWeights } from '../optim/weight-decay.ts'
import type { PreparedFeature } from '../data/prepare/preparation.ts'

/**
 * What {@link realMlp} is made for.
 *
 * @category Recipes
 */
export interface RealMlpOptions {
  /** The features of a preparation: codes get vectors, numbers periodic features. */
  readonly features: readonly PreparedFeature[]
  readonly task: 'classification' | 'regression'
  /** Classes, or columns of the target. */
  readonly outputs: number
  /** Steps of the whole training: rate, decay and dropout follow a course over these. */
  readonly steps: number
  /** Of the hidden layers; three of 256 unless told otherwise. */
  readonly hidden?: readonly number[]
}

type Params = Readonly<Record<string, LayerTree>>

/** The rates that the source gives to networks that begin as this one does. */
const rates = { classification: 0.04, regression: 0.07 } as const
const activations = { classification: 'selu', regression: 'mish' } as const
const decayAtFirst = 0.02
const dropRate = 0.15

const layersOf = ({ features, task, outputs, steps, hidden = [256, 256, 256] }: RealMlpOptions) => {
  const numbers = features.flatMap(({ kind }, at) => (kind === 'number' ? [at] : []))
  const codes = features.flatMap(({ kind, levels }, at) =>
    kind === 'code' && levels !== undefined ? [{ at, levels }] : [],
  )
  return [
    ...(numbers.length === 0 ? [] : [periodic('numbers', { columns: numbers })]),
    ...(codes.length === 0 ? [] : [embedding('categories', { columns: codes })]),
    scaleFeatures('front'),
    ...hidden.flatMap((width, i): readonly AnyLayer[] => [
      dense(`hidden${i + 1}`, width, { weight: lecunNormal, bias: normalInitializer(1) }),
      parametricActivation(`bend${i + 1}`, activations[task]),
      fadingDropout(`drop${i + 1}`, dropRate, steps),
    ]),
    dense('output', outputs, { weight: zerosInitializer }),
  ] as readonly AnyLayer[]
}

/** A parameter's own factor on the rate, and whether it decays; weights by what they sum over. */
const courseOf = (path: Path, leaf: Tensor): { readonly factor: number; readonly decays: number } => {
  const [layer = '', name = ''] = path.split('.')
  if (layer === 'numbers') return { factor: 0.1, decays: 1 }
  if (layer === 'front') return { factor: 6, decays: 1 }
  if (layer.startsWith('bend')) return { factor: 0.1, decays: 1 }
  if (name === 'bias') return { factor: 0.1, decays: 0 }
  // A weight of spread 1 that is divided by √fan-in when it is used moves as one of that spread with the rate divided so.
  const root = layer === 'categories' ? 1 : Math.sqrt(leaf.shape[0] ?? 1)
  return { factor: 1 / root, decays: root }
}

const times = (schedule: ScheduleFunction, factor: number): ScheduleFunction =>
  factor === 1 ? schedule : (step) => mul(schedule(step), factor)

const optimizerFor = (
  params: Params,
  { task, steps }: RealMlpOptions,
): Optimizer<Params, Readonly<Record<string, unknown>>> => {
  const rate = cosineLogCycles({ peak: rates[task], steps })
  const decay = flatCosine({ from: decayAtFirst, steps })
  const courses = new Map(leavesWithPaths(params).map(({ path, leaf }) => [path, courseOf(path, leaf)]))
  const groupOf = (path: Path): string => {
    const { factor, decays } = courses.get(path) ?? { factor: 1, decays: 1 }
    return `rate × ${factor}, decay × ${decays}`
  }
  return byGroup<Params>(
    groupOf,
    Object.fromEntries(
      [...courses].map(([path, { factor, decays }]) => [
        groupOf(path),
        chain(
          scaleByAdam<Group>({ b2: 0.95 }),
          decayWeights<Group>(times(decay, decays)),
          descend<Group>(times(rate, factor)),
        ),
      ]),
    ),
  )
}

/**
 * A multilayer perceptron for tables with settings that were tuned on many of them, as a network and an optimizer: learned
 * vectors for codes of categories, periodic features for numbers, a factor for every feature, three layers of 256 whose
 * activation is learned in part, dropout and decay that fade out, and a rate that goes up and down four times. Train all
 * `steps`, with label smoothing of 0.1 where there are classes, and keep the parameters that are best on the dev part.
 *
 * Two things differ from the source: weights begin as those of a LeCun initializer and the last layer as zeros, instead of
 * being fitted to the first rows, and estimates are not clipped to the range of the targets.
 *
 * Source: D. Holzmüller, L. Grinsztajn, I. Steinwart, "Better by default", arXiv:2407.04491, 2024.
 *
 * @throws ArgumentError for another option, no features, or settings out of range.
 * @example
 * ```ts
 * import { key } from 'puregrad'
 * import { realMlp } from 'puregrad/tabular'
 * const features = [{ name: 'age', column: 'age', kind: 'number' }, { name: 'town', column: 'town', kind: 'code', levels: 12 }] as const
 * const { network, optimizer } = realMlp({ features, task: 'classification', outputs: 2, steps: 1000 })
 * const { params } = network.init(key(0))
 * Object.keys(params).slice(0, 4) // => ['numbers', 'categories', 'front', 'hidden1']
 * optimizer(params).name.startsWith('byGroup') // => true
 * ```
 * @category Recipes
 */
export const realMlp = (
  options: RealMlpOptions,
): {
  readonly network: Network<Params, Params>
  /** For parameters as the network begins with. */
  readonly optimizer: (params: Params) => Optimizer<Params, Readonly<Record<string, unknown>>>
} => {
  checkOptions('realMlp', options, { features: true, task: true, outputs: true, steps: true, hidden: true })
  checkChoice('realMlp', 'task', options.task, Object.keys(rates))
  checkSetting('realMlp', 'outputs', options.outputs, count)
  checkSetting('realMlp', 'steps', options.steps, count)
  return {
    network: network(options.features.length, ...layersOf(options)),
    optimizer: (params) => optimizerFor(params, options),
  }
}
