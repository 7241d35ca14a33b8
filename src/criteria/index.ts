/**
 * Several criteria at once: fronts and their volume, scalarizations, and weightings of gradients.
 *
 * @packageDocumentation
 */
export { caGradWeighting } from './ca-grad.ts'
export { chebyshev, smoothChebyshev, type ChebyshevOptions } from './chebyshev.ts'
export { dominates, paretoRanks, type Direction } from './dominance.ts'
export { epsilonConstraint, type ConstraintState, type EpsilonConstraint } from './epsilon-constraint.ts'
export { frontMonoid, frontOf, knee, type Front, type FrontPoint } from './front.ts'
export { hypervolume, hypervolumeContributions } from './hypervolume.ts'
export { imtlGWeighting } from './imtl-g.ts'
export { jointGradient, type JointGradient } from './joint-gradient.ts'
export { minNormWeighting } from './min-norm.ts'
export { multiObjectiveStep } from './multi-objective-step.ts'
export { nashWeighting } from './nash-mtl.ts'
export {
  objectiveGradients,
  type ObjectiveGradients,
  type ObjectiveGradientsOptions,
} from './objective-gradients.ts'
export type { Objectives } from './objectives.ts'
export { pcGradWeighting } from './pc-grad.ts'
export { upGradWeighting } from './up-grad.ts'
export { weightedSum } from './weighted-sum.ts'
export {
  constantWeighting,
  meanWeighting,
  type Gramian,
  type Weighting,
  type WeightingError,
} from './weighting.ts'
