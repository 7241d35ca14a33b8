// Faults with a meaning, each a change that was once not noticed. `from` stands exactly once in its file, so that a
// plant that has lost its place is noticed too.
export const planted = [
  {
    name: 'shrink by 1 + λη in place of 1 + 2λη',
    file: 'src/optim/shrinkage.ts',
    from: 'add(1, mul(2, by))',
    to: 'add(1, by)',
    tests: ['test/optim/after-step.test.ts'],
  },
  {
    name: 'the adjoint of transpose takes the permutation itself, not its inverse',
    file: 'src/primitive/movement.ts',
    from: '[...permutation.keys()].map((axis) => permutation.indexOf(axis))',
    to: '[...permutation]',
    tests: ['test/laws/01-adjoint.test.ts', 'test/laws/03-derivatives.test.ts'],
  },
  {
    name: 'gather batched without counting its batch axes',
    file: 'src/primitive/indexing.ts',
    from: 'return o.gather(x, indices, { axis: axis + 1, batchDims: batchDims + 1 })',
    to: 'return o.gather(x, indices, { axis: axis + 1, batchDims: 1 })',
    tests: ['test/laws/05-vmap.test.ts'],
  },
  {
    name: 'scatterAdd batched without counting its batch axes',
    file: 'src/primitive/indexing.ts',
    from: 'return o.scatterAdd(updates, indices, { ...params, axis: axis + 1, batchDims: batchDims + 1 })',
    to: 'return o.scatterAdd(updates, indices, { ...params, axis: axis + 1, batchDims: 1 })',
    tests: ['test/laws/05-vmap.test.ts'],
  },
  {
    name: 'gather with batch axes batched as one without',
    file: 'src/primitive/indexing.ts',
    from: `if (batchDims === 0 && batched[1] !== true)
        return o.gather(`,
    to: `if (batched[1] !== true)
        return o.gather(`,
    tests: ['test/laws/05-vmap.test.ts'],
  },
  {
    name: 'two transposes joined in the other order',
    file: 'src/program/passes/algebra.ts',
    from: 'permutation: permutation.map((axis) => first[axis] as number),',
    to: 'permutation: first.map((axis) => permutation[axis] as number),',
    tests: ['test/program/passes.test.ts'],
  },
  {
    name: 'division by any number as a product',
    file: 'src/program/passes/algebra.ts',
    from: 'if (value !== undefined && isPowerOfTwo(value) && representable(1 / value, x.dtype))',
    to: 'if (value !== undefined && isFloat(x.dtype))',
    tests: ['test/program/passes.test.ts'],
  },
  {
    name: 'cast transposed without its cast',
    file: 'src/primitive/movement.ts',
    from: "transpose: (o, ct, inputs) => [o.cast(ct, inputAt(inputs, 0, 'cast').dtype)],",
    to: 'transpose: (o, ct) => [ct],',
    tests: ['test/laws/01-adjoint.test.ts', 'test/laws/03-derivatives.test.ts'],
  },
  {
    name: 'no trust ratio guard where parameters are zero',
    file: 'src/optim/lamb.ts',
    from: 'logicalOr(equal(length, 0), equal(size, 0))',
    to: 'equal(length, 0)',
    tests: ['test/optim/published-updates.test.ts', 'test/optim/optimizers.test.ts'],
  },
  {
    name: 'centred RMSProp without its clamp',
    file: 'src/optim/rms-prop.ts',
    from: 'maximum(sub(s as Tensor, square(m as Tensor)), 0)',
    to: 'sub(s as Tensor, square(m as Tensor))',
    tests: ['test/optim/published-updates.test.ts', 'test/optim/optimizers.test.ts'],
  },
  {
    name: 'another default decay of AdamW',
    file: 'src/optim/adam-family.ts',
    from: 'weightDecay = 0.01',
    to: 'weightDecay = 0.1',
    tests: ['test/optim/published-updates.test.ts', 'test/optim/optimizers.test.ts'],
  },
  {
    name: 'parameters are not looked at when an epoch ends',
    file: 'src/training/fit.ts',
    from: 'if (previous !== undefined && firstNonFinite(state.params) !== undefined)',
    to: 'if (previous === undefined)',
    tests: ['test/training/non-finite.test.ts', 'test/training/fit.test.ts'],
  },
  {
    name: 'n for n − 1 in the deviation of a loss',
    file: 'src/training/evaluate.ts',
    from: 'Math.max(1, n - 1)',
    to: 'n',
    tests: [
      'test/training/supervised.test.ts',
      'test/training/confidence.test.ts',
      'test/training/evaluate.test.ts',
    ],
  },
  {
    name: 'the candidates that contribute most are dropped',
    file: 'src/study/search/promote.ts',
    from: 'contributions.lastIndexOf(leastOf(contributions))',
    to: 'contributions.lastIndexOf(-leastOf(contributions.map((x) => -x)))',
    tests: [
      'test/study/search/search.test.ts',
      'test/study/search/promote.test.ts',
      'test/study/fronts.test.ts',
    ],
  },
  {
    name: 'an active affine map without its offset',
    file: 'src/study/active-affine.ts',
    from: 'offset: sub(f(x), matmul(matrix, x) as Tensor) as Tensor',
    to: 'offset: sub(f(x), f(x)) as Tensor',
    tests: ['test/study/active-affine.test.ts'],
  },
]
