/* eslint-disable functional/no-classes, functional/no-this-expressions -- one hidden class for all views */
import type { Buffer } from './dtype.ts'

type TypeName = 'float32' | 'float64' | 'int32' | 'uint32' | 'uint8'

/**
 * What a tensor needs of a view: an ndarray has it.
 *
 * @category Elements
 */
export interface StridedView {
  readonly data: ArrayLike<number>
  readonly shape: readonly number[]
  readonly stride: readonly number[]
  readonly offset: number
}

const typeNames: Readonly<Record<string, TypeName>> = {
  Float32Array: 'float32',
  Float64Array: 'float64',
  Int32Array: 'int32',
  Uint32Array: 'uint32',
  Uint8Array: 'uint8',
}

/**
 * A strided view of a typed array with the interface of the package ndarray, whose ecosystem takes it for one of its
 * own. The package itself compiles its constructors from text, which a content-security policy may forbid.
 *
 * Inside a tensor both `shape` and `stride` are frozen, and shared between views.
 *
 * @category Elements
 */
export class View implements StridedView {
  declare data: Buffer
  declare shape: number[]
  declare stride: number[]
  declare offset: number

  constructor(data: Buffer, shape: readonly number[], stride: readonly number[], offset: number) {
    this.data = data
    // ndarray's types ask for mutable arrays.
    this.shape = shape as number[]
    this.stride = stride as number[]
    this.offset = offset
  }

  get dtype(): TypeName {
    return typeNames[this.data[Symbol.toStringTag]]!
  }

  get dimension(): number {
    return this.shape.length
  }

  get size(): number {
    return this.shape.reduce((size, n) => size * n, 1)
  }

  /** The axes from the one with the smallest step in memory to the largest. */
  get order(): number[] {
    const step = (axis: number): number => Math.abs(this.stride[axis] ?? 0)
    return [...this.shape.keys()].sort((a, b) => step(a) - step(b))
  }

  get T(): View {
    return this.transpose(...[...this.shape.keys()].reverse())
  }

  index(...position: readonly number[]): number {
    return this.stride.reduce((at, step, axis) => at + step * (position[axis] ?? 0), this.offset)
  }

  get(...position: readonly number[]): number {
    return this.data[this.index(...position)]!
  }

  /** As ndarray has it; writing to the view behind a tensor would change the tensor. */
  set(...position: readonly number[]): number {
    return (this.data[this.index(...position)] = position[this.dimension]!)
  }

  /** The part before these positions; an axis without one is kept whole. */
  hi(...ends: readonly (number | null | undefined)[]): View {
    const shape = this.shape.map((n, axis) => positionIn(ends, axis) ?? n)
    return new View(this.data, shape, this.stride.slice(), this.offset)
  }

  /** The part from these positions on; an axis without one is kept whole. */
  lo(...starts: readonly (number | null | undefined)[]): View {
    const skipped = this.shape.map((_, axis) => positionIn(starts, axis) ?? 0)
    return new View(
      this.data,
      this.shape.map((n, axis) => n - skipped[axis]!),
      this.stride.slice(),
      this.index(...skipped),
    )
  }

  /** Every nth element along each axis, backwards for a negative n. */
  step(...steps: readonly (number | null | undefined)[]): View {
    const by = this.shape.map((_, axis) => {
      const n = steps[axis]
      return typeof n === 'number' ? Math.trunc(n) : 1
    })
    const last = this.shape.map((n, axis) => (by[axis]! < 0 ? n - 1 : 0))
    return new View(
      this.data,
      this.shape.map((n, axis) => Math.ceil(n / Math.abs(by[axis]!))),
      this.stride.map((s, axis) => s * by[axis]!),
      this.index(...last),
    )
  }

  transpose(...axes: readonly (number | undefined)[]): View {
    const order = this.shape.map((_, axis) => axes[axis] ?? axis)
    return new View(
      this.data,
      order.map((axis) => this.shape[axis]!),
      order.map((axis) => this.stride[axis]!),
      this.offset,
    )
  }

  /** The part at these positions of some axes, without those axes. */
  pick(...positions: readonly (number | null | undefined)[]): View {
    const rest = [...this.shape.keys()].filter((axis) => positionIn(positions, axis) === undefined)
    return new View(
      this.data,
      rest.map((axis) => this.shape[axis]!),
      rest.map((axis) => this.stride[axis]!),
      this.index(...this.shape.map((_, axis) => positionIn(positions, axis) ?? 0)),
    )
  }
}

/** As ndarray has it, anything but a number from 0 on leaves an axis as it is. */
const positionIn = (positions: readonly (number | null | undefined)[], axis: number): number | undefined => {
  const position = positions[axis]
  return typeof position === 'number' && position >= 0 ? Math.trunc(position) : undefined
}
