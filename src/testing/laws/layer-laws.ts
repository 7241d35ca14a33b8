import * as E from 'fp-ts/lib/Either.js'
import * as fc from 'fast-check'
import {
  add,
  concat,
  div,
  foldIn,
  key as keyOf,
  mul,
  normal,
  reshape,
  round,
  squeeze,
  take,
  type Key,
} from '../../core/numeric/index.ts'
import { vmap } from '../../core/autodiff/vmap.ts'
import { isFloat, type FloatDType } from '../../core/tensor/dtype.ts'
import { ArgumentError } from '../../core/tensor/errors.ts'
import { showShape, sizeOf, type Sizes } from '../../core/tensor/shape.ts'
import { showText } from '../../core/tensor/show-value.ts'
import type { Tensor } from '../../core/tensor/tensor.ts'
import { isRecord, leavesWithPaths, mapTree } from '../../core/tensor/tree.ts'
import { decodeNetwork } from '../../nn/decode-network.ts'
import type { AnyLayerKind } from '../../nn/layer-kind.ts'
import type { AnyLayer, Layer } from '../../nn/layer.ts'
import { layerKinds } from '../../nn/layer-kinds.ts'
import { calibrateMode, evalMode, trainMode, type Mode } from '../../nn/mode.ts'
import { restoreTree, storeTree } from '../../training/stored-tree.ts'
import { checkList } from './check-list.ts'
import { closeTo, sameBits, showTensor } from './compare-trees.ts'
import { functionLaws, type Subject } from './function-laws.ts'
import {
  checkLawOptions,
  fails,
  fewer,
  firstFinding,
  lawOf,
  undecided,
  type Cases,
  type Finding,
  type Law,
  type LawOptions,
} from './law.ts'

/**
 * What a layer is tried on.
 *
 * @category Laws
 */
export interface LayerLawOptions extends LawOptions {
  /** Shapes of one input; of small ones all that the layer says it takes, unless told otherwise. */
  readonly inputs?: readonly Sizes[]
  /** Rows of such inputs, `[rows, ...shape]`, in float64; standard normal numbers unless told otherwise. */
  readonly draw?: (key: Key, shape: Sizes) => Tensor
  /** The kinds that its description is decoded with, besides those of the library. */
  readonly kinds?: readonly AnyLayerKind[]
}

/** A layer whose parameters and state are looked at as trees. */
type OwnLayer = Layer<string, unknown, unknown>

/** One layer in one place: everything follows from these three. */
interface LayerCase {
  readonly shape: Sizes
  readonly rows: number
  readonly seed: number
}

/** Small shapes of one to three axes, the smallest first. */
const smallShapes: readonly Sizes[] = [
  ...[1, 2, 3, 4, 5, 6].map((n) => [n]),
  ...[1, 2, 3, 4].flatMap((m) => [1, 2, 3, 4].map((n) => [m, n])),
  ...[1, 3, 4].flatMap((m) => [1, 2, 4].map((n) => [m, m, n])),
].sort((a, b) => sizeOf(a) - sizeOf(b))

const takenBy = (layer: OwnLayer): readonly Sizes[] =>
  smallShapes.filter((shape) => {
    try {
      layer.shape(shape)
      return true
    } catch {
      return false
    }
  })

/** i/64, so that cases are short to read. */
const dyadicNormal = (key: Key, shape: Sizes): Tensor =>
  div(round(mul(normal(key, shape, { dtype: 'float64' }), 64)), 64)

/** The layer in a case: its parameters moved from where they began, its state once trained. */
const placed = (layer: OwnLayer, { shape, rows, seed }: LayerCase, draw: typeof dyadicNormal) => {
  const key = keyOf(seed)
  const start = layer.init(foldIn(key, 'init'), shape, 'float64')
  const params = mapTree(start.params, (leaf, path) =>
    leaf.dtype === 'float64' ? add(leaf, mul(dyadicNormal(foldIn(key, path), leaf.shape), 0.125)) : leaf,
  )
  const x = draw(foldIn(key, 'x'), [rows, ...shape])
  const train = trainMode(foldIn(key, 'train'))
  const [, state] = layer.apply(train, params, start.state, x)
  const apply = (mode: Mode, given: Place = { params, state, x }): readonly [Tensor, unknown] =>
    layer.apply(mode, given.params, given.state, given.x)
  return { params, state, x, train, apply }
}

interface Place {
  readonly params: unknown
  readonly state: unknown
  readonly x: Tensor
}

const types = (tree: unknown): string =>
  leavesWithPaths(tree)
    .map(({ path, leaf: { dtype, shape } }) => `${path}: ${dtype} ${showShape(shape)}`)
    .join(', ')

const modesOf = (train: Mode): Readonly<Record<string, Mode>> => ({
  evaluation: evalMode,
  training: train,
  calibration: calibrateMode,
})

const declaresItsShape = (layer: OwnLayer, { shape, rows }: LayerCase, at: Placed): Finding =>
  firstFinding(
    Object.entries(modesOf(at.train)).map(([name, mode]) => () => {
      const [expected, found] = [[rows, ...layer.shape(shape)], at.apply(mode)[0].shape]
      return showShape(expected) === showShape(found)
        ? undefined
        : fails(`the shape of the output, in ${name}`, showShape(expected), showShape(found))
    }),
  )

type Placed = ReturnType<typeof placed>

const beginsAsAsked = (layer: OwnLayer, { shape, seed }: LayerCase): Finding => {
  const begun = (dtype: FloatDType) => layer.init(keyOf(seed), shape, dtype)
  const odd = (['float32', 'float64'] as const).flatMap((dtype) =>
    leavesWithPaths(begun(dtype).params).flatMap(({ path, leaf }) =>
      isFloat(leaf.dtype) && leaf.dtype !== dtype ? [fails(path, dtype, leaf.dtype)] : [],
    ),
  )
  return (
    odd[0] ??
    sameBits(begun('float64'), begun('float64'), 'begun twice with one key, so the same was expected')
  )
}

const keepsItsState = ({ state, train, apply }: Placed): Finding =>
  firstFinding([
    () => sameBits(state, apply(evalMode)[1], 'state after evaluation'),
    ...[train, calibrateMode].map((mode) => () => {
      const [expected, found] = [types(state), types(apply(mode)[1])]
      return expected === found ? undefined : fails(`state after ${mode.kind}`, expected, found)
    }),
  ])

const rowsAreAlone = ({ params, state, x, apply }: Placed): Finding => {
  const [together] = apply(evalMode)
  const rows = Array.from({ length: x.shape[0] ?? 0 }, (_, i) => take(x, [i]))
  const alone = concat(rows.map((row) => apply(evalMode, { params, state, x: row })[0]))
  const found = closeTo(1e-10)(alone, together)
  return found?.kind === 'fails'
    ? {
        ...found,
        place: `output${found.place}`,
        expected: `${found.expected} (that row alone)`,
        found: `${found.found} (among the others)`,
      }
    : found
}

const mapsByRow = ({ params, state, x, apply }: Placed): Finding => {
  const one = vmap((row: Tensor): Tensor => {
    const [y] = apply(evalMode, { params, state, x: reshape(row, [1, ...row.shape]) })
    return squeeze(y, { axis: 0 })
  })
  return closeTo(1e-10)(apply(evalMode)[0], one(x), 'by vmap over the rows: output')
}

const drawsFromItsKey = (at: Placed): Finding =>
  firstFinding(
    Object.entries(modesOf(at.train)).map(([name, mode]) => () => {
      const first = at.apply(mode)
      at.apply(trainMode(keyOf(99)))
      return sameBits(first, at.apply(mode), `${name} again with the same arguments`)
    }),
  )

const isDescribed = (
  layer: OwnLayer,
  { shape, seed }: LayerCase,
  { x, state, params, train }: Placed,
  kinds: readonly AnyLayerKind[] | undefined,
): Finding => {
  const data: unknown = JSON.parse(JSON.stringify({ input: shape, layers: [layer.spec] }))
  const decoded = decodeNetwork(data, { kinds: kinds ?? [] })
  if (E.isLeft(decoded))
    return kinds === undefined && !layerKinds.some(({ kind }) => kind === layer.spec.kind)
      ? undecided(
          `nothing was said of the kind '${showText(layer.spec.kind)}': give { kinds: [layerKind(…)] }`,
        )
      : fails('the description, decoded', 'the layer', decoded.left.message)
  const [restored]: readonly (OwnLayer | undefined)[] = decoded.right.layers
  if (restored === undefined) return fails('the description, decoded', 'one layer', 'none')
  if (JSON.stringify(restored.spec) !== JSON.stringify(layer.spec))
    return fails('the description', JSON.stringify(layer.spec), JSON.stringify(restored.spec))
  return firstFinding([
    () =>
      sameBits(
        layer.init(keyOf(seed), shape, 'float64'),
        restored.init(keyOf(seed), shape, 'float64'),
        'init of the restored layer',
      ),
    () =>
      sameBits(
        layer.apply(train, params, state, x),
        restored.apply(train, params, state, x),
        'training by the restored layer',
      ),
  ])
}

const goesOn = ({ params, state, x, apply }: Placed): Finding => {
  const steps = (from: unknown): unknown =>
    [1, 2].reduce<unknown>((at, i) => apply(trainMode(keyOf(i)), { params, state: at, x })[1], from)
  const stored = storeTree({ params, state })
  if (E.isLeft(stored)) return fails(stored.left.path, 'what can be saved', stored.left.problem)
  const restored = restoreTree(stored.right.tensors, stored.right.json)
  if (E.isLeft(restored)) return fails(restored.left.path, 'what was saved', restored.left.problem)
  return firstFinding([
    () => sameBits({ params, state }, restored.right, 'saved and restored'),
    () => {
      const again = isRecord(restored.right) ? restored.right['state'] : undefined
      return sameBits(steps(state), steps(again), 'two more steps from the saved state')
    },
  ])
}

/** The layer as a function of its parameters, its state and its rows; in training with one key. */
const asFunction = (
  { params, state, x, train, apply }: Placed,
  mode: 'evaluation' | 'training',
): Subject<Place, Tensor> => ({
  f: (given) => apply(mode === 'evaluation' ? evalMode : train, given)[0],
  at: { params, state, x },
})

/**
 * Laws of a layer: shapes and dtypes as declared, nothing changed or remembered, randomness from the key alone, rows
 * that do not see each other in evaluation, derivatives in training and evaluation, compiled code, codec, storage.
 *
 * @throws ArgumentError for another option, and for a layer that takes no small shape.
 */
export const layerLaws = (mine: AnyLayer, options: LayerLawOptions = {}): readonly Law[] => {
  checkLawOptions('laws.layer', options, { seed: true, runs: true, inputs: true, draw: true, kinds: true })
  const layer: OwnLayer = mine
  const { inputs = takenBy(layer), draw = dyadicNormal, kinds, ...how } = options
  if (options.inputs !== undefined) checkList('laws.layer: inputs', options.inputs)
  if (inputs.length === 0)
    throw new ArgumentError(
      `laws.layer: the layer takes none of the small shapes; give it some as { inputs: [[8, 8, 3]] }`,
    )
  const of = `layer '${layer.name === '' ? layer.spec.kind : layer.name}'`
  const cases: Cases<LayerCase> = {
    arbitrary: fc.record({
      shape: fc.constantFrom(...inputs),
      rows: fc.integer({ min: 2, max: 4 }),
      seed: fc.nat(999),
    }),
    show: (one) => ({
      case: `inputs of shape ${showShape(one.shape)}, ${one.rows} rows, seed ${one.seed}`,
      x: showTensor(draw(foldIn(keyOf(one.seed), 'x'), [one.rows, ...one.shape])),
    }),
  }
  const law = (name: string, judge: (at: Placed, one: LayerCase) => Finding, asked: LawOptions = how): Law =>
    lawOf(of, name, cases, (one) => judge(placed(layer, one, draw), one), asked)
  const functions = (mode: 'evaluation' | 'training'): readonly Law[] =>
    functionLaws(
      of,
      cases,
      (one) => asFunction(placed(layer, one, draw), mode),
      ({ seed }) => seed,
      how,
      mode,
    )
  return [
    law('declares the shape of its output', (at, one) => declaresItsShape(layer, one, at)),
    law('begins from its key alone, in the dtype that is asked for', (_, one) => beginsAsAsked(layer, one)),
    law('keeps its state in evaluation, and the form of it in training', keepsItsState),
    law('draws from its key alone, and remembers nothing', drawsFromItsKey),
    law('in evaluation a row depends on no other row', rowsAreAlone),
    law('in evaluation is a function of one row under vmap', mapsByRow, fewer(how)),
    law('comes back from its description', (at, one) => isDescribed(layer, one, at, kinds), fewer(how)),
    law('is saved and goes on from there', goesOn, fewer(how)),
    ...functions('evaluation'),
    ...functions('training'),
  ]
}
