import { key, normal } from '../../src/index.ts'
import type { TrainedModel } from '../../src/model/index.ts'
import { network, trainMode, type AnyLayer } from '../../src/nn/index.ts'

interface ModelOptions extends Partial<TrainedModel> {
  readonly dtype?: 'float32' | 'float64'
  /** The shape of one input; four features unless told otherwise. */
  readonly input?: readonly number[]
}

/** A model of some layers, trained as far as its moving statistics go. */
export const modelOf = (
  layers: readonly AnyLayer[],
  { dtype = 'float32', input = [4], ...others }: ModelOptions = {},
): TrainedModel => {
  const net = network(input, ...layers)
  const { params, state } = net.init(key(1), { dtype })
  const [, trained] = net.apply(trainMode(key(2)), params, state, normal(key(3), [16, ...input], { dtype }))
  return {
    network: net.spec,
    params,
    state: trained,
    targets: { kind: 'classes', names: Array.from({ length: net.output[0] ?? 0 }, (_, i) => `class ${i}`) },
    features: ['length', 'width', 'height', 'weight'],
    record: {
      settings: { recipe: 'network', epochs: 20 },
      seed: 7,
      data: { name: 'crates', rows: 16, digest: 'ab'.repeat(32) },
      figures: [
        { name: 'accuracy', part: 'dev', value: 0.9, low: 0.8, high: 0.95, baseline: 0.4 },
        { name: 'recall', part: 'test', value: NaN },
      ],
      version: '0.1.0',
    },
    ...others,
  }
}
