import type * as t from 'io-ts'
import { oneKindOf } from '../core/codec/one-kind-of.ts'
import { strictRecord } from '../core/codec/strict-record.ts'
import { foldIn } from '../core/numeric/index.ts'
import { ArgumentError } from '../core/tensor/errors.ts'
import { showValue } from '../core/tensor/show-value.ts'
import { oneOf, struct, type ConfigOf, type Space } from './space.ts'

// oxlint-disable-next-line typescript/no-explicit-any -- a codec takes and gives its configuration
type Fields = Readonly<Record<string, Space<any>>>

/**
 * The configurations of a {@link variant}: a union, told apart by its tag.
 *
 * @category Spaces
 */
export type VariantConfig<T extends string, F extends Readonly<Record<string, Fields>>> = {
  readonly [K in keyof F & string]: {
    readonly [N in T | keyof F[K]]: N extends keyof F[K] ? ConfigOf<F[K][N]> : K
  }
}[keyof F & string]

/**
 * A choice that opens other settings: records with the name of a case under `tag`, and the settings of that case beside
 * it. TypeScript tells the cases apart by the tag. All cases are alike, whatever they open.
 *
 * @throws ArgumentError for no case, or a case with a setting named as the tag.
 * @example
 * ```ts
 * import { key } from 'puregrad'
 * import { spaces } from 'puregrad/search'
 * const optimizer = spaces.variant('kind', {
 *   momentum: { beta: spaces.uniform(0.5, 0.99) },
 *   adam: { b1: spaces.uniform(0.8, 0.95), b2: spaces.uniform(0.9, 0.999) },
 *   sgd: {},
 * })
 * const drawn = optimizer.sample(key(0))
 * const beta: number | undefined = drawn.kind === 'momentum' ? drawn.beta : undefined
 * optimizer.grid(2).map(({ kind }) => kind) // => ['momentum', 'momentum', 'adam', 'adam', 'adam', 'adam', 'sgd']
 * ```
 * @category Spaces
 */
export const variant = <const T extends string, const F extends Readonly<Record<string, Fields>>>(
  tag: T,
  cases: F,
): Space<VariantConfig<T, F>> => {
  type C = VariantConfig<T, F>
  if (typeof tag !== 'string' || tag === '')
    throw new ArgumentError(`variant: expected a name for the tag, got ${showValue(tag)}`)
  const names = Object.keys(cases)
  const doubled = names.find((name) => Object.hasOwn(cases[name]!, tag))
  if (doubled !== undefined)
    throw new ArgumentError(`variant: the case ${doubled} has a setting ${tag}, which is the name of the tag`)
  const choice = names.length === 0 ? undefined : oneOf(...names)
  if (choice === undefined) throw new ArgumentError('variant: expected at least one case, got none')
  const spaceOf = (name: string): Space<object> =>
    Object.keys(cases[name]!).length === 0
      ? {
          spec: { kind: 'struct', fields: {} },
          codec: strictRecord('a configuration', {}),
          sample: () => ({}),
          grid: () => [{}],
        }
      : struct(cases[name]!)
  const spaces = new Map(names.map((name) => [name, spaceOf(name)]))
  const made = (name: string, config: object): C => ({ [tag]: name, ...config }) as C
  const codecs = oneKindOf(
    'a configuration',
    Object.fromEntries(
      names.map((name) => [
        name,
        Object.fromEntries(Object.entries(cases[name]!).map(([field, { codec }]) => [field, codec])),
      ]),
    ),
    {},
    tag,
  )
  return {
    spec: {
      kind: 'variant',
      tag,
      cases: Object.fromEntries(
        names.map((name) => [
          name,
          Object.fromEntries(Object.entries(cases[name]!).map(([field, { spec }]) => [field, spec])),
        ]),
      ),
    },
    codec: codecs as unknown as t.Type<C, unknown>,
    sample: (key) => {
      const name = choice.sample(foldIn(key, tag))
      return made(name, spaces.get(name)!.sample(foldIn(key, name)))
    },
    grid: (perAxis) =>
      names.flatMap((name) =>
        spaces
          .get(name)!
          .grid(perAxis)
          .map((config) => made(name, config)),
      ),
  }
}
