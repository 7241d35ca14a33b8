import { checkOptions } from '../tensor/check-options.ts'
import { dtypes, isDType, type DType } from '../tensor/dtype.ts'
import { DTypeError } from '../tensor/errors.ts'
import { showValue } from '../tensor/show-value.ts'

/**
 * In which dtype to make a tensor.
 *
 * @category Creation
 */
export interface DTypeOption {
  /** `float32` unless told otherwise. */
  readonly dtype?: DType
}

/** The dtype among options that have no other. @throws ArgumentError for other options; DTypeError for what is no dtype. */
export const dtypeOption = (where: string, options: DTypeOption): DType => {
  checkOptions(where, options, { dtype: true })
  return checkedDType(where, options.dtype)
}

/** A dtype; `float32` for none. @throws DTypeError for what is no dtype. */
export const checkedDType = (where: string, dtype: unknown): DType => {
  if (dtype === undefined) return 'float32'
  if (!isDType(dtype))
    throw new DTypeError(`${where}: expected a dtype (${dtypes.join(', ')}), got ${showValue(dtype)}`)
  return dtype
}
