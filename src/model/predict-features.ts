import { evaluatePortably } from '../core/autodiff/evaluate-portably.ts'
import { concreteOf, toTypedArray } from '../core/autodiff/read.ts'
import { cast, concat, div, neg, sigmoid, softmax } from '../core/numeric/index.ts'
import type { Program } from '../core/primitive/program.ts'
import { copyElements, viewOf } from '../core/tensor/concrete.ts'
import { allocate, type Buffer } from '../core/tensor/dtype.ts'
import { sizeOf } from '../core/tensor/shape.ts'
import type { Tensor } from '../core/tensor/tensor.ts'
import { leavesOf } from '../core/tensor/tree.ts'
import type { Targets } from '../data/dataset.ts'
import { programOf, type ModelNetwork } from './network-of.ts'

/** Rows that go through the network at once: what lies between the layers then fits the caches. */
const mostRows = 512

/** A function whose results are kept by their whole numbers. */
const remembered = <A>(make: (n: number) => A): ((n: number) => A) => {
  const kept = new Map<number, A>()
  return (n) => {
    const known = kept.get(n) ?? make(n)
    // eslint-disable-next-line functional/immutable-data -- what was made once is the same if it is made again
    kept.set(n, known)
    return known
  }
}

/** What the outputs `[rows, outputs]` of a network say of targets: float64 `[rows, names]`. */
const meaningOf =
  ({ kind, names }: Targets, temperature: number) =>
  (outputs: Tensor): Tensor => {
    const wide = cast(outputs, 'float64')
    if (kind === 'values') return wide
    const logits = div(wide, temperature)
    return logits.shape[1] === names.length
      ? softmax(logits)
      : concat([sigmoid(neg(logits)), sigmoid(logits)], { axis: 1 })
  }

/**
 * What a model says of features `x [n, ...input]`: float64 `[n, names]`, probabilities of classes or what stands for values.
 * The bytes are the same on every machine and in every engine, and those of a row are the same whatever rows are beside it.
 *
 * Rows go through in blocks of a power of two, the last one filled up with zeros: so there are ten programs at most, and
 * a row alone costs no more than itself.
 */
export const predictFeatures = (
  found: ModelNetwork,
  targets: Targets,
  temperature: number,
): ((x: Tensor) => Tensor) => {
  const { network, params, state, dtype } = found
  const program = remembered((rows): Program => programOf(found, rows, meaningOf(targets, temperature)))
  // Parameters are inputs: what is computed of them alone would else be computed while the program is written down.
  const weights = leavesOf([params, state]).map((leaf) => concreteOf(leaf, 'predictor'))
  const [width, columns] = [sizeOf(network.input), targets.names.length]
  const block = (elements: Buffer, rows: number): Buffer => {
    const filled = 1 << (32 - Math.clz32(rows - 1))
    const buffer = allocate(dtype, filled * width)
    buffer.set(elements)
    const x = viewOf(buffer, dtype, [filled, ...network.input])
    return copyElements(evaluatePortably(program(filled), [...weights, x])[0]!).subarray(0, rows * columns)
  }
  return (x) => {
    const [n = 0] = x.shape
    const elements = toTypedArray(x)
    const results = allocate('float64', n * columns)
    Array.from({ length: Math.ceil(n / mostRows) }, (_, i) => i * mostRows).forEach((from) => {
      const rows = Math.min(mostRows, n - from)
      results.set(block(elements.subarray(from * width, (from + rows) * width), rows), from * columns)
    })
    return viewOf(results, 'float64', [n, columns])
  }
}
