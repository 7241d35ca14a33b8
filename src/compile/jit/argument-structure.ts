import { isTensor } from '../../core/tensor/tensor.ts'
import { isTracedNumber } from '../../core/tensor/traced-number.ts'
import { isRecord, joinIndex, joinKey, type Path } from '../../core/tensor/tree.ts'
import { argumentPath, type StaticPlaces } from './static-places.ts'
import { structureOf, type Structure } from '../program/structure.ts'

/** The structure of arguments, and the paths of the numbers that are traced, in order. */
export interface ArgumentStructure {
  readonly structure: Extract<Structure, { readonly kind: 'array' }>
  readonly numbers: readonly Path[]
}

/** Whether a place above or at the path is static. */
const isStatic = (path: Path, places: StaticPlaces): boolean => {
  if (places.has(path)) return true
  for (let end = path.length - 1; end > 0; end--)
    if ((path[end] === '.' || path[end] === '[') && places.has(path.slice(0, end))) return true
  return false
}

/** Numbers at static places, and below them, are fixed; tensors are traced wherever they are. */
export const argumentStructure = (args: readonly unknown[], places: StaticPlaces): ArgumentStructure => {
  const numbers: Path[] = []
  const items = args.map((arg, position) => {
    const path = argumentPath(position)
    return structureOf(
      arg,
      (leaf, at) => (typeof leaf === 'number' && !isStatic(at, places) ? numbers.push(at) - 1 : undefined),
      path,
    )
  })
  return { structure: { kind: 'array', items }, numbers }
}

/** Writes arguments as a text that two lists have in common exactly if they have one structure. */
export type KeyOf = (args: readonly unknown[]) => string | undefined

/**
 * The key of the structure of arguments; `undefined` where they hold a number that is traced by a function around this
 * one. What is neither text, a number, a boolean nor nothing is told apart by its identity.
 */
export const structureKey = (places: StaticPlaces): KeyOf => {
  const identities = new WeakMap<object, number>()
  const symbols = new Map<symbol, number>()
  let count = 0
  const identityOf = (value: object | symbol): number => {
    const known = typeof value === 'symbol' ? symbols.get(value) : identities.get(value)
    if (known !== undefined) return known
    count += 1
    if (typeof value === 'symbol') symbols.set(value, count)
    else identities.set(value, count)
    return count
  }
  const fixed = (value: unknown): string => {
    switch (typeof value) {
      case 'string':
        return JSON.stringify(value)
      case 'number':
        return Object.is(value, -0) ? '#-0' : `#${String(value)}`
      case 'bigint':
        return `${String(value)}n`
      case 'object':
        return value === null ? 'null' : `@${String(identityOf(value))}`
      case 'function':
      case 'symbol':
        return `@${String(identityOf(value))}`
      default:
        return String(value)
    }
  }
  let traced = 0
  /** `path` is absent where no place below it can be static by itself. */
  const write = (node: unknown, path: Path | undefined, known: boolean): string => {
    if (isTensor(node)) return `${node.dtype}[${node.shape.join()}]`
    const still = known || (path !== undefined && places.has(path))
    if (Array.isArray(node))
      return `(${node.map((item, i) => write(item, path && joinIndex(path, i), still)).join()})`
    if (isRecord(node)) {
      const entries = Object.keys(node).map(
        (key) => `${JSON.stringify(key)}:${write(node[key], path && joinKey(path, key), still)}`,
      )
      return `{${entries.join()}}`
    }
    if (typeof node === 'number' && !still) return 'number'
    if (isTracedNumber(node)) traced += 1
    return fixed(node)
  }
  return (args) => {
    traced = 0
    const texts = args.map((arg, position) => {
      const path = argumentPath(position)
      return write(arg, places.nested ? path : undefined, places.has(path))
    })
    return traced > 0 ? undefined : texts.join(';')
  }
}
