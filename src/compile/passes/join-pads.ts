import { apply } from '../../core/autodiff/apply.ts'
import { applyEquation } from '../../core/autodiff/evaluate.ts'
import { stageFlat } from '../../core/autodiff/stage.ts'
import type { AnyValue } from '../../core/autodiff/value.ts'
import { variableTypes, type Equation, type Program } from '../../core/primitive/program.ts'
import { fromElements } from '../../core/tensor/concrete.ts'
import type { DType } from '../../core/tensor/dtype.ts'
import { eliminateDeadCode } from '../../core/autodiff/dead-code.ts'

/** Elementwise operations so cheap that computing them again is better than reading their result from memory. */
const cheap: ReadonlySet<string> = new Set([
  'add',
  'sub',
  'neg',
  'mul',
  'div',
  'max',
  'min',
  'sqrt',
  'rootOfSquares',
  'abs',
  'sign',
  'floor',
  'round',
  'equal',
  'less',
  'lessEqual',
  'select',
  'cast',
])

/** More parts than this are not worth their overhead. */
const mostParts = 9

type Pad = Extract<Equation, { readonly operation: 'pad' }>

/** The one axis a pad adds zeros along; undefined where it adds them along several, or between elements. */
const paddedAxis = ({ params, outputs }: Pad, inner: readonly number[]): number | undefined => {
  const shape = outputs[0]?.shape ?? []
  const axes = [...shape.keys()].filter((axis) => shape[axis] !== inner[axis])
  const [axis] = axes
  return axes.length === 1 && axis !== undefined && params.step[axis] === 1 && inner[axis] !== 0
    ? axis
    : undefined
}

const replaced = (list: readonly number[], index: number, value: number): readonly number[] =>
  list.map((x, i) => (i === index ? value : x))

const zeros = (dtype: DType, shape: readonly number[]): AnyValue =>
  apply('broadcastTo', [fromElements(0, { dtype })], { shape })

/**
 * Elementwise expressions of padded values as concatenations: between the ends of the pads an element depends on the
 * same elements of the padded values as its neighbours, so each stretch is one expression of slices, and slices of
 * cheap expressions are expressions of slices. The gradient of a function of `x[1:]` and `x[:-1]` becomes one pass over
 * `x` and two single elements, without padded copies in between. Every element is computed by the same operations as
 * before.
 */
export const joinPads = (program: Program): Program => {
  if (!program.equations.some(({ operation }) => operation === 'pad')) return program
  const types = variableTypes(program)
  const producers: (Equation | undefined)[] = [...program.inputs, ...program.constants].map(() => undefined)
  const uses = types.map(() => 0)
  const use = (variable: number): void => {
    uses[variable] = (uses[variable] ?? 0) + 1
  }
  for (const equation of program.equations) {
    equation.outputs.forEach(() => producers.push(equation))
    equation.inputs.forEach(use)
  }
  program.outputs.forEach(use)
  const shapeOf = (variable: number): readonly number[] => types[variable]?.shape ?? []

  // The axis along which a variable is an expression of pads used nowhere else.
  const axes: (number | undefined)[] = []
  const joins = (variable: number): boolean => axes[variable] !== undefined && uses[variable] === 1
  const absorbed = new Set<number>()
  producers.forEach((equation, variable) => {
    if (equation?.operation === 'pad') axes[variable] = paddedAxis(equation, shapeOf(equation.inputs[0] ?? 0))
    else if (equation !== undefined && cheap.has(equation.operation)) {
      const inside = equation.inputs.filter(joins)
      const [first] = inside
      const axis = first === undefined ? undefined : axes[first]
      if (axis !== undefined && inside.every((input) => axes[input] === axis)) {
        axes[variable] = axis
        inside.forEach((input) => absorbed.add(input))
      }
    }
  })

  const isPart = (variable: number): boolean => absorbed.has(variable)
  /** What a root is made of, down to its pads. */
  const membersOf = (variable: number): readonly number[] => [
    variable,
    ...(producers[variable]?.operation === 'pad'
      ? []
      : (producers[variable]?.inputs ?? []).filter(isPart).flatMap(membersOf)),
  ]

  const joined = (root: number, axis: number, values: readonly AnyValue[]): AnyValue | undefined => {
    const members = new Set(membersOf(root))
    const pads = [...members].flatMap((variable) => {
      const equation = producers[variable]
      return equation?.operation === 'pad' ? [equation] : []
    })
    const size = shapeOf(root)[axis] ?? 0
    const ends = pads.flatMap(({ params, inputs }) => {
      const start = params.start[axis] ?? 0
      return [start, start + (shapeOf(inputs[0] ?? 0)[axis] ?? 0)]
    })
    const cuts = [...new Set([0, ...ends, size])].sort((a, b) => a - b)
    if (cuts.length - 1 > mostParts) return undefined
    /** Slices of a variable already made, and whether they are computed again rather than read. */
    const partsWith = (again: boolean): readonly AnyValue[] | undefined => {
      let most = 0
      let variables = 0
      const parts = cuts.slice(1).map((high, i) => {
        const made = new Map<string, AnyValue>()
        const computed: number[] = []
        const slice = (variable: number, along: number, from: number, to: number): AnyValue => {
          const shape = shapeOf(variable)
          const value = values[variable] as AnyValue
          const equation = producers[variable]
          const inner = equation?.inputs[0] ?? 0
          const own = members.has(variable)
          if (from === 0 && to === shape[along] && !own) return value
          const key = `${String(variable)} ${String(along)} ${String(from)} ${String(to)}`
          const known = made.get(key)
          if (known !== undefined) return known
          const keep = (part: AnyValue): AnyValue => {
            made.set(key, part)
            return part
          }
          if (equation?.operation === 'pad' && axes[variable] === along) {
            const start = equation.params.start[along] ?? 0
            const end = start + (shapeOf(inner)[along] ?? 0)
            if (from >= start && to <= end) return keep(slice(inner, along, from - start, to - start))
            if (to <= start || from >= end)
              return keep(zeros(types[variable]?.dtype ?? 'float32', replaced(shape, along, to - from)))
          }
          if (equation !== undefined && (again || own)) {
            if (cheap.has(equation.operation)) {
              computed.push(variable)
              return keep(
                applyEquation(
                  equation,
                  equation.inputs.map((input) => slice(input, along, from, to)),
                )[0] as AnyValue,
              )
            }
            if (equation.operation === 'broadcastTo') {
              const axisInside = along - (shape.length - shapeOf(inner).length)
              const repeats = axisInside < 0 || shapeOf(inner)[axisInside] !== shape[along]
              return keep(
                apply(
                  'broadcastTo',
                  [repeats ? (values[inner] as AnyValue) : slice(inner, axisInside, from, to)],
                  {
                    shape: replaced(shape, along, to - from),
                  },
                ),
              )
            }
            if (equation.operation === 'slice' && equation.params.step[along] === 1) {
              const { start, step } = equation.params
              const offset = start[along] ?? 0
              const part = slice(inner, along, offset + from, offset + to)
              // Along the other axes the whole of `inner`, and in its order: a reversed axis has the same size.
              const others = shape.every(
                (n, k) => k === along || (n === shapeOf(inner)[k] && step[k] === 1 && start[k] === 0),
              )
              return keep(
                others
                  ? part
                  : apply('slice', [part], {
                      start: replaced(start, along, 0),
                      step,
                      shape: replaced(shape, along, to - from),
                    }),
              )
            }
          }
          if (from === 0 && to === shape[along]) return value
          return keep(
            apply('slice', [value], {
              start: replaced(
                shape.map(() => 0),
                along,
                from,
              ),
              step: shape.map(() => 1),
              shape: replaced(shape, along, to - from),
            }),
          )
        }
        const part = slice(root, axis, cuts[i] as number, high)
        if (computed.length > most) {
          most = computed.length
          variables = new Set(computed).size
        }
        return part
      })
      // Stencils of stencils would compute ever more.
      return again && most > variables * pads.length ? undefined : parts
    }
    const parts = partsWith(true) ?? partsWith(false)
    return parts === undefined ? undefined : parts.length === 1 ? parts[0] : apply('concat', parts, { axis })
  }

  const { program: result } = stageFlat((inputs) => {
    const values: AnyValue[] = [...inputs, ...program.constants]
    for (const equation of program.equations) {
      const variable = values.length
      const axis = axes[variable]
      const part =
        axis !== undefined && equation.operation !== 'pad' && !isPart(variable)
          ? joined(variable, axis, values)
          : undefined
      if (part !== undefined) values.push(part)
      else
        values.push(
          ...applyEquation(
            equation,
            equation.inputs.map((input) => values[input] as AnyValue),
          ),
        )
    }
    return program.outputs.map((variable) => values[variable] as AnyValue)
  }, program.inputs)
  return eliminateDeadCode(result)
}
