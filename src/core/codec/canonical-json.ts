import { ArgumentError } from '../tensor/errors.ts'
import { showText } from '../tensor/show-value.ts'

const refuse = (path: string, value: unknown): never => {
  const what = typeof value === 'number' || value === undefined ? String(value) : typeof value
  throw new ArgumentError(
    `canonicalJson: expected plain data, got ${what}${path === '' ? '' : ` at ${showText(path, 200)}`}`,
  )
}

const isPlain = (value: object): value is Readonly<Record<string, unknown>> =>
  Object.getPrototypeOf(value) === Object.prototype || Object.getPrototypeOf(value) === null

/** Deeper than data of ours is, and not so deep that walking it could exhaust the stack. */
const deepest = 1000

const write = (value: unknown, path: string, depth = 0): string => {
  if (depth > deepest)
    throw new ArgumentError(`canonicalJson: expected data nested at most ${deepest} deep, got deeper data`)
  const at = (name: string | number): string => (path === '' ? String(name) : `${path}.${name}`)
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return JSON.stringify(value)
  if (typeof value === 'number') return Number.isFinite(value) ? JSON.stringify(value) : refuse(path, value)
  if (Array.isArray(value)) return `[${value.map((item, i) => write(item, at(i), depth + 1)).join(',')}]`
  if (typeof value !== 'object' || !isPlain(value)) return refuse(path, value)
  const entries = Object.keys(value)
    .sort()
    .map((name) => `${JSON.stringify(name)}:${write(value[name], at(name), depth + 1)}`)
  return `{${entries.join(',')}}`
}

/**
 * JSON with one text for each value: names in order, no spaces. The order in which a record was built leaves no trace.
 *
 * @throws ArgumentError naming the path where something is not plain data: `undefined`, a function, a tensor, or a
 * number that is not finite; and where data is nested more than a thousand deep.
 */
export const canonicalJson = (value: unknown): string => write(value, '')
