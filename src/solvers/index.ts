/**
 * Solvers that derivatives pass through: differential equations, roots and fixed points, minimizers, integrals.
 *
 * @packageDocumentation
 */
export { bracketedRoot, type BracketOptions } from './bracketed-root.ts'
export { conjugateGradient, type ConjugateGradientOptions } from './conjugate-gradient.ts'
export { fixedPoint, type FixedPointOptions } from './fixed-point.ts'
export {
  integrate,
  integrateFixed,
  type FixedIntegrateOptions,
  type Integral,
  type IntegrateOptions,
} from './integrate.ts'
export { odeSolve, type OdeOptions, type OdeSolution } from './ode-solve.ts'
export { root, type Solution, type SolutionOptions } from './root.ts'
