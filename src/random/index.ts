/**
 * Random distributions, choices and matrices, all from explicit keys.
 *
 * @packageDocumentation
 */
export { choice, shuffle, type ChoiceOptions } from './choice.ts'
export { binomial, poisson } from './counts.ts'
export { beta, chiSquare, dirichlet, gamma, studentT } from './gamma-family.ts'
export {
  cauchy,
  exponential,
  gumbel,
  laplace,
  logistic,
  rademacher,
  type LocationScaleOptions,
} from './location-scale.ts'
export { multivariateNormal, orthogonalMatrix, positiveDefiniteMatrix } from './matrices.ts'
export { truncatedNormal } from './truncated-normal.ts'
