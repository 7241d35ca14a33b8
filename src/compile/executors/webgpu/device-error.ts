/* eslint-disable functional/no-classes, functional/no-this-expressions --
   an error that carries a stack and is told apart by `instanceof` has to be a class */
import { PuregradError } from '../../../core/tensor/errors.ts'

/**
 * A device cannot go on: it was lost or closed, has no memory left, or refused what it was given. What the program had
 * read from it is unharmed; other backends, and another device, can go on from there.
 *
 * @category Errors
 */
export class DeviceError extends PuregradError {
  override readonly name = 'DeviceError'
  readonly reason: 'lost' | 'memory' | 'refused'

  constructor(reason: 'lost' | 'memory' | 'refused', message: string) {
    super(message)
    this.reason = reason
  }
}
