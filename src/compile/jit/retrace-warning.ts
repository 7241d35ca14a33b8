import { showValue } from '../../core/tensor/show-value.ts'
import { joinIndex, joinKey, type Path } from '../../core/tensor/tree.ts'
import { argumentPath } from './static-places.ts'
import type { Structure } from '../program/structure.ts'

/** Where two structures part, and what stands there in each. */
interface Difference {
  readonly path: Path
  readonly before: Structure
  readonly after: Structure
}

const sameKeys = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((key, i) => key === b[i])

const difference = (before: Structure, after: Structure, path: Path): Difference | undefined => {
  const here = { path, before, after }
  const first = (found: readonly (() => Difference | undefined)[]): Difference | undefined => {
    for (const look of found) {
      const one = look()
      if (one !== undefined) return one
    }
    return undefined
  }
  switch (before.kind) {
    case 'tensor':
      return after.kind === 'tensor' && show(before) === show(after) ? undefined : here
    case 'array':
      return after.kind !== 'array' || after.items.length !== before.items.length
        ? here
        : first(before.items.map((item, i) => () => difference(item, after.items[i]!, joinIndex(path, i))))
    case 'record':
      return after.kind !== 'record' || !sameKeys(after.keys, before.keys)
        ? here
        : first(
            before.keys.map(
              (key, i) => () => difference(before.items[i]!, after.items[i]!, joinKey(path, key)),
            ),
          )
    case 'number':
      return after.kind === 'number' ? undefined : here
    case 'fixed':
      return after.kind === 'fixed' && Object.is(before.value, after.value) ? undefined : here
  }
}

const show = (structure: Structure): string => {
  switch (structure.kind) {
    case 'tensor':
      return `${structure.dtype}[${structure.shape.join(', ')}]`
    case 'array':
      return `an array of ${String(structure.items.length)}`
    case 'record':
      return showValue(Object.fromEntries(structure.keys.map((key) => [key, undefined])), 60).replaceAll(
        ': nothing',
        '',
      )
    case 'number':
      return 'a number'
    case 'fixed':
      return showValue(structure.value, 60)
  }
}

const remedy = ({ before, after }: Difference): string => {
  if (before.kind === 'tensor' && after.kind === 'tensor')
    return before.dtype === after.dtype
      ? 'pad it to a fixed shape, or leave out the odd batch'
      : 'cast it to one dtype before the call'
  if (before.kind === 'record' && after.kind === 'record')
    return sameKeys(before.keys.toSorted(), after.keys.toSorted())
      ? 'pass records with their keys in one order'
      : 'pass records of one structure'
  if (before.kind !== 'fixed' || after.kind !== 'fixed') return 'pass records and arrays of one structure'
  const [a, b] = [before.value, after.value]
  if (typeof a === 'number' && typeof b === 'number')
    return 'take it out of static, or pass it as a tensor, where it need not be known'
  if (typeof a === 'function' && typeof b === 'function')
    return 'pass the same function each time: one made at the call is always another'
  if (typeof a === 'object' && typeof b === 'object')
    return 'pass the same object each time, or a plain record: another object is another structure'
  return 'pass it as a tensor where it need not be known'
}

/** Why a function is written down again, in one sentence: the first part that differs, and what to do about it. */
export const retraceReason = (before: readonly Structure[], after: readonly Structure[]): string => {
  if (before.length !== after.length)
    return `the calls before had ${String(before.length)} arguments, this one ${String(after.length)}`
  const found = before
    .map((item, i) => difference(item, after[i]!, argumentPath(i)))
    .find((one) => one !== undefined)
  return found === undefined
    ? 'its programs are dropped before they are used again; raise cacheSize'
    : `argument ${found.path} was ${show(found.before)} and is ${show(found.after)} now; ${remedy(found)}`
}

/** From so many programs on a function is worth a word. */
export const retracesWithoutWarning = 16

/**
 * Says that a function is compiled again and again: by `process.emitWarning` with the code `PUREGRAD_RETRACED` where
 * there is one (`process.on('warning', …)` receives it, `--no-warnings` silences it), else by `console.warn`.
 */
export const warnOfRetracing = (where: string, name: string, count: number, reason: string): void => {
  const { process, console } = globalThis as {
    readonly process?: { readonly emitWarning?: (message: string, options: object) => void }
    readonly console?: { readonly warn?: (message: string) => void }
  }
  const message =
    `${where}: ${name === '' ? 'a function' : showValue(name, 60)} has been compiled ${String(count)} times, which ` +
    `takes longer than running it eagerly: ${reason}`
  if (process?.emitWarning !== undefined)
    process.emitWarning(message, { type: 'PuregradWarning', code: 'PUREGRAD_RETRACED' })
  else console?.warn?.(message)
}
