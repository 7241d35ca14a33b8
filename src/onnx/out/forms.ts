import type { Parameters, PrimitiveName } from '../../core/primitive/table.ts'
import { elementwiseForms } from './elementwise-forms.ts'
import type { OnnxForm } from './form.ts'
import { movementForms } from './movement-forms.ts'
import { randomForms } from './random-forms.ts'
import { reductionForms } from './reduction-forms.ts'

/**
 * Every primitive as ONNX says it: the one list of them. It stands beside the table of primitives and not in it, since
 * the core knows nothing of files; the type asks for each.
 */
export const forms: { readonly [N in PrimitiveName]: OnnxForm<Parameters[N]> } = {
  ...elementwiseForms,
  ...movementForms,
  ...reductionForms,
  ...randomForms,
}
