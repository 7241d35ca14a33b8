/* eslint-disable functional/no-classes --
   an error that is told apart by `instanceof` has to be a class */
import { PuregradError } from '../core/tensor/errors.ts'

/**
 * A part of the data was given where another one is asked for, or a record that only says it is one.
 *
 * @category Data sets
 */
export class RoleError extends PuregradError {
  override readonly name = 'RoleError'
}
