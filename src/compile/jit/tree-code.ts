import { compileText } from '../../core/kernel/compile-text.ts'
import type { ConcreteTensor } from '../../core/tensor/concrete.ts'
import { isTensor, type Tensor } from '../../core/tensor/tensor.ts'
import { isRecord } from '../../core/tensor/tree.ts'
import { buildTree, readLeaves, readNumbers, type Structure } from '../program/structure.ts'

/** The tensors of the arguments, in the order of the structure; `undefined` where the two differ. */
export type Reader = (args: readonly unknown[]) => readonly Tensor[] | undefined

/** The traced numbers of arguments that have the structure. */
export type NumberReader = (args: readonly unknown[]) => readonly number[]

/** A tree of the structure with the given tensors, in order, and the given numbers. */
export type Builder = (leaves: readonly ConcreteTensor[], numbers?: readonly number[]) => unknown

const interpretedReader =
  (structure: Structure): Reader =>
  (args) => {
    const leaves: Tensor[] = []
    return readLeaves(structure, args, leaves) ? leaves : undefined
  }

const interpretedNumberReader =
  (structure: Structure): NumberReader =>
  (args) => {
    const numbers: number[] = []
    readNumbers(structure, args, numbers)
    return numbers
  }

const interpretedBuilder =
  (structure: Structure): Builder =>
  (leaves, numbers) =>
    buildTree(structure, leaves[Symbol.iterator](), numbers)

/**
 * So many calls walk over a structure before code is made for it. Of a deep network that is hundreds of lines, which take as
 * long to compile as many walks, and much of what is compiled runs a few times only.
 */
export const walksFirst = 16

const isPlainRecord = (value: unknown): boolean =>
  !isTensor(value) && !Array.isArray(value) && isRecord(value)

/** What stands for the keys of what is no record, of which there is no number. */
const noRecord = { length: -1 }

/**
 * Statements that leave with `undefined` unless `expression` has the structure, and the expressions of its tensors.
 * Names are numbered from `state.names`; values that are not text go to `state.fixed`.
 */
const readerText = (
  structure: Structure,
  expression: string,
  state: { names: number; readonly fixed: unknown[] },
): { readonly text: readonly string[]; readonly leaves: readonly string[] } => {
  const name = `v${String(state.names++)}`
  const bound = `const ${name} = ${expression}`
  const children = (parts: readonly (readonly [Structure, string])[]) => {
    const read = parts.map(([child, at]) => readerText(child, at, state))
    return { text: read.flatMap(({ text }) => text), leaves: read.flatMap(({ leaves }) => leaves) }
  }
  const unless = (condition: string): string => `if (!(${condition})) return undefined`
  switch (structure.kind) {
    case 'tensor': {
      const { shape, dtype } = structure
      const sizes = shape.map((n, i) => ` && ${name}.shape[${String(i)}] === ${String(n)}`).join('')
      const suits = `${name}.dtype === '${dtype}' && ${name}.shape.length === ${String(shape.length)}${sizes}`
      return { text: [bound, unless(`isTensor(${name}) && ${suits}`)], leaves: [name] }
    }
    case 'array': {
      const { items } = structure
      const { text, leaves } = children(items.map((item, i) => [item, `${name}[${String(i)}]`]))
      const isArray = unless(`Array.isArray(${name}) && ${name}.length === ${String(items.length)}`)
      return { text: [bound, isArray, ...text], leaves }
    }
    case 'record': {
      const { keys, items } = structure
      const { text, leaves } = children(
        items.map((item, i) => [item, `${name}[${JSON.stringify(keys[i])}]`] as const),
      )
      const own = `k${name}`
      const named = `const ${own} = isPlainRecord(${name}) ? Object.keys(${name}) : noRecord`
      const inOrder = keys.map((key, i) => ` && ${own}[${String(i)}] === ${JSON.stringify(key)}`).join('')
      const hasKeys = unless(`${own}.length === ${String(keys.length)}${inOrder}`)
      return { text: [bound, named, hasKeys, ...text], leaves }
    }
    case 'number':
      return { text: [bound, unless(`typeof ${name} === 'number'`)], leaves: [] }
    case 'fixed': {
      const index = state.fixed.push(structure.value) - 1
      const same = `!isTensor(${name}) && Object.is(${name}, fixed[${String(index)}])`
      return { text: [bound, unless(same)], leaves: [] }
    }
  }
}

/** Takes a fifth of the time of the walk. */
const compiledReader = (structure: Structure): Reader => {
  const state = { names: 0, fixed: [] as unknown[] }
  const { text, leaves } = readerText(structure, 'args', state)
  // Only numbers, dtypes and quoted keys get into the text.
  const body = `return (args) => {\n${text.join('\n')}\nreturn [${leaves.join(', ')}]\n}`
  const make = compileText(['isTensor', 'isPlainRecord', 'noRecord', 'fixed'], body)
  return make === undefined
    ? interpretedReader(structure)
    : (make(isTensor, isPlainRecord, noRecord, state.fixed) as Reader)
}

/** Reads the tensors of arguments of one structure. */
export const readerOf = (structure: Structure): Reader => {
  const walk = interpretedReader(structure)
  let walks = 0
  let compiled: Reader | undefined
  return (args) => {
    if (compiled !== undefined) return compiled(args)
    walks += 1
    if (walks === walksFirst) compiled = compiledReader(structure)
    return walk(args)
  }
}

/** The expressions of the traced numbers of a tree, by their indices. */
const numberTexts = (structure: Structure, expression: string): readonly (readonly [number, string])[] => {
  switch (structure.kind) {
    case 'array':
      return structure.items.flatMap((item, i) => numberTexts(item, `${expression}[${String(i)}]`))
    case 'record':
      return structure.items.flatMap((item, i) =>
        numberTexts(item, `${expression}[${JSON.stringify(structure.keys[i])}]`),
      )
    case 'number':
      return [[structure.index, expression]]
    case 'tensor':
    case 'fixed':
      return []
  }
}

const noNumbers: readonly number[] = []

/** Reads the traced numbers of arguments of one structure. */
export const numberReaderOf = (structure: Structure): NumberReader => {
  const texts = numberTexts(structure, 'args').toSorted(([a], [b]) => a - b)
  if (texts.length === 0) return () => noNumbers
  // Only numbers and quoted keys get into the text.
  const make = compileText([], `return (args) => [${texts.map(([, text]) => text).join(', ')}]`)
  return make === undefined ? interpretedNumberReader(structure) : (make() as NumberReader)
}

const builderText = (structure: Structure, state: { leaves: number; readonly fixed: unknown[] }): string => {
  switch (structure.kind) {
    case 'tensor':
      return `leaves[${String(state.leaves++)}]`
    case 'array':
      return `[${structure.items.map((item) => builderText(item, state)).join(', ')}]`
    case 'record': {
      // A computed key, as `__proto__: value` would set the prototype.
      const entry = (item: Structure, i: number): string =>
        `[${JSON.stringify(structure.keys[i])}]: ${builderText(item, state)}`
      const plain = (item: Structure, i: number): string =>
        `${JSON.stringify(structure.keys[i])}: ${builderText(item, state)}`
      const write = structure.keys.includes('__proto__') ? entry : plain
      return `{ ${structure.items.map(write).join(', ')} }`
    }
    case 'number':
      return `numbers[${String(structure.index)}]`
    case 'fixed':
      return `fixed[${String(state.fixed.push(structure.value) - 1)}]`
  }
}

const compiledBuilder = (structure: Structure): Builder => {
  const state = { leaves: 0, fixed: [] as unknown[] }
  // Only numbers and quoted keys get into the text.
  const make = compileText(['fixed'], `return (leaves, numbers) => (${builderText(structure, state)})`)
  return make === undefined ? interpretedBuilder(structure) : (make(state.fixed) as Builder)
}

/** Builds trees of one structure. */
export const builderOf = (structure: Structure): Builder => {
  const walk = interpretedBuilder(structure)
  let walks = 0
  let compiled: Builder | undefined
  return (leaves, numbers) => {
    if (compiled !== undefined) return compiled(leaves, numbers)
    walks += 1
    if (walks === walksFirst) compiled = compiledBuilder(structure)
    return walk(leaves, numbers)
  }
}
