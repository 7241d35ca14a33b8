import type { Parameters, PrimitiveName } from '../../core/primitive/table.ts'
import { attentionForms } from './attention-form.ts'
import { elementwiseForms } from './elementwise-forms.ts'
import type { OnnxForm } from './form.ts'
import { movementForms } from './movement-forms.ts'
import { randomForms } from './random-forms.ts'
import { reductionForms } from './reduction-forms.ts'

/**
 * Primitives as ONNX says them: the one list. It stands beside the table of primitives and not in it, since the core knows
 * nothing of files. Each of the library's has a form, which a test asks for; one without a form is refused by its name.
 */
export const forms: { readonly [N in PrimitiveName]?: OnnxForm<Parameters[N]> } = {
  ...elementwiseForms,
  ...movementForms,
  ...reductionForms,
  ...randomForms,
  ...attentionForms,
}
