import { sameShape, sizeOf } from '../../core/tensor/shape.ts'
import { nameAt } from '../name-at.ts'
import { call, item, list, literal, name, type Expression, type Pattern, type TensorType } from '../source.ts'
import {
  anythingOf,
  chance,
  drawAxis,
  fits,
  hull,
  isFloating,
  isModerate,
  isPlainFloat,
  isStored,
  known,
  pick,
  pickLate,
  reshaped,
  variableThat,
  type Draw,
  type DrawLines,
  type Known,
  type Results,
  type Rule,
  type Scope,
  type Variable,
} from './scope.ts'

/** The scope of a function with these parameters, and their names. */
const inside = (
  scope: Scope,
  parameters: readonly Known[],
  { closed = false, from = scope.named }: { readonly closed?: boolean; readonly from?: number } = {},
): { readonly scope: Scope; readonly names: readonly string[]; readonly types: readonly TensorType[] } => {
  const named = parameters.map((parameter, i): Variable => ({ ...parameter, name: nameAt(from + i) }))
  return {
    names: named.map((variable) => variable.name),
    types: parameters.map(({ shape, dtype }) => ({ shape, dtype })),
    scope: {
      ...scope,
      variables: closed ? named : [...scope.variables, ...named],
      named: from + named.length,
      depth: scope.depth - 1,
    },
  }
}

const sameType = (a: Known, b: Known): boolean => a.dtype === b.dtype && sameShape(a.shape, b.shape)

const lies = (x: Known, target: Known): boolean => x.low >= target.low && x.high <= target.high

/** What a loop may carry in the place of a value: its type, in an interval that a step keeps. */
const carriedAs = (initial: Known): Known =>
  isFloating(initial) || isStored(initial)
    ? hull(initial, { ...initial, low: -2, high: 2 })
    : initial.dtype === 'int32' && initial.low >= -64 && initial.high <= 64
      ? hull(initial, { ...initial, low: -8, high: 8 })
      : anythingOf(initial.shape, initial.dtype)

/** Brought into the interval of the target, which holds [−1, 1]. */
const kept = (x: Variable, target: Known): Expression =>
  lies(x, target)
    ? name(x.name)
    : isFloating(x)
      ? call('tanh', name(x.name))
      : call('clip', name(x.name), literal(target.low), literal(target.high))

/** An expression of the type of the target, of what the lines of a body have computed where they offer it. */
const ofType = (draw: Draw, { variables }: Scope, target: Known, base: string, old: number): Expression => {
  const fresh = variables.slice(old)
  // Nothing brings what is kept in 16 bits into an interval.
  const suits = (variable: Variable): boolean =>
    sameType(variable, target) && (!isStored(target) || lies(variable, target))
  const suitable = fresh.filter(suits)
  const any = variables.filter(suits)
  if (suitable.length > 0) return kept(pickLate(draw, suitable)!, target)
  if (any.length > 0 && chance(draw, 15)) return kept(pickLate(draw, any)!, target)
  if (isStored(target)) return target.shape.length > 0 ? call('flip', name(base)) : name(base)
  const mixed = pickLate(
    draw,
    fresh.filter((variable) => isPlainFloat(variable) && variable.dtype === target.dtype),
  )
  if (isFloating(target))
    return mixed === undefined
      ? call('sin', name(base))
      : call('tanh', call('add', call('mul', name(base), literal(0.5)), call('sum', name(mixed.name))))
  return target.dtype === 'bool'
    ? call('logicalNot', name(base))
    : target.dtype === 'int32' && isModerate(target)
      ? call('clip', call('add', name(base), literal(1)), literal(target.low), literal(target.high))
      : call('add', name(base), literal(1))
}

const alone = (patterns: readonly string[]): Pattern => (patterns.length === 1 ? patterns[0]! : patterns)

const aloneOf = (expressions: readonly Expression[]): Expression =>
  expressions.length === 1 ? expressions[0]! : list(...expressions)

const aloneAmong = (results: readonly Known[]): Results => (results.length === 1 ? results[0]! : results)

/** One or two of the variables that are wanted. */
const several = (
  draw: Draw,
  scope: Scope,
  wanted: (variable: Variable) => boolean,
  most = 2,
): readonly Variable[] => {
  const first = variableThat(draw, scope, wanted)
  return first === undefined
    ? []
    : [
        first,
        ...Array.from(
          { length: draw.integer(0, most - 1) },
          () => variableThat(draw, scope, wanted) ?? first,
        ),
      ]
}

const scanned =
  (drawLines: DrawLines): Rule =>
  (draw, scope) => {
    if (scope.depth < 1) return undefined
    const first = variableThat(draw, scope, ({ shape }) => shape.length > 0 && shape[0]! < 6)
    const along =
      first === undefined || chance(draw, 15)
        ? []
        : [
            first,
            ...several(draw, scope, ({ shape }) => shape[0] === first.shape[0] && shape.length > 0),
          ].slice(0, draw.integer(1, 2))
    const length = along.length > 0 ? (first as Variable).shape[0]! : draw.integer(0, 3)
    const initial = several(draw, scope, ({ low, high, dtype }) =>
      dtype !== 'bool' ? low > -1e3 || high > 1e9 : true,
    )
    if (initial.length === 0 || initial.some((x) => isFloating(x) && !isModerate(x))) return undefined
    const carried = initial.map(carriedAs)
    const parameters = [...carried, ...along.map((x) => reshaped(x, x.shape.slice(1)))]
    const { scope: inner, names, types } = inside(scope, parameters)
    const body = drawLines(draw, inner, draw.integer(1, 4))
    const old = inner.variables.length
    const next = carried.map((target, i) => ofType(draw, body.scope, target, names[i]!, old))
    const stacked = Array.from({ length: draw.integer(0, 2) }, () =>
      pickLate(draw, body.scope.variables),
    ).filter((y) => y !== undefined && fits(scope, [length, ...y.shape])) as readonly Variable[]
    const reverse = chance(draw, 25) ? { reverse: true } : {}
    const options = along.length === 0 ? { length, ...reverse } : reverse
    const step: Expression = {
      kind: 'function',
      parameters: [alone(names.slice(0, carried.length)), alone(names.slice(carried.length))],
      types,
      lines: body.lines,
      result: list(aloneOf(next), aloneOf(stacked.map((y) => name(y.name)))),
    }
    return {
      value: call(
        'scan',
        step,
        aloneOf(initial.map((x) => name(x.name))),
        aloneOf(along.map((x) => name(x.name))),
        ...(Object.keys(options).length === 0 ? [] : [literal(options)]),
      ),
      results: [aloneAmong(carried), aloneAmong(stacked.map((y) => reshaped(y, [length, ...y.shape])))],
    }
  }

const counted =
  (drawLines: DrawLines): Rule =>
  (draw, scope) => {
    if (scope.depth < 1) return undefined
    const initial = variableThat(draw, scope, (v) => !isFloating(v) || isModerate(v))
    if (initial === undefined) return undefined
    const start = draw.integer(0, 1)
    const end = start + draw.integer(0, 3)
    const state = carriedAs(initial)
    const {
      scope: inner,
      names,
      types,
    } = inside(scope, [known([], 'int32', start, Math.max(start, end - 1)), state])
    const body = drawLines(draw, inner, draw.integer(1, 3))
    const result = ofType(draw, body.scope, state, names[1]!, inner.variables.length)
    const step: Expression = { kind: 'function', parameters: names, types, lines: body.lines, result }
    return {
      value: call('foriLoop', literal(start), literal(end), step, name(initial.name)),
      results: state,
    }
  }

/** A loop with a bound, so that it ends and has a derivative in reverse mode wherever it is compiled. */
const repeated =
  (drawLines: DrawLines): Rule =>
  (draw, scope) => {
    if (scope.depth < 1) return undefined
    const initial = several(draw, scope, (v) => !isFloating(v) || isModerate(v))
    if (initial.length === 0) return undefined
    const carried = initial.map(carriedAs)
    const { scope: inner, names, types } = inside(scope, carried)
    const parameters = [alone(names)]
    const flag = variableThat(draw, inner, (v) => v.dtype === 'bool' && v.shape.length === 0)
    const compared = variableThat(draw, inner, isPlainFloat)
    if (flag === undefined && compared === undefined) return undefined
    const result =
      flag !== undefined && (compared === undefined || chance(draw, 40))
        ? name(flag.name)
        : call('less', call('sum', name(compared!.name)), literal(pick(draw, [0.3, 1, 4])))
    const condition: Expression = { kind: 'function', parameters, types, lines: [], result }
    const turn = drawLines(draw, inner, draw.integer(1, 4))
    const next = carried.map((target, i) =>
      ofType(draw, turn.scope, target, names[i]!, inner.variables.length),
    )
    const body: Expression = { kind: 'function', parameters, types, lines: turn.lines, result: aloneOf(next) }
    return {
      value: call(
        'whileLoop',
        condition,
        body,
        aloneOf(initial.map((x) => name(x.name))),
        literal({ atMost: draw.integer(0, 3) }),
      ),
      results: aloneAmong(carried),
    }
  }

const branched =
  (drawLines: DrawLines): Rule =>
  (draw, scope) => {
    if (scope.depth < 1) return undefined
    const operands = several(draw, scope, (v) => !isFloating(v) || isModerate(v))
    const [first] = operands
    if (first === undefined) return undefined
    const flag = variableThat(draw, scope, (v) => v.dtype === 'bool' && v.shape.length === 0)
    const compared = variableThat(draw, scope, isPlainFloat)
    if (flag === undefined && compared === undefined) return undefined
    const predicate =
      flag !== undefined && (compared === undefined || chance(draw, 60))
        ? name(flag.name)
        : call('greater', call('sum', name(compared!.name)), literal(pick(draw, [0, 0.3, -0.3])))
    const targets = [first, ...(chance(draw, 30) ? [pick(draw, operands)] : [])].map(carriedAs)
    const { scope: inner, names, types } = inside(scope, operands)
    const branch = (): Expression => {
      const body = drawLines(draw, inner, draw.integer(0, 3))
      const results = targets.map((target) => {
        const base = names[operands.findIndex((x) => sameType(x, target))]!
        return ofType(draw, body.scope, target, base, inner.variables.length)
      })
      return { kind: 'function', parameters: names, types, lines: body.lines, result: aloneOf(results) }
    }
    return {
      value: call('cond', predicate, branch(), branch(), ...operands.map((x) => name(x.name))),
      results: aloneAmong(targets),
    }
  }

/** The parameters of a function that a transformation is applied to: one of the variables, or two. */
const parametersOf = (
  draw: Draw,
  scope: Scope,
  wanted: (variable: Variable) => boolean,
): readonly Variable[] => several(draw, scope, wanted)

const mapped =
  (drawLines: DrawLines): Rule =>
  (draw, scope) => {
    if (scope.depth < 1) return undefined
    const first = variableThat(draw, scope, ({ shape }) => shape.length > 0)
    if (first === undefined) return undefined
    const axis = drawAxis(draw, first)
    const size = first.shape[axis]!
    const second = chance(draw, 60) ? variableThat(draw, scope, () => true) : undefined
    const at = second?.shape.indexOf(size) ?? -1
    const axes = [axis, ...(second === undefined ? [] : [at >= 0 && chance(draw, 70) ? at : null])]
    const args = second === undefined ? [first] : [first, second]
    const single = args.map((x, i) =>
      reshaped(
        x,
        x.shape.filter((_, j) => j !== axes[i]),
      ),
    )
    const { scope: inner, names, types } = inside(scope, single)
    const body = drawLines(draw, inner, draw.integer(1, 4))
    const fresh = body.scope.variables.slice(inner.variables.length)
    const results = Array.from({ length: draw.integer(1, 2) }, () =>
      chance(draw, 85) ? pickLate(draw, fresh) : pickLate(draw, body.scope.variables),
    ).filter((y) => y !== undefined && fits(scope, [size, ...y.shape])) as readonly Variable[]
    if (results.length === 0) return undefined
    const out = results.every(({ shape }) => shape.length > 0) && chance(draw, 25) ? 1 : 0
    const options = {
      ...(axes.every((a) => a === 0) ? {} : { in: axes }),
      ...(out === 0 ? {} : { out }),
    }
    const f: Expression = {
      kind: 'function',
      parameters: names,
      types,
      lines: body.lines,
      result: aloneOf(results.map((y) => name(y.name))),
    }
    return {
      value: call(
        call('vmap', f, ...(Object.keys(options).length === 0 ? [] : [literal(options)])),
        ...args.map((x) => name(x.name)),
      ),
      results: aloneAmong(
        results.map((y) =>
          reshaped(y, out === 0 ? [size, ...y.shape] : [y.shape[0]!, size, ...y.shape.slice(1)]),
        ),
      ),
    }
  }

interface Body {
  readonly function: Expression
  readonly result: Known
}

/** A function of floats that ends in a float of moderate size, a scalar where asked for. */
const smoothBody = (
  draw: Draw,
  drawLines: DrawLines,
  { scope: inner, names, types }: ReturnType<typeof inside>,
  scalar: boolean,
): Body | undefined => {
  const body = drawLines(draw, inner, draw.integer(1, 4))
  const fresh = body.scope.variables.slice(inner.variables.length).filter(isPlainFloat)
  const all = body.scope.variables.filter(isPlainFloat)
  const y = pickLate(draw, fresh.length > 0 ? fresh : all)
  if (y === undefined) return undefined
  const result =
    !scalar || y.shape.length === 0
      ? name(y.name)
      : call(
          'sum',
          pick(draw, [name(y.name), call('sin', name(y.name)), call('square', call('tanh', name(y.name)))]),
        )
  return {
    function: { kind: 'function', parameters: names, types, lines: body.lines, result },
    result: scalar ? reshaped(y, []) : y,
  }
}

const slopeOf = ({ shape, dtype }: Known): Known => anythingOf(shape, dtype)

const gradient =
  (drawLines: DrawLines): Rule =>
  (draw, scope) => {
    if (scope.depth < 1) return undefined
    const args = parametersOf(draw, scope, isPlainFloat)
    if (args.length === 0) return undefined
    const body = smoothBody(draw, drawLines, inside(scope, args), true)
    if (body === undefined) return undefined
    const given = args.map((x) => name(x.name))
    if (args.length === 2 && chance(draw, 60))
      return {
        value: call(call('grad', body.function, literal({ argument: [0, 1] })), ...given),
        results: args.map(slopeOf),
      }
    return chance(draw, 30)
      ? {
          value: call(call('valueAndGrad', body.function), ...given),
          results: [anythingOf([], body.result.dtype), slopeOf(args[0]!)],
        }
      : { value: call(call('grad', body.function), ...given), results: slopeOf(args[0]!) }
  }

/** A direction for a value: a variable of its type, or ones. */
const direction = (draw: Draw, scope: Scope, like: Known): Expression => {
  const found = variableThat(draw, scope, (v) => sameType(v, like) && isModerate(v))
  return found === undefined || chance(draw, 20)
    ? call('full', literal(like.shape), literal(1), literal({ dtype: like.dtype }))
    : name(found.name)
}

const pushed =
  (drawLines: DrawLines): Rule =>
  (draw, scope) => {
    if (scope.depth < 1) return undefined
    const args = parametersOf(draw, scope, isPlainFloat)
    if (args.length === 0) return undefined
    const body = smoothBody(draw, drawLines, inside(scope, args), false)
    if (body === undefined) return undefined
    const given = args.map((x) => name(x.name))
    const directions = args.map((x) => direction(draw, scope, x))
    const results = [body.result, slopeOf(body.result)]
    return chance(draw, 70)
      ? { value: call('jvp', body.function, list(...given), list(...directions)), results }
      : {
          value: call(item(call('linearize', body.function, ...given), 1), ...directions),
          results: slopeOf(body.result),
        }
  }

const pulled =
  (drawLines: DrawLines): Rule =>
  (draw, scope) => {
    if (scope.depth < 1) return undefined
    const args = parametersOf(draw, scope, isPlainFloat)
    if (args.length === 0) return undefined
    const body = smoothBody(draw, drawLines, inside(scope, args), false)
    if (body === undefined) return undefined
    return {
      value: call(
        item(call('vjp', body.function, ...args.map((x) => name(x.name))), 1),
        direction(draw, scope, body.result),
      ),
      results: args.map(slopeOf),
    }
  }

const matrices =
  (drawLines: DrawLines): Rule =>
  (draw, scope) => {
    if (scope.depth < 1) return undefined
    const x = variableThat(draw, scope, (v) => isPlainFloat(v) && sizeOf(v.shape) < 10)
    if (x === undefined) return undefined
    const kind = draw.integer(0, 2)
    const body = smoothBody(draw, drawLines, inside({ ...scope, largest: 40 }, [x]), kind > 0)
    if (body === undefined) return undefined
    const shape = [...body.result.shape, ...x.shape]
    if (kind === 0)
      return fits(scope, shape) && shape.length < 5 && body.result.dtype === x.dtype
        ? {
            value: call(
              call(
                'jacobian',
                body.function,
                ...(chance(draw, 50) ? [literal({ mode: pick(draw, ['forward', 'reverse']) })] : []),
              ),
              name(x.name),
            ),
            results: anythingOf(shape, body.result.dtype),
          }
        : undefined
    // Second derivatives of a function with another dtype than its argument's are of the argument's.
    const twice = [...x.shape, ...x.shape]
    return kind === 1
      ? {
          value: call(call('hvp', body.function), name(x.name), direction(draw, scope, x)),
          results: slopeOf(x),
        }
      : fits(scope, twice) && x.shape.length < 3
        ? {
            value: call(call('hessian', body.function), name(x.name)),
            results: anythingOf(twice, x.dtype),
          }
        : undefined
  }

const again =
  (drawLines: DrawLines): Rule =>
  (draw, scope) => {
    if (scope.depth < 1) return undefined
    const args = parametersOf(draw, scope, (v) => !isFloating(v) || isModerate(v))
    if (args.length === 0) return undefined
    const f = pick(draw, ['checkpoint', 'checkpoint', 'jit'])
    const { scope: inner, names, types } = inside(scope, args, { closed: f === 'checkpoint' })
    const body = drawLines(draw, inner, draw.integer(1, 4))
    const results = Array.from({ length: draw.integer(1, 2) }, () =>
      pickLate(draw, body.scope.variables),
    ) as readonly Variable[]
    return {
      value: call(
        call(f, {
          kind: 'function',
          parameters: names,
          types,
          closed: f === 'checkpoint',
          lines: body.lines,
          result: aloneOf(results.map((y) => name(y.name))),
        }),
        ...args.map((x) => name(x.name)),
      ),
      results: aloneAmong(results),
    }
  }

/** A function with a rule of its own that says what its derivative is anyway. */
const ruled =
  (drawLines: DrawLines): Rule =>
  (draw, scope) => {
    if (scope.depth < 1) return undefined
    const args = parametersOf(draw, scope, isPlainFloat)
    if (args.length === 0) return undefined
    const f = nameAt(scope.named)
    const drawn = inside(scope, args, { closed: true, from: scope.named + 1 })
    const body = smoothBody(draw, drawLines, drawn, false)
    if (body === undefined) return undefined
    const { names, types } = drawn
    const tangents = names.map((_, i) => nameAt(scope.named + 1 + names.length + i))
    const rule: Expression = chance(draw, 50)
      ? {
          kind: 'record',
          fields: {
            jvp: {
              kind: 'function',
              parameters: [names, tangents],
              types: [...types, ...types],
              lines: [],
              result: item(call('jvp', name(f), list(...names.map(name)), list(...tangents.map(name))), 1),
            },
          },
        }
      : {
          kind: 'record',
          fields: {
            vjp: {
              kind: 'function',
              parameters: names,
              types,
              lines: [],
              result: call('vjp', name(f), ...names.map(name)),
            },
          },
        }
    return {
      before: [{ pattern: f, types: [], value: { ...body.function, closed: true } as Expression }],
      value: call(call('custom', name(f), rule), ...args.map((x) => name(x.name))),
      results: body.result,
    }
  }

export const functionalRules = (drawLines: DrawLines): readonly (readonly [weight: number, rule: Rule])[] => [
  [10, scanned(drawLines)],
  [4, counted(drawLines)],
  [6, repeated(drawLines)],
  [7, branched(drawLines)],
  [6, mapped(drawLines)],
  [5, gradient(drawLines)],
  [3, pushed(drawLines)],
  [3, pulled(drawLines)],
  [2, matrices(drawLines)],
  [4, again(drawLines)],
  [3, ruled(drawLines)],
]
