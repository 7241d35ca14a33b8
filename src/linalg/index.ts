/**
 * Linear algebra on batches of matrices: decompositions, solutions, determinants, norms, functions of matrices.
 *
 * @packageDocumentation
 */
export { cholesky, choleskySolve } from './cholesky.ts'
export { det, slogdet, type Slogdet } from './determinant.ts'
export { diagonal, diagonalMatrix, trace, type DiagonalOptions } from './diagonal.ts'
export { kron } from './kron.ts'
export { lu, type Lu } from './lu.ts'
export { matrixExponential } from './matrix-exponential.ts'
export { matrixNorm, type MatrixNormOptions } from './matrix-norm.ts'
export { matrixPower } from './matrix-power.ts'
export { inverse, solve } from './solve.ts'
export { triangularSolve, type TriangularSolveOptions } from './triangular-solve.ts'
export { tril, triu } from './triangles.ts'
export { eigh, type Eigh } from './eigh.ts'
export { qr, type DecompositionOptions, type QR } from './qr.ts'
export { singularValues, svd, type SVD } from './svd.ts'
export { conditionNumber } from './condition-number.ts'
export { leastSquares, pseudoInverse } from './least-squares.ts'
export { matrixRank, type RankOptions } from './rank.ts'
export { symmetricPower, symmetricSquareRoot } from './symmetric-functions.ts'
