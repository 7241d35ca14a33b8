import { cholesky } from '../linalg/cholesky.ts'
import { pseudoInverse } from '../linalg/least-squares.ts'
import { matrixNorm } from '../linalg/matrix-norm.ts'
import { qr } from '../linalg/qr.ts'
import { inverse, solve } from '../linalg/solve.ts'
import { symmetricSquareRoot } from '../linalg/symmetric-functions.ts'
import { triangularSolve } from '../linalg/triangular-solve.ts'
import { binomial, poisson } from '../random/counts.ts'
import { fft } from '../signal/fft.ts'
import { irfft, rfft } from '../signal/real-fft.ts'
import { besselI, besselIe, besselJ, sinc } from '../special/bessel.ts'
import { entropy, klDivergence, logit, xlog1py, xlogy } from '../special/entropy.ts'
import { erfc, erfcinv, erfcx, erfinv, logNdtr, ndtr, ndtri } from '../special/error-functions.ts'
import {
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
} from '../special/gamma.ts'

/** Functions of further entries that a source may call, each by a name that no other function of the table has. */
export const furtherFunctions = {
  linalg: { cholesky, inverse, matrixNorm, pseudoInverse, qr, solve, symmetricSquareRoot, triangularSolve },
  random: { binomial, poisson },
  signal: { fft, irfft, rfft },
  special: {
    ...{ besselI, besselIe, besselJ, sinc, entropy, klDivergence, logit, xlog1py, xlogy },
    ...{ erfc, erfcinv, erfcx, erfinv, logNdtr, ndtr, ndtri },
    ...{ beta, betaInc, digamma, gamma, gammaP, gammaPInv, gammaQ, lgamma, logBeta, polygamma },
  },
} as const
