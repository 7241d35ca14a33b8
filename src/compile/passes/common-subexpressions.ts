import { isProgram, type OperationName, type Program } from '../../core/primitive/program.ts'
import { metPrimitive } from '../../core/primitive/met.ts'
import { copyElements, isContiguous, type ConcreteTensor } from '../../core/tensor/concrete.ts'
import { sameShape } from '../../core/tensor/shape.ts'
import { storedElements } from '../program/stored-elements.ts'
import { rewrite, type Rule, type Term } from './rewrite.ts'

const isCommutative = (operation: OperationName): boolean =>
  metPrimitive(operation)?.traits.commutative === true

/** The one number that all elements of a tensor are, as its layout tells; NaN has many spellings and counts as none. */
const onlyNumber = ({ size, shape, view: { data, stride, offset } }: ConcreteTensor): number | undefined => {
  if (size === 0) return undefined
  for (let axis = 0; axis < shape.length; axis++)
    if (shape[axis] !== 1 && stride[axis] !== 0) return undefined
  const number = data[offset]!
  return Number.isNaN(number) ? undefined : number
}

const sameElements = (a: ConcreteTensor, b: ConcreteTensor): boolean => {
  if (a === b) return true
  if (a.dtype !== b.dtype || !sameShape(a.shape, b.shape)) return false
  if (
    a.view.data === b.view.data &&
    a.view.offset === b.view.offset &&
    sameShape(a.view.stride, b.view.stride)
  )
    return true
  const [x, y] = [a, b].map((tensor) => {
    const elements = isContiguous(tensor) ? copyElements(tensor) : storedElements(tensor).elements
    return new Uint8Array(elements.buffer, elements.byteOffset, elements.byteLength)
  }) as [Uint8Array, Uint8Array]
  if (x.length !== y.length) return false
  for (let i = 0; i < x.length; i++) if (x[i] !== y[i]) return false
  return true
}

/** So many elements of a constant are in its key. */
const elementsInKey = 32

/** Where the element lies that comes at this place in row-major order. */
const offsetAt = ({ shape, view }: ConcreteTensor, place: number): number =>
  shape.reduceRight(
    ({ rest, offset }, n, axis) => ({
      rest: Math.floor(rest / n),
      offset: offset + (rest % n) * (view.stride[axis] ?? 0),
    }),
    { rest: place, offset: view.offset },
  ).offset

const spelled = (x: number): string => (Object.is(x, -0) ? '-0' : String(x))

/** Equal constants have equal keys; unequal ones seldom: elements from the first to the last, evenly apart. */
const keyOfConstant = (tensor: ConcreteTensor): string => {
  const { dtype, shape, size, view } = tensor
  const count = Math.min(size, elementsInKey)
  const elements = Array.from({ length: count }, (_, i) =>
    spelled(view.data[offsetAt(tensor, Math.floor((i * (size - 1)) / Math.max(1, count - 1)))]!),
  )
  const repeats = view.stride.map((stride, axis) => (stride === 0 && shape[axis] !== 1 ? 'r' : ''))
  return `${dtype} ${shape.join()} ${repeats.join()} ${elements.join()}`
}

const mixed = (hash: number, n: number): number => Math.imul(hash ^ n, 0x9e3779b1) ^ (hash >>> 15)

/** A constant that is one number everywhere, and one of the same hash before it. */
interface KnownNumber {
  readonly tensor: ConcreteTensor
  readonly number: number
  readonly before: KnownNumber | undefined
}

/** Finds the first constant of the same number, dtype and shape. */
const numberTable = (): ((tensor: ConcreteTensor, number: number) => ConcreteTensor) => {
  const known = new Map<number, KnownNumber>()
  return (tensor, number) => {
    const { dtype, shape } = tensor
    let hash = mixed(number | 0, number * 1024)
    for (let axis = 0; axis < shape.length; axis++) hash = mixed(hash, shape[axis]!)
    const alike = known.get(hash)
    for (let other = alike; other !== undefined; other = other.before)
      if (
        Object.is(other.number, number) &&
        other.tensor.dtype === dtype &&
        sameShape(other.tensor.shape, shape)
      )
        return other.tensor
    known.set(hash, { tensor, number, before: alike })
    return tensor
  }
}

/** Finds the first constant with the same bits, for one program. */
export const constantTable = (): ((tensor: ConcreteTensor) => ConcreteTensor) => {
  const known = new Map<string, ConcreteTensor[]>()
  const ofOneNumber = numberTable()
  return (tensor) => {
    const number = onlyNumber(tensor)
    if (number !== undefined) return ofOneNumber(tensor, number)
    const key = keyOfConstant(tensor)
    const alike = known.get(key)
    const found = alike?.find((other) => sameElements(other, tensor))
    if (found !== undefined) return found
    if (alike === undefined) known.set(key, [tensor])
    else alike.push(tensor)
    return tensor
  }
}

/** Whether parameters are equal: numbers, names, lists, and programs with the same equations and constants. */
const sameParameter = (a: unknown, b: unknown): boolean => {
  if (a === b) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  if (isProgram(a) && isProgram(b)) return sameProgram(a, b)
  const [x, y] = [Object.entries(a), b as Readonly<Record<string, unknown>>]
  return x.length === Object.keys(b).length && x.every(([key, value]) => sameParameter(value, y[key]))
}

const sameProgram = (a: Program, b: Program): boolean =>
  sameParameter(a.inputs, b.inputs) &&
  sameParameter(a.outputs, b.outputs) &&
  a.constants.length === b.constants.length &&
  a.constants.every((constant, i) => sameElements(constant, b.constants[i]!)) &&
  a.equations.length === b.equations.length &&
  a.equations.every((equation, i) => {
    const other = b.equations[i]!
    return (
      equation.operation === other.operation &&
      sameParameter(equation.inputs, other.inputs) &&
      sameParameter(equation.params, other.params)
    )
  })

/**
 * A hash of 32 bits that equal parameters share, in whatever order they are given; a program counts by its length. Names
 * are left out: those of one operation are the same.
 */
const hashOf = (value: unknown): number => {
  switch (typeof value) {
    case 'number':
      return mixed(value | 0, value * 1024)
    case 'string': {
      let hash = value.length
      for (let i = 0; i < value.length; i++) hash = mixed(hash, value.charCodeAt(i))
      return hash
    }
    case 'object': {
      if (value === null) return 1
      if (isProgram(value)) return value.equations.length
      let hash = 2
      if (Array.isArray(value)) for (let i = 0; i < value.length; i++) hash = mixed(hash, hashOf(value[i]))
      else for (const name in value) hash = (hash + hashOf(value[name as keyof typeof value])) | 0
      return hash
    }
    default:
      return value === true ? 3 : 4
  }
}

/** The results of an equation that was written, and of one of the same hash before it. */
interface Known {
  readonly results: readonly Term[]
  readonly before: Known | undefined
}

/** Whether two equations have the same inputs, in either order where there is none. */
const sameInputs = (a: readonly Term[], b: readonly Term[], inEitherOrder: boolean): boolean => {
  if (inEitherOrder && a[0] === b[1] && a[1] === b[0]) return true
  if (a.length !== b.length) return false
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false
  return true
}

/**
 * Gives back the results of an equation that was written before, for one program. Equations are told apart by a hash, so
 * that many slices of one value are found at once.
 */
export const sharing = (): Rule => {
  const known = new Map<number, Known>()
  const names = new Map<string, number>()
  const numberOf = (operation: string): number => {
    const found = names.get(operation) ?? names.size
    names.set(operation, found)
    return found
  }
  return (given, inputs, draft) => {
    const equation = draft.within(given)
    const { operation, params } = equation
    // What is commutative has two operands.
    const inEitherOrder = inputs.length === 2 && isCommutative(operation)
    let hash = mixed(hashOf(params), numberOf(operation))
    if (inEitherOrder) {
      const a = inputs[0]!.serial
      const b = inputs[1]!.serial
      hash = mixed(mixed(hash, Math.min(a, b)), Math.max(a, b))
    } else for (let i = 0; i < inputs.length; i++) hash = mixed(hash, inputs[i]!.serial)
    const alike = known.get(hash)
    for (let other = alike; other !== undefined; other = other.before) {
      const source = other.results[0]!.source!
      if (
        source.operation === operation &&
        sameInputs(source.inputs, inputs, inEitherOrder) &&
        sameParameter(source.params, params)
      )
        return other.results
    }
    const results = draft.write(equation, inputs)
    if (results.length > 0) known.set(hash, { results, before: alike })
    return results
  }
}

/**
 * The program with every equation written once: equations with the same operation, parameters and inputs share their
 * results, and constants with the same bits are one. Random bits depend on their key alone, so they are shared too.
 * Every bit of the results is the same.
 */
export const shareSubexpressions = (program: Program): Program => rewrite(program, sharing, constantTable)
