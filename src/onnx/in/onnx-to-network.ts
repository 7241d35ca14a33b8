import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { checkOptions } from '../../core/tensor/check-options.ts'
import { nearestName } from '../../core/tensor/nearest-name.ts'
import { showText } from '../../core/tensor/show-value.ts'
import { decodeNetwork, type DecodedNetwork } from '../../nn/decode-network.ts'
import type { LayerTree } from '../../nn/layer.ts'
import type { LayerSpec } from '../../nn/layer.ts'
import { onnxError, type OnnxError } from '../onnx-error.ts'
import { layerReaders } from './layer-readers.ts'
import type { LayerPlan, Step } from './layer-plan.ts'
import { unlinked, type OutputLink } from './output-link.ts'
import { readModel, type GraphInput, type ReadGraph } from './read-graph.ts'
import { sourceOf, type Source } from './value-source.ts'

/**
 * A network that was read from a file of ONNX.
 *
 * @category ONNX
 */
export interface OnnxNetwork {
  readonly network: DecodedNetwork
  readonly params: Readonly<Record<string, LayerTree>>
  readonly state: Readonly<Record<string, LayerTree>>
  /** What the file does with the outputs of the network at the end. */
  readonly link: OutputLink
}

const failed = (problem: string): E.Either<OnnxError, never> => E.left(onnxError([problem]))

/** The output with the numbers: labels, which some tools put first, are no part of a network. */
const outputOf = ({ outputs, nodes }: ReadGraph, wanted: string | undefined): E.Either<OnnxError, string> => {
  const names = outputs.map(({ name }) => name)
  if (wanted !== undefined)
    return names.includes(wanted)
      ? E.right(wanted)
      : failed(`output: expected one of ${names.join(', ')}, got ${JSON.stringify(showText(wanted, 60))}`)
  const zipped = nodes.find(({ op }) => op === 'ai.onnx.ml.ZipMap')?.outputs[0]
  const floats = outputs.filter(({ dtype }) => dtype === 'float32' || dtype === 'float64')
  const [only] = floats
  return zipped !== undefined && names.includes(zipped)
    ? E.right(zipped)
    : floats.length === 1 && only !== undefined
      ? E.right(only.name)
      : failed(
          `the graph has ${floats.length} outputs of real numbers; say which is that of the network: { output: ${names.map((name) => JSON.stringify(name)).join(' | ')} }`,
        )
}

interface Walked {
  readonly steps: readonly Step[]
  readonly input: GraphInput
}

/** From a value back to the input: the steps in between, one node after another. */
const walk = (graph: ReadGraph, source: Source, value: string): E.Either<OnnxError, Walked> => {
  const input = graph.inputs.find(({ name }) => name === value)
  if (input !== undefined) return E.right({ steps: [], input })
  const node = source.node(value)
  if (node === undefined)
    return failed(`nothing in the graph is named ${JSON.stringify(showText(value, 60))}`)
  if (node.op === 'Identity' || node.op === 'Constant') return walk(graph, source, node.inputs[0] ?? '')
  const reader = Object.hasOwn(layerReaders, node.op) ? layerReaders[node.op] : undefined
  if (reader === undefined) {
    const near = nearestName(node.op, Object.keys(layerReaders))
    return failed(
      `${node.label}: expected a layer of the library (${Object.keys(layerReaders).join(', ')})` +
        `${near === undefined ? '' : `; did you mean ${near}?`}; onnxToFunction reads graphs of other forms`,
    )
  }
  const found = reader(node, source)
  if (E.isLeft(found)) return failed(`${node.label}: ${found.left}`)
  return pipe(
    walk(graph, source, found.right.from),
    E.map((before) => ({
      ...before,
      steps: [
        ...before.steps,
        ...found.right.steps.map((step) => ({
          ...step,
          plan: (width: number) =>
            pipe(
              step.takes === undefined || step.takes === width
                ? step.plan(width)
                : E.left(`expected an input of width ${step.takes}, got ${width}`),
              E.mapLeft((problem) => `${node.label}: ${problem}`),
            ),
        })),
      ],
    })),
  )
}

/** What vectors of the input have: as the file says, or as the first layer that says it. */
const widthOf = ({ steps, input }: Walked): E.Either<OnnxError, number> => {
  const sizes = input.shape?.slice(1) ?? [undefined]
  const said = sizes.reduce<number | undefined>(
    (total, size) => (size === undefined || total === undefined ? undefined : total * size),
    1,
  )
  const width = said ?? steps.find(({ takes }) => takes !== undefined)?.takes
  return width === undefined
    ? failed(`the width of the input ${JSON.stringify(input.name)} is nowhere said`)
    : E.right(width)
}

const plansOf = (walked: Walked, width: number): E.Either<OnnxError, readonly LayerPlan[]> =>
  pipe(
    walked.steps.reduce<E.Either<string, { readonly plans: readonly LayerPlan[]; readonly width: number }>>(
      (sofar, step) =>
        pipe(
          sofar,
          E.flatMap(({ plans, width: before }) =>
            pipe(
              step.plan(before),
              E.map((plan) => ({
                plans: plan === undefined ? plans : [...plans, plan],
                width: step.gives ?? before,
              })),
            ),
          ),
        ),
      E.right({ plans: [], width }),
    ),
    E.bimap(
      (problem) => onnxError([problem]),
      ({ plans }) => plans,
    ),
  )

/** Layers with names that differ. */
const namedPlans = (plans: readonly LayerPlan[]): readonly (LayerPlan & { readonly name: string })[] => {
  const free = (hint: string, taken: ReadonlySet<string>, i = 1): string => {
    const name = i === 1 ? hint : `${hint}_${i}`
    return taken.has(name) ? free(hint, taken, i + 1) : name
  }
  return plans.reduce<readonly (LayerPlan & { readonly name: string })[]>((sofar, plan) => {
    const name = plan.hint === undefined ? '' : free(plan.hint, new Set(sofar.map((one) => one.name)))
    return [...sofar, { ...plan, name }]
  }, [])
}

const assembledNetwork = (
  width: number,
  plans: readonly LayerPlan[],
  link: OutputLink,
): E.Either<OnnxError, OnnxNetwork> => {
  const all = namedPlans(plans)
  const kept = all.filter(({ name }) => name !== '')
  return pipe(
    decodeNetwork({
      input: width,
      layers: all.map(({ spec, name }): LayerSpec => (name === '' ? spec : { ...spec, name })),
    }),
    E.bimap(
      ({ problems }) => onnxError(problems.map(({ message }) => message)),
      (network) => ({
        network,
        params: Object.fromEntries(kept.map(({ name, params }) => [name, params])),
        state: Object.fromEntries(kept.map(({ name, state }) => [name, state])),
        link,
      }),
    ),
  )
}

/**
 * The network in a file of ONNX: layers one after another, as `networkToOnnx` of this library, PyTorch and scikit-learn
 * (skl2onnx) write them, with what they have learnt. Softmax and the like at the end are no layers here: `link` says so.
 * Scaling before the first layer becomes a dense layer with one weight for each unit.
 *
 * The left names the node that is no such layer, its operator, and what was expected; {@link onnxToFunction} reads graphs of
 * any other form.
 *
 * @param options `output`: the name of the output, where the graph has several.
 * @throws ArgumentError for another option.
 * @example
 * ```ts
 * import * as E from 'fp-ts/lib/Either.js'
 * import { key, ones, toArray } from 'puregrad'
 * import { dense, evalMode, network } from 'puregrad/nn'
 * import { networkToOnnx, onnxToNetwork } from 'puregrad/onnx'
 * const net = network(2, dense('only', 1))
 * const { params, state } = net.init(key(1))
 * const bytes = networkToOnnx(net, params, state)
 * const read = E.isRight(bytes) ? onnxToNetwork(bytes.right) : bytes
 * const [before] = net.apply(evalMode, params, state, ones([1, 2]))
 * const after = E.isRight(read)
 *   ? read.right.network.apply(evalMode, read.right.params, read.right.state, ones([1, 2]))[0]
 *   : before
 * String(toArray(after)) === String(toArray(before)) // => true
 * ```
 * @category ONNX
 */
export const onnxToNetwork = (
  bytes: Uint8Array,
  options: { readonly output?: string } = {},
): E.Either<OnnxError, OnnxNetwork> => {
  checkOptions('onnxToNetwork', options, { output: true })
  return pipe(
    readModel(bytes),
    E.flatMap(({ graph }) =>
      pipe(
        outputOf(graph, options.output),
        E.flatMap((output) => {
          const source = sourceOf(graph)
          const { value, link } = unlinked(output, source)
          return pipe(
            walk(graph, source, value),
            E.flatMap((walked) =>
              pipe(
                widthOf(walked),
                E.flatMap((width) =>
                  pipe(
                    plansOf(walked, width),
                    E.flatMap((plans) => assembledNetwork(width, plans, link)),
                  ),
                ),
              ),
            ),
          )
        }),
      ),
    ),
  )
}
