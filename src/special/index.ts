/**
 * Special functions: the gamma family, error functions, Bessel functions, and the stable forms of logarithms.
 *
 * @packageDocumentation
 */
export { besselI, besselIe, besselJ, sinc } from './bessel.ts'
export { entropy, klDivergence, logit, xlog1py, xlogy, type DistributionOptions } from './entropy.ts'
export { erfc, erfcinv, erfcx, erfinv, logNdtr, ndtr, ndtri } from './error-functions.ts'
export {
  beta,
  betaInc,
  digamma,
  gamma,
  gammaP,
  gammaPInv,
  gammaQ,
  lgamma,
  logBeta,
  polygamma,
} from './gamma.ts'
export type { FunctionOfOrder } from './of-order.ts'
