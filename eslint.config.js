// Types and what follows from them are oxlint's (.oxlintrc.json); here is what says that values do not change.
import functional from 'eslint-plugin-functional'
import { defineConfig, globalIgnores } from 'eslint/config'
import tseslint from 'typescript-eslint'

const immutability = {
  'functional/no-let': 'error',
  'functional/no-loop-statements': 'error',
  'functional/immutable-data': 'error',
}
const off = (rules) => Object.fromEntries(Object.keys(rules).map((rule) => [rule, 'off']))

export default defineConfig(
  globalIgnores(['**/dist/', 'coverage/', 'test/', 'scripts/', 'bench/', '**/*.{js,mjs,cjs}']),
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  {
    files: ['**/*.{ts,tsx}'],
    plugins: { functional },
    languageOptions: {
      parser: tseslint.parser,
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
  },
  {
    files: ['src/**/*.ts'],
    rules: {
      ...immutability,
      'functional/no-classes': 'error',
      'functional/no-this-expressions': 'error',
    },
  },
  {
    files: ['playground/**/*.{ts,tsx}'],
    rules: {
      ...immutability,
      // A signal, a reference, a handler and an element of the page are what they are set to.
      'functional/immutable-data': [
        'error',
        {
          ignoreAccessorPattern: ['**.value', '**.current', '**.on*', 'document.**', 'canvas.*', 'context.*'],
          ignoreMapsAndSets: true,
        },
      ],
      'functional/no-classes': 'error',
      'functional/no-this-expressions': 'error',
    },
  },
  {
    // Element loops: the one place where local mutation buys the speed of the whole library.
    files: [
      'src/core/kernel/**/*.ts',
      'src/core/tensor/**/*.ts',
      'src/compile/executors/**/*.ts',
      'src/compile/offload/**/*.ts',
    ],
    rules: off(immutability),
  },
  {
    // The sweeps over an equation list keep an environment that grows with every equation.
    files: ['src/core/autodiff/**/*.ts', 'src/core/primitive/tangent-of-parts.ts'],
    rules: off(immutability),
  },
  {
    // Programs are walked and built equation by equation, with an environment that grows.
    files: ['src/compile/**/*.ts'],
    rules: off(immutability),
  },
  {
    // So are the graphs of ONNX, node by node, and their messages field by field.
    files: [
      'src/onnx/format/wire.ts',
      'src/onnx/out/{graph,write-program}.ts',
      'src/onnx/in/onnx-to-function.ts',
    ],
    rules: off(immutability),
  },
)
