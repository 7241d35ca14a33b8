import { compileText } from '../../core/kernel/compile-text.ts'
import type { ConcreteTensor } from '../../core/tensor/concrete.ts'
import { isTensor, type Tensor } from '../../core/tensor/tensor.ts'
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

/** What the text of a reader is made of so far. */
interface ReaderState {
  /** Names are numbered from here. */
  names: number
  /** Statements before the function: what calls share. */
  readonly shared: string[]
  /** Values that are not text. */
  readonly fixed: unknown[]
}

interface ReaderPart {
  /** Statements that leave with `undefined` unless an expression has the structure. */
  readonly text: readonly string[]
  /** The names of its tensors. */
  readonly leaves: readonly string[]
}

const unless = (condition: string): string => `if (!(${condition})) return undefined`

/**
 * Frozen sizes that suited once suit again, and results of one program share theirs, so that a loop compares a reference.
 * Sizes of a value are frozen always; those that the last call brought are kept.
 */
const tensorText = (
  { shape, dtype }: Extract<Structure, { kind: 'tensor' }>,
  name: string,
  state: ReaderState,
): ReaderPart => {
  const [sizes, known] = [`s${name}`, `k${name}`]
  state.shared.push(`let ${known}`)
  const suits = [
    `${sizes}.length === ${String(shape.length)}`,
    ...shape.map((n, i) => `${sizes}[${String(i)}] === ${String(n)}`),
  ].join(' && ')
  const text = [
    unless(`isTensor(${name}) && ${name}.dtype === '${dtype}'`),
    `const ${sizes} = ${name}.shape`,
    `if (${sizes} !== ${known}) { ${unless(suits)}; ${known} = ${sizes} }`,
  ]
  return { text, leaves: [name] }
}

/**
 * What is below a record is read first: engines then know what object it is, and its prototype costs nothing. Names are
 * compared as they are enumerated, without a list of them; a prototype adds none, as the reader sees to.
 */
const recordText = (
  { keys, items }: Extract<Structure, { kind: 'record' }>,
  name: string,
  state: ReaderState,
): ReaderPart => {
  const names = `n${name}`
  const count = `c${name}`
  state.shared.push(`const ${names} = fixed[${String(state.fixed.push(keys) - 1)}]`)
  const below = items.map((item, i) => ({ item, at: `${name}i${String(i)}` }))
  const read = below.map(({ item, at }) => readerText(item, at, state))
  const text = [
    unless(`typeof ${name} === 'object' && ${name} !== null`),
    ...below.map(({ at }, i) => `const ${at} = ${name}[${JSON.stringify(keys[i])}]`),
    `const p${name} = Object.getPrototypeOf(${name})`,
    unless(`(p${name} === Object.prototype || p${name} === null) && !Array.isArray(${name})`),
    `let ${count} = 0`,
    `for (const key in ${name}) if (key !== ${names}[${count}++]) return undefined`,
    unless(`${count} === ${String(keys.length)}`),
  ]
  return {
    text: [...text, ...read.flatMap((part) => part.text)],
    leaves: read.flatMap(({ leaves }) => leaves),
  }
}

const readerText = (structure: Structure, expression: string, state: ReaderState): ReaderPart => {
  const name = `v${String(state.names++)}`
  const bound = `const ${name} = ${expression}`
  switch (structure.kind) {
    case 'tensor': {
      const { text, leaves } = tensorText(structure, name, state)
      return { text: [bound, ...text], leaves }
    }
    case 'array': {
      const { items } = structure
      const read = items.map((item, i) => readerText(item, `${name}[${String(i)}]`, state))
      const isArray = unless(`Array.isArray(${name}) && ${name}.length === ${String(items.length)}`)
      return {
        text: [bound, isArray, ...read.flatMap(({ text }) => text)],
        leaves: read.flatMap(({ leaves }) => leaves),
      }
    }
    case 'record': {
      const { text, leaves } = recordText(structure, name, state)
      return { text: [bound, ...text], leaves }
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

/** Takes a fourth of the time of the walk, which reads where somebody gave all objects a name that is enumerated. */
const compiledReader = (structure: Structure): Reader => {
  const walk = interpretedReader(structure)
  const state: ReaderState = { names: 0, shared: [], fixed: [] }
  const { text, leaves } = readerText(structure, 'args', state)
  // Only numbers, dtypes and quoted keys get into the text.
  const body = [
    ...state.shared,
    'return (args) => {',
    'if (Object.keys(Object.prototype).length > 0) return walk(args)',
    ...text,
    `return [${leaves.join(', ')}]`,
    '}',
  ].join('\n')
  const make = compileText(['isTensor', 'walk', 'fixed'], body)
  return make === undefined ? walk : (make(isTensor, walk, state.fixed) as Reader)
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
