import { primitiveOf } from '../../core/primitive/met.ts'
import type { Parameters, PrimitiveName } from '../../core/primitive/table.ts'
import type { Typed } from '../../core/primitive/primitive.ts'
import { isProgram, isStructural, type Equation, type Program } from '../../core/primitive/program.ts'
import type { ConcreteTensor } from '../../core/tensor/concrete.ts'

/** What an equation does, whatever it does it to. */
interface Operation {
  readonly operation: Equation['operation']
  readonly params: unknown
  readonly outputs: readonly Typed[]
}

/** An equation of a program being written, on terms instead of numbered variables. */
export interface Application extends Operation {
  /** Larger than that of everything it depends on. */
  readonly serial: number
  readonly inputs: readonly Term[]
}

/** A value of a program being written. */
export interface Term extends Typed {
  readonly serial: number
  /** The elements, where they are known. */
  readonly constant: ConcreteTensor | undefined
  /** What computes it; undefined for inputs and constants. */
  readonly source: Application | undefined
  /** Its place among the inputs of the program or the outputs of its source. */
  readonly position: number
}

/** What rules write with. */
export interface Draft {
  readonly constant: (tensor: ConcreteTensor) => Term
  /** A primitive, to which the rule is applied first. */
  readonly apply: <N extends PrimitiveName>(
    operation: N,
    inputs: readonly Term[],
    params: Parameters[N],
  ) => Term
  /** The equation with its programs rewritten. */
  readonly within: (equation: Equation) => Equation
  /** An equation as it is. */
  readonly write: (equation: Operation, inputs: readonly Term[]) => readonly Term[]
  /** Another program in place of an equation. */
  readonly insert: (program: Program, inputs: readonly Term[]) => readonly Term[]
}

/** What stands for an equation; undefined for the equation itself, with its programs rewritten. */
export type Rule = (equation: Equation, inputs: readonly Term[], draft: Draft) => readonly Term[] | undefined

/** The equation with a function applied to the programs it holds; itself where that changes none. */
export const withPrograms = (equation: Equation, pass: (program: Program) => Program): Equation => {
  if (!isStructural(equation)) return equation
  const entries = Object.entries(equation.params).map(([name, value]: [string, unknown]) => {
    const after = isProgram(value) ? pass(value) : value
    return [name, after, after !== value] as const
  })
  return entries.some(([, , changed]) => changed)
    ? ({
        ...equation,
        params: Object.fromEntries(entries.map(([name, value]) => [name, value])),
      } as Equation)
    : equation
}

/** Whether the results are those of the equation written as it is, by this call and for these inputs. */
const isAsWritten = (
  { operation, params, outputs }: Equation,
  inputs: readonly Term[],
  results: readonly Term[],
): boolean => {
  const source = results[0]?.source
  return (
    source !== undefined &&
    source.inputs === inputs &&
    source.operation === operation &&
    source.params === params &&
    results.length === outputs.length &&
    results.every((term, position) => term.source === source && term.position === position)
  )
}

/** Of each equation, 1 where an output depends on it. */
const liveOf = ({ inputs, constants, equations, outputs }: Program): Uint8Array => {
  let results = inputs.length + constants.length
  for (let i = 0; i < equations.length; i++) results += equations[i]!.outputs.length
  const used = new Uint8Array(results)
  for (let i = 0; i < outputs.length; i++) used[outputs[i]!] = 1
  const live = new Uint8Array(equations.length)
  for (let i = equations.length - 1; i >= 0; i--) {
    const { inputs: operands, outputs: types } = equations[i]!
    results -= types.length
    let isUsed = false
    for (let k = 0; k < types.length; k++) isUsed ||= used[results + k] === 1
    if (!isUsed) continue
    live[i] = 1
    for (let k = 0; k < operands.length; k++) used[operands[k]!] = 1
  }
  return live
}

/** Whether `numbered` would give a program back whose equations are all live: constants are in the order of use. */
const isNumbered = ({ inputs, constants, equations, outputs }: Program): boolean => {
  const first = inputs.length + constants.length
  let next = inputs.length
  const isInTurn = (variable: number): boolean => {
    if (variable === next && next < first) next += 1
    return variable < next || variable >= first
  }
  return (
    equations.every((equation) => equation.inputs.every(isInTurn)) &&
    outputs.every(isInTurn) &&
    next === first
  )
}

/**
 * Writes a program again, equation by equation, by a rule that may put something else in an equation's place; within
 * branches, loops and calls too. Only what the outputs depend on is written: an equal of something live would stand where
 * the dead one did, too early. Where the rule changes nothing the result is
 * the program itself.
 */
export const rewrite = (
  program: Program,
  /** Called once for each program, so that a rule may remember what it saw. */
  makeRule: () => Rule,
  /** Likewise: the constant that stands for another. */
  makeCanonical: () => (tensor: ConcreteTensor) => ConcreteTensor = () => (tensor) => tensor,
): Program => {
  let serial = 0
  const rule = makeRule()
  const canonical = makeCanonical()
  const constants = new Map<ConcreteTensor, Term>()
  const applications: Application[] = []
  const newConstant = (chosen: ConcreteTensor): Term => {
    const { shape, dtype } = chosen
    return { serial: serial++, shape, dtype, constant: chosen, source: undefined, position: 0 }
  }
  const draft: Draft = {
    constant: (tensor) => {
      const known = constants.get(tensor)
      if (known !== undefined) return known
      const chosen = canonical(tensor)
      const term = constants.get(chosen) ?? newConstant(chosen)
      constants.set(chosen, term)
      constants.set(tensor, term)
      return term
    },
    apply: <N extends PrimitiveName>(operation: N, inputs: readonly Term[], params: Parameters[N]) => {
      const { shape, dtype } = primitiveOf(operation).type(inputs, params as never)
      const equation: Operation = { operation, params, outputs: [{ shape, dtype }] }
      const found = rule({ ...equation, inputs: [] } as unknown as Equation, inputs, draft)
      return (found ?? draft.write(equation, inputs))[0]!
    },
    within: (equation) => withPrograms(equation, (nested) => rewrite(nested, makeRule, makeCanonical)),
    write: ({ operation, params, outputs }, inputs) => {
      const source = { serial: serial++, operation, params, inputs, outputs }
      applications.push(source)
      const results: Term[] = []
      for (let position = 0; position < outputs.length; position++) {
        const { shape, dtype } = outputs[position]!
        results.push({ serial: serial++, shape, dtype, constant: undefined, source, position })
      }
      return results
    },
    insert: (inner, inputs) => written(inner, inputs).outputs,
  }
  /** The outputs of a program on these inputs, and whether every equation and constant stayed what it was. */
  const written = (inner: Program, inputs: readonly Term[]) => {
    const terms: Term[] = [...inputs]
    const live = liveOf(inner)
    let same = true
    for (const constant of inner.constants) {
      same &&= !constants.has(constant)
      const term = draft.constant(constant)
      same &&= term.constant === constant
      terms.push(term)
    }
    for (let k = 0; k < inner.equations.length; k++) {
      const equation = inner.equations[k]!
      if (live[k] !== 1) {
        same = false
        terms.length += equation.outputs.length
        continue
      }
      const operands: Term[] = []
      for (let i = 0; i < equation.inputs.length; i++) operands.push(terms[equation.inputs[i]!]!)
      const results = rule(equation, operands, draft) ?? draft.write(draft.within(equation), operands)
      same &&= isAsWritten(equation, operands, results)
      // An equation has one result but for few: to walk a list of one costs more than the rest of this line.
      if (results.length === 1) terms.push(results[0]!)
      else for (const term of results) terms.push(term)
    }
    return { outputs: inner.outputs.map((variable) => terms[variable]!), same }
  }
  const inputs = program.inputs.map(({ shape, dtype }, position): Term => ({
    serial: serial++,
    shape,
    dtype,
    constant: undefined,
    source: undefined,
    position,
  }))
  const { outputs, same } = written(program, inputs)
  return same && isNumbered(program) ? program : numbered(program.inputs, applications, outputs)
}

/**
 * Numbers what the outputs depend on: inputs, constants as they are used, then results in the order of writing, in which
 * the applications are given.
 */
const numbered = (
  inputs: readonly Typed[],
  applications: readonly Application[],
  outputs: readonly Term[],
): Program => {
  // By serial number, which is that of the last application at most.
  const serials = (applications.at(-1)?.serial ?? -1) + 1
  const reached = new Uint8Array(serials)
  const reach = (terms: readonly Term[]): void => {
    for (let i = 0; i < terms.length; i++) {
      const { source } = terms[i]!
      if (source !== undefined) reached[source.serial] = 1
    }
  }
  reach(outputs)
  for (let i = applications.length - 1; i >= 0; i--) {
    const application = applications[i]!
    if (reached[application.serial] === 1) reach(application.inputs)
  }
  const ordered: Application[] = []
  const constants = new Map<ConcreteTensor, number>()
  const visit = (terms: readonly Term[]): void => {
    for (let i = 0; i < terms.length; i++) {
      const { constant } = terms[i]!
      if (constant !== undefined && !constants.has(constant))
        constants.set(constant, inputs.length + constants.size)
    }
  }
  for (let i = 0; i < applications.length; i++) {
    const application = applications[i]!
    if (reached[application.serial] !== 1) continue
    ordered.push(application)
    visit(application.inputs)
  }
  visit(outputs)
  const firsts = new Float64Array(serials)
  let next = inputs.length + constants.size
  for (let i = 0; i < ordered.length; i++) {
    firsts[ordered[i]!.serial] = next
    next += ordered[i]!.outputs.length
  }
  const variable = ({ constant, source, position }: Term): number =>
    constant !== undefined
      ? constants.get(constant)!
      : source !== undefined
        ? firsts[source.serial]! + position
        : position
  return {
    inputs,
    constants: [...constants.keys()],
    equations: ordered.map(
      ({ operation, params, inputs: operands, outputs: types }) =>
        ({ operation, inputs: operands.map(variable), params, outputs: types }) as Equation,
    ),
    outputs: outputs.map(variable),
  }
}
