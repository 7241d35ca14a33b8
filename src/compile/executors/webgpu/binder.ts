import { bytesOf, type DType } from '../../../core/tensor/dtype.ts'
import type { Place } from '../kernel-program.ts'
import { isNarrow, registerType } from './register-type.ts'

/** What a kernel binds: the constants and the arena, the output, or an input by its number. */
export type Binding = 'memory' | 'output' | number

/** Where the memory of a program begins within the buffers that are bound, in bytes. */
export interface Placement {
  readonly binding: Binding
  readonly bytes: number
}

/** Where a place is found. */
export type PlacementOf = (place: Place) => Placement

/** Text that reads and writes memory; what it uses is declared afterwards. */
export interface Binder {
  /** The element at an index, which counts from the beginning of the space of the place. */
  readonly load: (place: Place, dtype: DType, index: string) => string
  /** A statement that writes the element there. */
  readonly store: (place: Place, dtype: DType, index: string, value: string) => string
  /** What was read and written so far. */
  readonly uses: () => Uses
}

/** Of which dtypes elements are read and written in each buffer that is bound. */
export type Uses = ReadonlyMap<
  Binding,
  { readonly reads: ReadonlySet<DType>; readonly writes: ReadonlySet<DType> }
>

/** Whether parts of words are written in a buffer, for which every access to it has to be atomic. */
export const isAtomicIn = (uses: Uses, binding: Binding): boolean =>
  [...(uses.get(binding)?.writes ?? [])].some(isNarrow)

/** The uses of several kernels. */
export const joinedUses = (all: readonly Uses[]): Uses =>
  new Map(
    [...new Set(all.flatMap((uses) => [...uses.keys()]))].map((binding) => {
      const of = all.flatMap((uses) => uses.get(binding) ?? [])
      return [
        binding,
        {
          reads: new Set(of.flatMap(({ reads }) => [...reads])),
          writes: new Set(of.flatMap(({ writes }) => [...writes])),
        },
      ]
    }),
  )

const bufferName = (binding: Binding): string =>
  typeof binding === 'number' ? `input${String(binding)}` : binding

/** Reads an element out of the words of a buffer. */
const readerText = (name: string, dtype: DType, isAtomic: boolean): string => {
  const word = (index: string): string => (isAtomic ? `atomicLoad(&${name}[${index}])` : `${name}[${index}]`)
  const value = {
    float32: `bitcast<f32>(${word('i')})`,
    int32: `bitcast<i32>(${word('i')})`,
    uint32: word('i'),
    bool: `((${word('i >> 2u')} >> ((u32(i) & 3u) * 8u)) & 255u) != 0u`,
    float16: `(${word('i >> 1u')} >> ((u32(i) & 1u) * 16u)) & 65535u`,
    bfloat16: `(${word('i >> 1u')} >> ((u32(i) & 1u) * 16u)) & 65535u`,
    float64: `vec2<u32>(${word('2 * i')}, ${word('2 * i + 1')})`,
  }[dtype]
  return `fn read_${name}_${dtype}(i: i32) -> ${registerType(dtype)} { return ${value}; }`
}

/** Writes an element: one that is a part of a word leaves the rest of the word, whoever writes it meanwhile. */
const writerText = (name: string, dtype: DType, isAtomic: boolean): string => {
  const head = `fn write_${name}_${dtype}(i: i32, x: ${registerType(dtype)})`
  const part = (shift: number, perWord: number, bits: number, mask: number, value: string): string =>
    `${head} { let s = (u32(i) & ${perWord - 1}u) * ${bits}u; atomicAnd(&${name}[i >> ${shift}u], ~(${mask}u << s)); atomicOr(&${name}[i >> ${shift}u], ${value} << s); }`
  if (dtype === 'bool') return part(2, 4, 8, 255, 'select(0u, 1u, x)')
  if (isNarrow(dtype)) return part(1, 2, 16, 65535, '(x & 65535u)')
  if (dtype === 'float64')
    return isAtomic
      ? `${head} { atomicStore(&${name}[2 * i], x.x); atomicStore(&${name}[2 * i + 1], x.y); }`
      : `${head} { ${name}[2 * i] = x.x; ${name}[2 * i + 1] = x.y; }`
  const bits = dtype === 'uint32' ? 'x' : 'bitcast<u32>(x)'
  return isAtomic ? `${head} { atomicStore(&${name}[i], ${bits}); }` : `${head} { ${name}[i] = ${bits}; }`
}

/** The declarations of the buffers, in their order, and of the functions that read and write them. */
export const bindingText = (uses: Uses): string =>
  [...uses]
    .flatMap(([binding, { reads, writes }], i) => {
      const name = bufferName(binding)
      const isAtomic = isAtomicIn(uses, binding)
      const access = typeof binding === 'number' ? 'read' : 'read_write'
      const word = isAtomic ? 'atomic<u32>' : 'u32'
      return [
        `@group(0) @binding(${String(i)}) var<storage, ${access}> ${name}: array<${word}>;`,
        ...[...reads].map((dtype) => readerText(name, dtype, isAtomic)),
        ...[...writes].map((dtype) => writerText(name, dtype, isAtomic)),
      ]
    })
    .join('\n')

/** Begins the text of a kernel. */
export const binderOf = (placementOf: PlacementOf): Binder => {
  const found = new Map<Binding, { readonly reads: Set<DType>; readonly writes: Set<DType> }>()
  const bound = (place: Place, dtype: DType, index: string) => {
    const { binding, bytes } = placementOf(place)
    const uses = found.get(binding) ?? { reads: new Set(), writes: new Set() }
    found.set(binding, uses)
    const base = bytes / bytesOf(dtype)
    return { uses, name: bufferName(binding), at: base === 0 ? index : `${String(base)} + ${index}` }
  }
  return {
    load: (place, dtype, index) => {
      const { uses, name, at } = bound(place, dtype, index)
      uses.reads.add(dtype)
      return `read_${name}_${dtype}(${at})`
    },
    store: (place, dtype, index, value) => {
      const { uses, name, at } = bound(place, dtype, index)
      uses.writes.add(dtype)
      return `write_${name}_${dtype}(${at}, ${value});`
    },
    uses: () => found,
  }
}
