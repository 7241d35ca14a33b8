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
  globalIgnores(['**/dist/', 'coverage/']),
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  {
    files: ['**/*.{ts,tsx}'],
    extends: [tseslint.configs.strictTypeChecked],
    plugins: { functional },
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true, requireDefaultForNonUnion: false },
      ],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', ignoreRestSiblings: true }],
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true, allowNullish: true, allowAny: false, allowArray: true },
      ],
      '@typescript-eslint/no-confusing-void-expression': 'off',
      // Phantom parameters carry shapes and dtypes through signatures; such a parameter is used once by design.
      '@typescript-eslint/no-unnecessary-type-parameters': 'off',
      '@typescript-eslint/unified-signatures': 'off',
      '@typescript-eslint/no-invalid-void-type': 'off',
      '@typescript-eslint/consistent-type-definitions': 'off',
      '@typescript-eslint/unbound-method': 'off',
      // A primitive without parameters has the empty object as its parameters.
      '@typescript-eslint/no-generated-empty-object-type': 'off',
      '@typescript-eslint/no-misused-spread': 'off',
      // What is known to be there is said by `!`, which changes nothing else of a type, as `as` could.
      '@typescript-eslint/no-non-null-assertion': 'off',
      // `as Tensor` forgets a shape known to the types, which a signature then need not carry on.
      '@typescript-eslint/no-unnecessary-type-assertion': ['error', { typesToIgnore: ['Tensor'] }],
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              regex: '^(fp-ts|io-ts)/(?!lib/.*\\.js$)(?!HKT$)',
              message: 'Import fp-ts and io-ts modules as "fp-ts/lib/X.js": plain Node loads no other form.',
            },
            {
              regex: '^fp-ts$',
              message: 'Import one module, "fp-ts/lib/X.js": the barrel is never tree-shaken.',
            },
          ],
        },
      ],
    },
  },
  {
    files: ['src/**/*.ts'],
    rules: {
      ...immutability,
      'functional/no-classes': 'error',
      'functional/no-this-expressions': 'error',
      '@typescript-eslint/explicit-module-boundary-types': 'error',
      'max-lines-per-function': ['error', { max: 80, skipBlankLines: true, skipComments: true }],
      'no-console': 'error',
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
      'max-lines-per-function': ['error', { max: 80, skipBlankLines: true, skipComments: true }],
      'no-console': 'error',
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
    files: ['src/core/autodiff/**/*.ts'],
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
  {
    files: ['src/cli/**/*.ts'],
    rules: { 'no-console': 'off' },
  },
  {
    files: ['test/**/*.ts'],
    rules: {
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      '@typescript-eslint/no-unnecessary-condition': 'off',
      '@typescript-eslint/no-empty-function': 'off',
      '@typescript-eslint/no-floating-promises': 'off',
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/only-throw-error': 'off',
    },
  },
)
