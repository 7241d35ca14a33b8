/**
 * Layers and their composition, initializers, losses and penalties.
 *
 * @packageDocumentation
 */
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
export { decodeNetwork, type NetworkSpecError } from './decode-network.ts'
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
export { evalMode, trainMode, type Mode } from './mode.ts'
export {
  network,
  type Network,
  type NetworkSpec,
  type ParamsOf,
  type StateOf,
  type Tap,
  type UniqueNames,
} from './network.ts'
export {
  decodePenalty,
  l1,
  l2,
  penalised,
  penaltyMonoid,
  penaltyValue,
  weightsOnly,
  type Penalty,
  type PenaltyError,
  type PenaltyTerm,
  type Where,
} from './penalty.ts'
export { type LossOptions } from './reduction.ts'
export { huber, meanAbsoluteError, meanSquaredError, type HuberOptions } from './regression-losses.ts'
