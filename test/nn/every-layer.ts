import {
  activation,
  batchNorm,
  block,
  dense,
  dropout,
  dropConnect,
  embedding,
  fadingDropout,
  gaussianNoise,
  groupNorm,
  layerNorm,
  leaky,
  lstmCell,
  masked,
  maxout,
  parallel,
  parametricActivation,
  periodic,
  prelu,
  recurrent,
  residual,
  rmsNorm,
  scaleFeatures,
  stochasticDepth,
  weightNorm,
  type AnyLayer,
  type LibraryLayerSpec,
} from '../../src/nn/index.ts'

const sequence = [5, 4] as const

/** The shape of one input for a kind; [4] unless it is here. */
export const inputOf: Partial<Readonly<Record<LibraryLayerSpec['kind'], readonly number[]>>> = {
  masked: sequence,
  recurrent: sequence,
}

/** A layer of every kind: whoever adds a kind has to add one here. */
export const layerOf: Readonly<Record<LibraryLayerSpec['kind'], AnyLayer>> = {
  dense: dense('a', 3),
  linear: dense('a', 3, { bias: false }),
  activation: activation('gelu'),
  batchNorm: batchNorm('a', { form: 'slide' }),
  block: block('a', dense('b', 3), batchNorm('c'), dropout('d', 0.25)),
  dropout: dropout('a', 0.25),
  gaussianNoise: gaussianNoise('a', 0.5),
  layerNorm: layerNorm('a'),
  leaky: leaky(0.25),
  maxout: maxout('a', 3),
  prelu: prelu('a'),
  embedding: embedding('a', {
    columns: [
      { at: 2, levels: 3 },
      { at: 0, levels: 2 },
    ],
    width: 2,
  }),
  fadingDropout: fadingDropout('a', 0.25, 5),
  parametricActivation: parametricActivation('a', 'selu'),
  periodic: periodic('a', { columns: [3, 1], frequencies: 5, width: 3 }),
  scaleFeatures: scaleFeatures('a'),
  dropConnect: dropConnect(block('a', dense('b', 3), batchNorm('c')), 0.5),
  groupNorm: groupNorm('a', 2),
  masked: masked('a', [recurrent('b', lstmCell(3)), dropout('c', 0.25)]),
  parallel: parallel('a', [dense('b', 3), block('c', batchNorm('d'), activation('tanh'))]),
  recurrent: recurrent('a', lstmCell(3), { bidirectional: true }),
  residual: residual('a', [dense('b', 3), dropout('c', 0.25)], {
    projection: [dense('d', 3), batchNorm('e')],
  }),
  rmsNorm: rmsNorm('a'),
  stochasticDepth: stochasticDepth('a', 0.5),
  tokenEmbedding: embedding('a', { levels: 3, width: 2 }),
  weightNorm: weightNorm(block('a', dense('b', 3), batchNorm('c'))),
}
