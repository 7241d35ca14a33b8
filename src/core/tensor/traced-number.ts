/* eslint-disable functional/no-classes -- it has to be told apart by `instanceof` */
import type { DType } from './dtype.ts'
import { UnknownValueError } from './errors.ts'
import type { Tensor } from './tensor-type.ts'

/** What becomes of a use of a traced number. */
export interface NumberUses {
  /** The number as a scalar of a dtype: a value of the program. */
  readonly scalar: (dtype: DType) => Tensor
  /** Notes what the number has to satisfy at every call; it throws where the number does not. */
  readonly require: (check: (value: number) => void) => void
}

/**
 * Stands for a JavaScript number among the arguments of a function that is being compiled. It is a leaf of a tree like
 * the number itself, no tensor; where it meets tensors it is a scalar of their dtype, as a number is. JavaScript cannot
 * compute with it: operators, and every property but those below, throw.
 */
export class TracedNumber {
  /** Which of the numbers among the arguments it is, in their order. */
  declare readonly index: number
  /** The scalar; `check` throws at a call with a number that the eager function would refuse here. */
  declare readonly as: (dtype: DType, check?: (value: number) => void) => Tensor
  /** Throws where a number has to be known. */
  declare readonly refuse: () => never
}

/** How a number at a path is made known. */
export const staticAdvice = (path: string): string => {
  const place = /^\d+$/.test(path) ? path : `'${path.replace(/['\\]/g, '\\$&')}'`
  return `Name it: jit(f, { static: [${place}] }) makes a program for each of its values`
}

const refusal = (path: string): UnknownValueError =>
  new UnknownValueError(
    `jit: the number at argument ${path} is traced: while the function is written down its value is not known, so ` +
      'JavaScript cannot compute with it or compare it, and it cannot be a shape, an axis, a count or another option. ' +
      `${staticAdvice(path)}, or compute with mul, add, greater, where and the like`,
  )

const inspect = Symbol.for('nodejs.util.inspect.custom')

/** What JavaScript asks of an object that nobody computes with: promises, `concat`, printing. */
const harmless: ReadonlySet<string | symbol> = new Set(['then', 'constructor'])

/** The number at a path of the arguments, which begins with the position of its argument. */
export const tracedNumber = (index: number, path: string, uses: NumberUses): TracedNumber => {
  const refuse = (): never => {
    throw refusal(path)
  }
  const known: Readonly<Record<string | symbol, unknown>> = {
    index,
    as: (dtype: DType, check?: (value: number) => void): Tensor => {
      if (check !== undefined) uses.require(check)
      return uses.scalar(dtype)
    },
    refuse,
    [Symbol.toPrimitive]: refuse,
  }
  // Printing looks behind the proxy.
  const printed = Object.assign(new TracedNumber(), { [inspect]: () => `TracedNumber(argument ${path})` })
  return new Proxy(printed, {
    get: (_, key) => {
      if (Object.hasOwn(known, key)) return known[key]
      if (harmless.has(key) || (typeof key === 'symbol' && key !== Symbol.iterator)) return undefined
      return refuse()
    },
  })
}

export const isTracedNumber = (value: unknown): value is TracedNumber => value instanceof TracedNumber
