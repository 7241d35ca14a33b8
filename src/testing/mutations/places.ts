import { isProgram, type Equation, type Program } from '../../core/primitive/program.ts'
import { isNameOfPrimitive, primitiveNamed } from '../../core/primitive/named.ts'

/** Where an equation is: its number, and those of the equations whose programs it is in. */
export interface EquationPlace {
  readonly path: readonly (number | string)[]
  readonly equation: Equation
}

/** The programs an equation holds, by the names of its parameters: those that are differentiated. */
const programsIn = ({ operation, params }: Equation): readonly (readonly [string, Program])[] =>
  Object.entries(params).flatMap(
    ([name, value]: [string, unknown]): readonly (readonly [string, Program])[] =>
      operation === 'custom' && name === 'body'
        ? []
        : isProgram(value)
          ? [[name, value]]
          : Array.isArray(value)
            ? value.filter(isProgram).map((each, i) => [`${name}.${i}`, each])
            : [],
  )

/** The equations that have a derivative, in programs within too; the programs of custom rules count whole. */
export const placesIn = (program: Program, before: EquationPlace['path'] = []): readonly EquationPlace[] =>
  program.equations.flatMap((equation, i): readonly EquationPlace[] => {
    const path = [...before, i]
    if (isNameOfPrimitive(equation.operation))
      return primitiveNamed(equation.operation).derivative.kind === 'zero' ? [] : [{ path, equation }]
    if (equation.operation === 'custom') return [{ path, equation }]
    return programsIn(equation).flatMap(([name, inner]) => placesIn(inner, [...path, name]))
  })

const same = (a: EquationPlace['path'], b: EquationPlace['path']): boolean =>
  a.length === b.length && a.every((part, i) => part === b[i])

/** The equation at a place of another staging of the same function, if it is of the same operation there. */
export const equationAt = (program: Program, { path, equation }: EquationPlace): Equation | undefined => {
  const found = placesIn(program).find((place) => same(place.path, path))?.equation
  return found?.operation === equation.operation ? found : undefined
}

/** `line 2, scan, body, line 0: tanh`. */
export const showPlace = ({ path, equation }: EquationPlace): string =>
  `${path.map((part) => (typeof part === 'number' ? `line ${part + 1}` : part)).join(', ')}: ${equation.operation}`
