import { toTypedArray } from '../core/autodiff/read.ts'
import { isFloat } from '../core/tensor/dtype.ts'
import { leavesWithPaths, type Path, type Tree } from '../core/tensor/tree.ts'

/**
 * Where a step first met a number that is not finite, in the order in which it computes.
 *
 * @category Training
 */
export interface NonFiniteOrigin {
  /**
   * The batch's inputs or targets; a parameter or layer state the step began with; the output of a layer; a layer's
   * new state; the loss of finite predictions; a penalty; going back through a layer, or the gradient of a parameter;
   * the updated parameter.
   */
  readonly kind:
    'input' | 'target' | 'parameter' | 'layer' | 'state' | 'loss' | 'penalty' | 'gradient' | 'update'
  /** The name of the layer or penalty, or the path of the parameter. */
  readonly path: Path
  /** The first such number there. */
  readonly value: number
}

/**
 * A step that met a number that is not finite: which step, where in it, and what helps.
 *
 * @category Training
 */
export interface NonFiniteLoss extends NonFiniteOrigin {
  /** The number of steps before it, and where it is: after so many epochs and batches. */
  readonly step: number
  readonly epoch: number
  readonly batch: number
  /** The loss at the parameters the step began with. */
  readonly loss: number
  readonly message: string
  readonly advice: readonly [string, ...string[]]
}

/** The first element of a tree of tensors that is not finite, with the path of its tensor. */
export const firstNonFinite = (tree: Tree): { readonly path: Path; readonly value: number } | undefined =>
  leavesWithPaths(tree)
    .filter(({ leaf }) => isFloat(leaf.dtype))
    .map(({ path, leaf }) => ({ path, value: toTypedArray(leaf).find((x: number) => !Number.isFinite(x)) }))
    .find((found): found is { readonly path: Path; readonly value: number } => found.value !== undefined)

const places: Readonly<Record<NonFiniteOrigin['kind'], (path: Path) => string>> = {
  input: () => 'the inputs of the batch hold',
  target: () => 'the targets of the batch hold',
  parameter: (path) => `before the step, ${path} already held`,
  layer: (path) => `the output of the layer '${path}' is the first that holds`,
  state: (path) => `the new layer state ${path} holds`,
  loss: () => 'the predictions are finite, and the loss of them is',
  penalty: (path) => `the loss is finite, and the penalty '${path}' is`,
  gradient: (path) => `the loss is finite, and on the way back '${path}' is the first whose gradient holds`,
  update: (path) => `the gradient is finite, and the update makes the parameter ${path} hold`,
}

const smallerSteps = [
  'use a smaller learning rate, or let it warm up',
  'bound the gradient with clipByGlobalNorm',
] as const

const finiteData = 'look at the rows of this batch: fill or drop what is missing before training'

const adviceFor = ({ kind, value }: NonFiniteOrigin): readonly [string, ...string[]] => {
  switch (kind) {
    case 'input':
    case 'target':
      return [finiteData]
    case 'parameter':
      return ['start from a state whose parameters are finite, such as an earlier checkpoint']
    case 'layer':
      return Number.isNaN(value)
        ? [
            'the layer is outside its domain (logarithm or root of a negative number, 0/0, ∞ − ∞): bound its input',
            ...smallerSteps,
          ]
        : [
            ...smallerSteps,
            'scale the inputs with standardize, or begin with smaller weights',
            'keep exponentials and powers in range, or compute in float64',
          ]
    case 'state':
      return ['scale the inputs with standardize: running statistics overflow', ...smallerSteps]
    case 'loss':
      return [
        'take the loss of logits (softmaxCrossEntropy): the logarithm of a probability that became 0 is infinite',
        'bound what a logarithm, root or quotient in the loss is taken of',
        ...smallerSteps,
      ]
    case 'penalty':
      return ['lessen the penalty, or bound the weights', ...smallerSteps]
    case 'gradient':
      return [
        'the derivative of a root, norm, logarithm or quotient is infinite at 0: add a small number inside it',
        ...smallerSteps,
      ]
    case 'update':
      return smallerSteps
  }
}

/** The report of a step that went wrong. Without an origin all that is known is the loss. */
export const nonFiniteLoss = (
  { step, epoch, cursor }: { readonly step: number; readonly epoch: number; readonly cursor: number },
  loss: number,
  origin: NonFiniteOrigin = { kind: 'loss', path: 'loss', value: loss },
): NonFiniteLoss => ({
  ...origin,
  step,
  epoch,
  batch: cursor,
  loss,
  message: `step ${step} (epoch ${epoch + 1}, batch ${cursor + 1}): ${places[origin.kind](origin.path)} ${origin.value}`,
  advice: adviceFor(origin),
})
