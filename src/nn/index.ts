/**
 * Layers and their composition, initializers, losses and penalties.
 *
 * @packageDocumentation
 */
export { activationFacts, type ActivationFacts, type Kink } from './activation-facts.ts'
export { activationFunctions, activationNames, type ActivationName } from './activation-functions.ts'
export {
  accuracy,
  hinge,
  multiClassHinge,
  sigmoidBinaryCrossEntropy,
  softmaxCrossEntropy,
  softmaxCrossEntropyFromProbabilities,
  type CrossEntropyOptions,
} from './classification-losses.ts'
export {
  batchNorm,
  recalibrate,
  type BatchNormOptions,
  type BatchNormParams,
  type BatchNormSpec,
  type BatchNormState,
} from './batch-norm.ts'
export { convertDropout, dropout, type DropoutOptions, type DropoutSpec } from './dropout.ts'
export { gaussianNoise, type GaussianNoiseSpec } from './gaussian-noise.ts'
export { groupLasso } from './group-lasso.ts'
export { layerNorm, type LayerNormParams, type LayerNormSpec } from './layer-norm.ts'
export { leaky, prelu, type LeakySpec, type PreluParams, type PreluSpec } from './leaky.ts'
export { linear, type LinearParams, type LinearSpec } from './linear.ts'
export { maxout, type MaxoutOptions, type MaxoutSpec } from './maxout.ts'
export { convertLambda, type LambdaForm } from './lambda-forms.ts'
export { decodeNetwork, type NetworkSpecError } from './decode-network.ts'
export { decodePenalty, type PenaltySpec } from './decode-penalty.ts'
export {
  constant,
  heNormal,
  heUniform,
  initialize,
  lecunNormal,
  lecunUniform,
  normalInitializer,
  orthogonal,
  scaledIdentity,
  uniformInitializer,
  xavierNormal,
  xavierUniform,
  zerosInitializer,
  type InitializerSpec,
} from './initializers.ts'
export {
  activation,
  dense,
  type DenseOptions,
  type DenseParams,
  type Layer,
  type LayerSpec,
  type LayerStart,
  type NoState,
} from './layer.ts'
export { calibrateMode, evalMode, trainMode, type Mode } from './mode.ts'
export {
  network,
  type Network,
  type NetworkSpec,
  type ParamsOf,
  type StateOf,
  type Tap,
  type UniqueNames,
} from './network.ts'
export { penalised, penaltyMonoid, penaltyValue, type Penalty, type PenaltyTerm } from './penalty.ts'
export { predictClass } from './predict-class.ts'
export { type LossOptions } from './reduction.ts'
export { huber, meanAbsoluteError, meanSquaredError, type HuberOptions } from './regression-losses.ts'
export { shareParameters } from './share-parameters.ts'
export { tie } from './tie.ts'
export { elasticNet, l1, l2 } from './weight-penalties.ts'
