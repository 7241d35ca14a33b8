import { attention, attentionCotangent, attentionTangent } from './attention.ts'
import { basicPrimitives } from './basic.ts'
import { cholesky } from './cholesky.ts'
import { eigh } from './eigh.ts'
import { fft } from './fft.ts'
import { luFactor } from './lu-factor.ts'
import { convolution, correlation } from './convolution.ts'
import { lyapunov } from './lyapunov.ts'
import { windowArgmax, windowPut, windowTake } from './pooling.ts'
import type { Primitive } from './primitive.ts'
import { pseudoSolve } from './pseudo-solve.ts'
import { qr } from './qr.ts'
import { solve } from './solve.ts'
import * as special from './special.ts'
import { svd } from './svd.ts'
import { triangularSolve } from './triangular-solve.ts'

const table = {
  ...basicPrimitives,
  ...special,
  eigh,
  fft,
  lyapunov,
  pseudoSolve,
  qr,
  svd,
  cholesky,
  triangularSolve,
  luFactor,
  solve,
  convolution,
  correlation,
  windowArgmax,
  windowTake,
  windowPut,
  attention,
  attentionTangent,
  attentionCotangent,
}

type Table = typeof table

export type PrimitiveName = keyof Table

/** What each primitive is told besides its inputs: plain data. */
export type Parameters = {
  readonly [N in PrimitiveName]: Table[N] extends Primitive<infer P> ? P : never
}

/** Every primitive of the library by its name, which the type holds to be that of the record. */
export const primitives: Table & { readonly [N in PrimitiveName]: Primitive<Parameters[N], N> } = table

/** The primitives that the compiler has a rule for each of. */
export type OwnName = {
  [N in PrimitiveName]: Table[N]['lowering'] extends { readonly kind: 'own' } ? N : never
}[PrimitiveName]
