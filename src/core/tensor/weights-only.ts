import type { Path } from './tree.ts'

/**
 * A choice of parameters by their paths.
 *
 * @category Trees
 */
export type Where = (path: Path) => boolean

/**
 * The paths that end in `weight`: what penalties and the maps after a step touch unless told otherwise. Biases are
 * left alone.
 *
 * @example
 * ```ts
 * import { weightsOnly } from 'puregrad'
 * weightsOnly('hidden.weight') // => true
 * weightsOnly('hidden.bias') // => false
 * ```
 * @category Trees
 */
export const weightsOnly: Where = (path) => /(^|\.)weight$/.test(path)
