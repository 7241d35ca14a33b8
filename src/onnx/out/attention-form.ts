import type { AttentionParameters } from '../../core/kernel/attention.ts'
import { viewOf } from '../../core/tensor/concrete.ts'
import { bufferFrom } from '../../core/tensor/dtype.ts'
import type { OnnxForm } from './form.ts'
import { plain, transposed } from './movement-forms.ts'

/** Attention by its definition: the products of all queries and keys. */
export const attentionForms: { readonly attention: OnnxForm<AttentionParameters> } = {
  attention: {
    operators: ['Concat', 'MatMul', 'ReduceLogSumExp', 'Slice', 'Softmax', 'Transpose', 'Where'],
    note: 'queries over keys over values; the logarithms of the sums are the last column',
    write: (g, [packed], { queries, causal }) => {
      const { name, shape, dtype } = packed!
      const [rows = 0] = plain(shape.slice(1, 2))
      const keys = (rows - queries) / 2
      const part = (from: number, to: number): string =>
        g.op('Slice', [name, g.ints([from]), g.ints([to]), g.ints([1])])
      const scores = g.op('MatMul', [
        part(0, queries),
        transposed(g, part(queries, queries + keys), [0, 2, 1]),
      ])
      const seen = Array.from({ length: queries * keys }, (_, at) =>
        at % keys <= Math.floor(at / keys) ? 1 : 0,
      )
      const shown = causal
        ? g.op('Where', [
            g.tensor(viewOf(bufferFrom('bool', seen), 'bool', [queries, keys])),
            scores,
            g.scalar(-1e30, dtype),
          ])
        : scores
      const outputs = g.op('MatMul', [
        g.op('Softmax', [shown], { axis: { int: 2 } }),
        part(queries + keys, rows),
      ])
      const sums = g.op('ReduceLogSumExp', [shown, g.ints([2])], { keepdims: { int: 1 } })
      return g.op('Concat', [outputs, sums], { axis: { int: 2 } })
    },
  },
}
