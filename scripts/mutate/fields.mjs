// Where faults are planted, and the tests that have to notice them: the fast ones first.
const laws = [
  'test/laws/01-adjoint.test.ts',
  'test/laws/02-rules.test.ts',
  'test/laws/03-derivatives.test.ts',
  'test/laws/04-hessian.test.ts',
  'test/laws/05-vmap.test.ts',
  'test/laws/kinks.test.ts',
  'test/laws/06-control-flow.test.ts',
]
const passes = [
  'test/program/join-pads.test.ts',
  'test/program/passes.test.ts',
  'test/program/compiled-is-evaluated.test.ts',
  'test/program/jit.test.ts',
]
const optim = [
  'test/optim/selected.test.ts',
  'test/optim/plateau.test.ts',
  'test/optim/optimizers.test.ts',
  'test/optim/published-updates.test.ts',
  'test/optim/wrappers.test.ts',
  'test/optim/after-step.test.ts',
  'test/optim/schedules.test.ts',
]
const splits = [
  'test/data/split.test.ts',
  'test/data/k-fold.test.ts',
  'test/data/deal-groups.test.ts',
  'test/data/suggest-ratios.test.ts',
  'test/data/sealed.test.ts',
]
const stopping = [
  'test/training/end-of-epoch.test.ts',
  'test/optim/plateau.test.ts',
  'test/training/early-stopping.test.ts',
  'test/training/fit.test.ts',
  'test/training/non-finite.test.ts',
]

/** By name: the files, as folders or paths, and their tests. */
export const fields = {
  rules: {
    sources: [
      'src/core/primitive/elementwise.ts',
      'src/core/primitive/reduction.ts',
      'src/core/primitive/tangent.ts',
    ],
    tests: laws,
  },
  transposes: {
    sources: [
      'src/core/primitive/movement.ts',
      'src/core/primitive/matmul.ts',
      'src/core/primitive/indexing.ts',
    ],
    tests: laws,
  },
  batching: {
    sources: ['src/core/autodiff/vmap.ts', 'src/core/autodiff/batch.ts', 'src/core/autodiff/scan-call.ts'],
    tests: laws,
  },
  passes: { sources: ['src/compile/passes'], tests: passes },
  optimizers: { sources: ['src/optim'], tests: optim },
  splits: {
    sources: [
      'src/data/split/split.ts',
      'src/data/split/k-fold.ts',
      'src/data/split/deal-groups.ts',
      'src/data/split/deal-rows.ts',
      'src/data/split/apportion.ts',
    ],
    tests: splits,
  },
  stopping: {
    sources: ['src/training/early-stopping.ts', 'src/training/fit.ts', 'src/optim/reduce-on-plateau.ts'],
    tests: [...stopping, 'test/optim/wrappers.test.ts'],
  },
}
