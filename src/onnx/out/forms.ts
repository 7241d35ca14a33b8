import type { Parameters, PrimitiveName } from '../../core/primitive/table.ts'
import { attentionForms } from './attention-form.ts'
import { convolutionForms } from './convolution-forms.ts'
import { elementwiseForms } from './elementwise-forms.ts'
import type { OnnxForm } from './form.ts'
import { movementForms } from './movement-forms.ts'
import { poolingForms } from './pooling-forms.ts'
import { randomForms } from './random-forms.ts'
import { reductionForms } from './reduction-forms.ts'

/**
 * Primitives as ONNX says them: the one list. It stands beside the table of primitives and not in it, since the core knows
 * nothing of files. One without a form is refused by its name; docs/onnx.md lists
 * them, which a test asks for.
 */
export const forms: { readonly [N in PrimitiveName]?: OnnxForm<Parameters[N]> } = {
  ...elementwiseForms,
  ...movementForms,
  ...reductionForms,
  ...randomForms,
  ...attentionForms,
  ...convolutionForms,
  ...poolingForms,
}
