/**
 * Solvers that derivatives pass through: differential equations, roots and fixed points, minimizers, integrals.
 *
 * @packageDocumentation
 */
export {}
