/* eslint-disable functional/no-classes, functional/no-this-expressions -- see core/tensor/tensor.ts */
import { ConcreteTensor } from '../../core/tensor/concrete.ts'
import { bytesOf, type DType } from '../../core/tensor/dtype.ts'
import { DonatedError, UnknownValueError } from '../../core/tensor/errors.ts'
import { showShape, sizeOf, type Sizes } from '../../core/tensor/shape.ts'
import type { Tensor } from '../../core/tensor/tensor.ts'
import type { View } from '../../core/tensor/view.ts'
import type { Holding, Slab } from './device-memory.ts'
import type { OpenDevice } from './open-device.ts'

/**
 * A tensor whose elements lie on a device, contiguous in row-major order. It has a shape and a dtype as every other; its
 * elements are read by `fromDevice` only.
 */
export class DeviceTensor extends ConcreteTensor {
  readonly home: OpenDevice
  readonly holding: Holding
  /**
   * As many bytes as the value takes on the device, never touched: engines collect garbage by the memory they know of, and
   * they do not know of a device's. Untouched pages take no memory.
   */
  readonly weight: ArrayBuffer

  constructor(shape: Sizes, dtype: DType, home: OpenDevice, slab: Slab, offset: number) {
    super(shape, dtype, undefined, undefined, 0)
    const bytes = sizeOf(shape) * bytesOf(dtype)
    this.home = home
    this.holding = home.memory.hold(this, slab, offset, bytes)
    this.weight = new ArrayBuffer(bytes)
  }

  /** @throws DonatedError after it was given up. */
  get place(): Holding {
    if (this.holding.released)
      throw new DonatedError(
        `${this.described()} was used after it had been given up to a compiled function (jit with donate)`,
      )
    return this.holding
  }

  override get view(): View {
    throw this.unread()
  }

  override get elementMemory(): ArrayBuffer {
    throw this.unread()
  }

  override get firstByte(): number {
    throw this.unread()
  }

  override get isPlain(): boolean {
    return true
  }

  override toString(): string {
    return `Tensor(${this.dtype}${showShape(this.shape)} on a WebGPU device)`
  }

  override toJSON(): unknown {
    return { dtype: this.dtype, shape: this.shape, elements: this.toString() }
  }

  private described(): string {
    return `a ${this.dtype} tensor of shape ${showShape(this.shape)} on a WebGPU device`
  }

  private unread(): UnknownValueError {
    return new UnknownValueError(
      `the elements of ${this.described()} are not here: read them with \`await fromDevice(x)\`, or pass the tensor ` +
        'as an argument to a function that is compiled for the device',
    )
  }
}

/**
 * Whether the elements of a tensor lie on a device.
 *
 * @example
 * ```ts
 * import { tensor } from 'puregrad'
 * import { isOnDevice } from 'puregrad/webgpu'
 * isOnDevice(tensor([1, 2])) // => false
 * ```
 * @category Devices
 */
export const isOnDevice = (x: Tensor): boolean => x instanceof DeviceTensor
