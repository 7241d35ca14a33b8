import { apply } from '../../core/autodiff/apply.ts'
import { applyEquation } from '../../core/autodiff/evaluate.ts'
import { stageFlat } from '../../core/autodiff/stage.ts'
import type { AnyValue } from '../../core/autodiff/value.ts'
import type { Typed } from '../../core/primitive/primitive.ts'
import {
  isStructural,
  variableTypes,
  type Equation,
  type OperationName,
  type Program,
} from '../../core/primitive/program.ts'
import { broadcastTo, concat, slice } from '../../core/primitive/movement.ts'
import { isPrimitiveName, primitiveOf } from '../../core/primitive/met.ts'
import { fromElements } from '../../core/tensor/concrete.ts'
import type { DType } from '../../core/tensor/dtype.ts'
import { eliminateDeadCode } from '../../core/autodiff/dead-code.ts'
import { paddedAxis } from '../program/padded-axis.ts'
import { withPrograms } from './rewrite.ts'

/*
 * The derivative of sum(square(sub(slice(x, 1 to 5), slice(x, 0 to 4)))) for x [5], with d [4] what comes back to the
 * difference, before and after:
 *
 *   pad d in front by 1          [0, d0, d1, d2, d3]       cuts at 0, 1, 5
 *   pad (neg d) behind by 1      [-d0, -d1, -d2, -d3, 0]   cuts at 0, 4, 5
 *   add of both                  the root: one value of pads along axis 0, cut at 0, 1, 4, 5
 *
 *   stretch 0 to 1               0 + neg d[0 to 1]
 *   stretch 1 to 4               d[0 to 3] + neg d[1 to 4]
 *   stretch 4 to 5               d[3 to 4] + 0
 *   concat of the three
 *
 * And since d is cheap (2 · (x[1:] − x[:−1])), its slices are computed from slices of x again: three fused passes that
 * read x, in place of d, two padded copies and their sum.
 */

/** Elementwise operations so cheap that computing them again is better than reading their result from memory. */
const isCheap = (operation: OperationName): boolean =>
  isPrimitiveName(operation) && primitiveOf(operation).traits.cheap === true

/** More parts than this are not worth their overhead. */
const mostParts = 9

type Pad = Extract<Equation, { readonly operation: 'pad' }>
type Slice = Extract<Equation, { readonly operation: 'slice' }>

const replaced = (list: readonly number[], index: number, value: number): readonly number[] =>
  list.map((x, i) => (i === index ? value : x))

const zeros = (dtype: DType, shape: readonly number[]): AnyValue =>
  apply(broadcastTo, [fromElements(0, { dtype })], { shape })

/** What a program's variables are, and which of them are expressions of pads. */
interface Analysis {
  readonly program: Program
  readonly types: readonly Typed[]
  /** The equation that gives a variable; undefined for inputs and constants. */
  readonly producers: readonly (Equation | undefined)[]
  /** The axis along which a variable is an expression of pads used nowhere else. */
  readonly axes: readonly (number | undefined)[]
  /** Variables that are only part of such an expression. */
  readonly absorbed: ReadonlySet<number>
}

const usesOf = ({ equations, outputs }: Program, variables: number): readonly number[] => {
  const uses = Array.from({ length: variables }, () => 0)
  const use = (variable: number): void => {
    uses[variable] = (uses[variable] ?? 0) + 1
  }
  for (const { inputs } of equations) inputs.forEach(use)
  outputs.forEach(use)
  return uses
}

const analysed = (program: Program): Analysis => {
  const types = variableTypes(program)
  const producers: readonly (Equation | undefined)[] = [
    ...[...program.inputs, ...program.constants].map(() => undefined),
    ...program.equations.flatMap((equation) => equation.outputs.map(() => equation)),
  ]
  const uses = usesOf(program, types.length)
  const axes: (number | undefined)[] = []
  const joins = (variable: number): boolean => axes[variable] !== undefined && uses[variable] === 1
  const absorbed = new Set<number>()
  producers.forEach((equation, variable) => {
    if (equation?.operation === 'pad')
      axes[variable] = paddedAxis(
        equation.params,
        types[equation.inputs[0] ?? 0]?.shape ?? [],
        types[variable]?.shape ?? [],
      )
    else if (equation !== undefined && isCheap(equation.operation)) {
      const inside = equation.inputs.filter(joins)
      const [first] = inside
      const axis = first === undefined ? undefined : axes[first]
      if (axis === undefined || !inside.every((input) => axes[input] === axis)) return
      axes[variable] = axis
      inside.forEach((input) => absorbed.add(input))
    }
  })
  return { program, types, producers, axes, absorbed }
}

const shapeOf = ({ types }: Analysis, variable: number): readonly number[] => types[variable]?.shape ?? []

/** What a root is made of, down to its pads. */
const membersOf = (analysis: Analysis, variable: number): readonly number[] => {
  const equation = analysis.producers[variable]
  const inside = equation?.operation === 'pad' ? [] : (equation?.inputs ?? [])
  return [
    variable,
    ...inside.filter((input) => analysis.absorbed.has(input)).flatMap((input) => membersOf(analysis, input)),
  ]
}

/** Elements `from` to `to` of a variable along an axis. */
interface Stretch {
  readonly variable: number
  readonly along: number
  readonly from: number
  readonly to: number
}

/** One stretch of a root while its slices are made. */
interface Making {
  readonly analysis: Analysis
  readonly values: readonly AnyValue[]
  readonly members: ReadonlySet<number>
  /** Whether what is outside the expression may be computed again rather than read. */
  readonly again: boolean
  readonly made: Map<string, AnyValue>
  /** Variables computed for this stretch, as often as they were. */
  readonly computed: number[]
}

/** A stretch of a pad: of what is padded, or of its zeros; undefined where it is some of both. */
const stretchOfPad = (
  making: Making,
  { variable, along, from, to }: Stretch,
  { params, inputs }: Pad,
): AnyValue | undefined => {
  const { analysis } = making
  const inner = inputs[0] ?? 0
  const start = params.start[along] ?? 0
  const end = start + (shapeOf(analysis, inner)[along] ?? 0)
  if (from >= start && to <= end)
    return stretch(making, { variable: inner, along, from: from - start, to: to - start })
  if (to > start && from < end) return undefined
  const dtype = analysis.types[variable]?.dtype ?? 'float32'
  return zeros(dtype, replaced(shapeOf(analysis, variable), along, to - from))
}

/** A stretch of a broadcast: the broadcast of a stretch, or of everything where the axis repeats. */
const stretchOfBroadcast = (
  making: Making,
  { variable, along, from, to }: Stretch,
  inner: number,
): AnyValue => {
  const shape = shapeOf(making.analysis, variable)
  const innerShape = shapeOf(making.analysis, inner)
  const axis = along - (shape.length - innerShape.length)
  const repeats = axis < 0 || innerShape[axis] !== shape[along]
  const operand = repeats
    ? making.values[inner]!
    : stretch(making, { variable: inner, along: axis, from, to })
  return apply(broadcastTo, [operand], { shape: replaced(shape, along, to - from) })
}

/** A stretch of a slice without a step along the axis: a slice along the other axes of a stretch. */
const stretchOfSlice = (
  making: Making,
  { variable, along, from, to }: Stretch,
  { params: { start, step }, inputs }: Slice,
): AnyValue => {
  const inner = inputs[0] ?? 0
  const shape = shapeOf(making.analysis, variable)
  const innerShape = shapeOf(making.analysis, inner)
  const offset = start[along] ?? 0
  const part = stretch(making, { variable: inner, along, from: offset + from, to: offset + to })
  // Along the other axes the whole of `inner`, and in its order: a reversed axis has the same size.
  const others = shape.every(
    (n, k) => k === along || (n === innerShape[k] && step[k] === 1 && start[k] === 0),
  )
  return others
    ? part
    : apply(slice, [part], {
        start: replaced(start, along, 0),
        step,
        shape: replaced(shape, along, to - from),
      })
}

/** A stretch computed from stretches of operands; undefined where the variable has to be read. */
const stretchComputed = (making: Making, wanted: Stretch): AnyValue | undefined => {
  const { analysis, again, members, computed } = making
  const { variable, along } = wanted
  const equation = analysis.producers[variable]
  if (equation === undefined) return undefined
  if (equation.operation === 'pad' && analysis.axes[variable] === along) {
    const found = stretchOfPad(making, wanted, equation)
    if (found !== undefined) return found
  }
  if (!again && !members.has(variable)) return undefined
  if (isCheap(equation.operation)) {
    computed.push(variable)
    const operands = equation.inputs.map((input) => stretch(making, { ...wanted, variable: input }))
    return applyEquation(equation, operands)[0]
  }
  if (equation.operation === 'broadcastTo') return stretchOfBroadcast(making, wanted, equation.inputs[0] ?? 0)
  return equation.operation === 'slice' && equation.params.step[along] === 1
    ? stretchOfSlice(making, wanted, equation)
    : undefined
}

const stretchRead = ({ analysis, values }: Making, { variable, along, from, to }: Stretch): AnyValue => {
  const shape = shapeOf(analysis, variable)
  const value = values[variable]!
  if (from === 0 && to === shape[along]) return value
  return apply(slice, [value], {
    start: replaced(
      shape.map(() => 0),
      along,
      from,
    ),
    step: shape.map(() => 1),
    shape: replaced(shape, along, to - from),
  })
}

const stretch = (making: Making, wanted: Stretch): AnyValue => {
  const { analysis, values, members, made } = making
  const { variable, along, from, to } = wanted
  if (from === 0 && to === shapeOf(analysis, variable)[along] && !members.has(variable))
    return values[variable]!
  const key = `${String(variable)} ${String(along)} ${String(from)} ${String(to)}`
  const known = made.get(key)
  if (known !== undefined) return known
  const found = stretchComputed(making, wanted) ?? stretchRead(making, wanted)
  made.set(key, found)
  return found
}

const padsOf = ({ producers }: Analysis, members: Iterable<number>): readonly Pad[] =>
  [...members].flatMap((variable) => {
    const equation = producers[variable]
    return equation?.operation === 'pad' ? [equation] : []
  })

/** Where the pads of an expression begin and end along its axis, and where the whole does. */
const cutsOf = (analysis: Analysis, pads: readonly Pad[], axis: number, size: number): readonly number[] => {
  const ends = pads.flatMap(({ params, inputs }) => {
    const start = params.start[axis] ?? 0
    return [start, start + (shapeOf(analysis, inputs[0] ?? 0)[axis] ?? 0)]
  })
  return [...new Set([0, ...ends, size])].sort((a, b) => a - b)
}

/** The root between each cut and the next; undefined where that would compute too much again. */
const partsBetween = (
  cuts: readonly number[],
  root: number,
  axis: number,
  makingWith: () => Making,
  pads: number,
): readonly AnyValue[] | undefined => {
  const stretches = cuts.slice(1).map((to, i) => {
    const making = makingWith()
    const part = stretch(making, { variable: root, along: axis, from: cuts[i]!, to })
    return { part, making }
  })
  const most = stretches
    .map(({ making }) => making)
    .reduce((a, b) => (b.computed.length > a.computed.length ? b : a))
  // Stencils of stencils would compute ever more.
  const tooMuch = most.again && most.computed.length > new Set(most.computed).size * pads
  return tooMuch ? undefined : stretches.map(({ part }) => part)
}

/** A root as a concatenation of stretches; undefined where there would be too many. */
const joined = (
  analysis: Analysis,
  root: number,
  axis: number,
  values: readonly AnyValue[],
): AnyValue | undefined => {
  const members = new Set(membersOf(analysis, root))
  const pads = padsOf(analysis, members)
  const cuts = cutsOf(analysis, pads, axis, shapeOf(analysis, root)[axis] ?? 0)
  if (cuts.length - 1 > mostParts) return undefined
  const parts = (again: boolean): readonly AnyValue[] | undefined =>
    partsBetween(
      cuts,
      root,
      axis,
      () => ({ analysis, values, members, again, made: new Map(), computed: [] }),
      pads.length,
    )
  const found = parts(true) ?? parts(false)
  return found === undefined || found.length === 1 ? found?.[0] : apply(concat, found, { axis })
}

/** Whether a program has pads, not counting those of the programs inside. */
const hasPads = ({ equations }: Program): boolean => {
  for (let i = 0; i < equations.length; i++) if (equations[i]!.operation === 'pad') return true
  return false
}

const joinOwnPads = (program: Program): Program => {
  const analysis = analysed(program)
  const { axes, absorbed } = analysis
  const { program: result } = stageFlat((inputs) => {
    const values: AnyValue[] = [...inputs, ...program.constants]
    for (const equation of program.equations) {
      const variable = values.length
      const axis = axes[variable]
      const part =
        axis !== undefined && equation.operation !== 'pad' && !absorbed.has(variable)
          ? joined(analysis, variable, axis, values)
          : undefined
      if (part !== undefined) values.push(part)
      else {
        const operands = equation.inputs.map((input) => values[input]!)
        for (const value of applyEquation(equation, operands)) values.push(value)
      }
    }
    return program.outputs.map((variable) => values[variable]!)
  }, program.inputs)
  return eliminateDeadCode(result)
}

const joinInnerPads = (program: Program): Program => {
  const equations = program.equations.map((equation) => withPrograms(equation, joinPads))
  const same = equations.every((equation, i) => equation === program.equations[i])
  return same ? program : { ...program, equations }
}

/**
 * Elementwise expressions of padded values as concatenations, in branches and loops too: between the ends of the pads an
 * element depends on the same elements of the padded values as its neighbours, so each stretch is one expression of
 * slices, and slices of cheap expressions are expressions of slices. The gradient of a function of `x[1:]` and `x[:-1]`
 * becomes one pass over `x` and two single elements, without padded copies in between. Every element is computed by the
 * same operations as before.
 */
export const joinPads = (program: Program): Program => {
  const within = program.equations.some(isStructural) ? joinInnerPads(program) : program
  return hasPads(within) ? joinOwnPads(within) : within
}
