import { concreteOf } from '../autodiff/read.ts'
import { copyElements, viewOf } from '../tensor/concrete.ts'
import { allocate, isDType, type Buffer, type DType } from '../tensor/dtype.ts'
import { ArgumentError } from '../tensor/errors.ts'
import { checkShape, showShape, sizeOf } from '../tensor/shape.ts'
import { showValue } from '../tensor/show-value.ts'
import { isTensorClone, cloneAdvice, type Tensor } from '../tensor/tensor.ts'
import { isRecord, joinIndex, joinKey, mapTree, type Path } from '../tensor/tree.ts'

/**
 * A tensor as plain data.
 *
 * @category Elements
 */
export interface TransferableTensor {
  /** Tells it from a record of the user's. */
  readonly puregrad: 'tensor'
  readonly dtype: DType
  readonly shape: readonly number[]
  /** A copy in row-major order; its buffer may go into a transfer list. */
  readonly elements: Buffer
}

/**
 * What {@link toTransferable} makes of a tree: the tensors are plain data, the rest is as it was.
 *
 * @category Elements
 */
export type Transferable<T> = T extends Tensor
  ? TransferableTensor
  : T extends object
    ? { readonly [K in keyof T]: Transferable<T[K]> }
    : T

/**
 * A tree whose tensors are plain data, for other threads and stores: `postMessage`, `structuredClone` and IndexedDB
 * keep the fields of a tensor only, which is then none. {@link fromTransferable} makes tensors of it again.
 *
 * @throws UnknownValueError under `vmap` and where a function is compiled.
 * @example
 * ```ts
 * import { fromTransferable, tensor, toArray, toTransferable } from 'puregrad'
 * const message = { step: 3, params: { w: tensor([1, 2]) } }
 * const received = structuredClone(toTransferable(message))
 * toArray(fromTransferable<typeof message>(received).params.w) // => [1, 2]
 * ```
 * @category Elements
 */
export const toTransferable = <T>(tree: T): Transferable<T> =>
  mapTree(tree, (leaf): TransferableTensor => {
    const known = concreteOf(leaf, 'toTransferable')
    return { puregrad: 'tensor', dtype: known.dtype, shape: [...known.shape], elements: copyElements(known) }
  }) as Transferable<T>

const isTransferableTensor = (node: unknown): node is Readonly<Record<keyof TransferableTensor, unknown>> =>
  isRecord(node) && node['puregrad'] === 'tensor'

const restored = (node: Readonly<Record<keyof TransferableTensor, unknown>>, path: Path): Tensor => {
  const where = `fromTransferable${path === '' ? '' : ` at ${path}`}`
  const { dtype, shape, elements } = node
  if (!isDType(dtype)) throw new ArgumentError(`${where}: ${showValue(dtype)} is no dtype`)
  if (!Array.isArray(shape)) throw new ArgumentError(`${where}: expected a shape, got ${showValue(shape)}`)
  checkShape(shape, where)
  const size = sizeOf(shape)
  const kind = (value: unknown): string => Object.prototype.toString.call(value)
  const own = allocate(dtype, 0)
  if (kind(elements) !== kind(own) || (elements as Buffer).length !== size)
    throw new ArgumentError(
      `${where}: expected ${String(size)} elements of ${dtype} for the shape ${showShape(shape)}, ` +
        `got ${showValue(elements)}`,
    )
  const copy = (elements as Buffer).slice()
  if (dtype === 'bool' && copy.some((x) => x > 1))
    throw new ArgumentError(`${where}: booleans are 0 or 1, got ${String(copy.find((x) => x > 1))}`)
  return viewOf(copy, dtype, shape)
}

/**
 * The tree that {@link toTransferable} made plain data of, with its tensors. The elements are copied.
 *
 * @throws ArgumentError, with the path, for a tensor that is malformed, and for what a structured clone leaves of one.
 * @example
 * ```ts
 * import { fromTransferable, tensor, toArray, toTransferable } from 'puregrad'
 * const sent = structuredClone(toTransferable({ weight: tensor([1, 2]) }))
 * toArray(fromTransferable(sent).weight) // => [1, 2]
 * ```
 * @category Elements
 */
export const fromTransferable = <T>(tree: Transferable<T>): T => {
  const walk = (node: unknown, path: Path): unknown => {
    if (isTransferableTensor(node)) return restored(node, path)
    if (isTensorClone(node))
      throw new ArgumentError(`fromTransferable${path === '' ? '' : ` at ${path}`}: got ${cloneAdvice}`)
    return Array.isArray(node)
      ? node.map((child, i) => walk(child, joinIndex(path, i)))
      : isRecord(node)
        ? Object.fromEntries(
            Object.entries(node).map(([key, child]) => [key, walk(child, joinKey(path, key))]),
          )
        : node
  }
  return walk(tree, '') as T
}
