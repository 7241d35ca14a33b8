/**
 * Linear algebra on batches of matrices: decompositions, solutions, determinants, norms, functions of matrices.
 *
 * @packageDocumentation
 */
export {}
