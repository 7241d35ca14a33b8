import { primitiveOf } from '../../core/primitive/met.ts'
import type { Parameters, PrimitiveName } from '../../core/primitive/table.ts'
import type { Typed } from '../../core/primitive/primitive.ts'
import { isProgram, type Equation, type Program } from '../../core/primitive/program.ts'
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
  switch (equation.operation) {
    case 'cond':
    case 'scan':
    case 'while':
    case 'checkpoint':
    case 'custom': {
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
    default:
      return equation
  }
}

const sameList = <T>(a: readonly T[], b: readonly T[]): boolean =>
  a.length === b.length && a.every((x, i) => x === b[i])

/** Whether two programs are written the same, constants and parameters being the same objects. */
const sameText = (a: Program, b: Program): boolean =>
  sameList(a.constants, b.constants) &&
  sameList(a.outputs, b.outputs) &&
  a.equations.length === b.equations.length &&
  a.equations.every((equation, i) => {
    const other = b.equations[i]!
    return (
      equation.operation === other.operation &&
      equation.params === other.params &&
      sameList(equation.inputs, other.inputs)
    )
  })

/**
 * Writes a program again, equation by equation, by a rule that may put something else in an equation's place; within
 * branches, loops and calls too. Only what the outputs depend on is kept. Where the rule changes nothing the result is
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
  const draft: Draft = {
    constant: (tensor) => {
      const chosen = canonical(tensor)
      const known = constants.get(chosen)
      if (known !== undefined) return known
      const { shape, dtype } = chosen
      const term: Term = {
        serial: serial++,
        shape,
        dtype,
        constant: chosen,
        source: undefined,
        position: 0,
      }
      constants.set(chosen, term)
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
      return outputs.map(({ shape, dtype }, position) => ({
        serial: serial++,
        shape,
        dtype,
        constant: undefined,
        source,
        position,
      }))
    },
    insert: (inner, inputs) => {
      const terms: Term[] = [...inputs, ...inner.constants.map(draft.constant)]
      for (const equation of inner.equations) {
        const operands = equation.inputs.map((variable) => terms[variable]!)
        const results = rule(equation, operands, draft) ?? draft.write(draft.within(equation), operands)
        for (const term of results) terms.push(term)
      }
      return inner.outputs.map((variable) => terms[variable]!)
    },
  }
  const inputs = program.inputs.map(({ shape, dtype }, position): Term => ({
    serial: serial++,
    shape,
    dtype,
    constant: undefined,
    source: undefined,
    position,
  }))
  const written = numbered(program.inputs, draft.insert(program, inputs))
  return sameText(written, program) ? program : written
}

/** Numbers what the outputs depend on: inputs, constants as they are used, then results in the order of writing. */
const numbered = (inputs: readonly Typed[], outputs: readonly Term[]): Program => {
  const applications = new Set<Application>()
  const waiting = outputs.flatMap(({ source }) => (source === undefined ? [] : [source]))
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (applications.has(next)) continue
    applications.add(next)
    for (const { source } of next.inputs) if (source !== undefined) waiting.push(source)
  }
  const ordered = [...applications].sort((a, b) => a.serial - b.serial)
  const constants = new Map<ConcreteTensor, number>()
  const visit = ({ constant }: Term): void => {
    if (constant !== undefined && !constants.has(constant))
      constants.set(constant, inputs.length + constants.size)
  }
  for (const application of ordered) application.inputs.forEach(visit)
  outputs.forEach(visit)
  const firsts = new Map<Application, number>()
  let next = inputs.length + constants.size
  for (const application of ordered) {
    firsts.set(application, next)
    next += application.outputs.length
  }
  const variable = ({ constant, source, position }: Term): number =>
    constant !== undefined
      ? constants.get(constant)!
      : source !== undefined
        ? firsts.get(source)! + position
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
