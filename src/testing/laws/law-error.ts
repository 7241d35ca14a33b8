/* eslint-disable functional/no-classes -- errors are told apart by their class */
import { PuregradError } from '../../core/tensor/errors.ts'

/**
 * Laws that fail or are undecided; the message is the report.
 *
 * @category Laws
 */
export class LawError extends PuregradError {
  override readonly name = 'LawError'
}
