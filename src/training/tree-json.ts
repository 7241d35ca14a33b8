import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as t from 'io-ts'
import { countsCodec, dtypeCodec } from '../compile/program/type-codec.ts'
import { strictRecord } from '../core/codec/strict-record.ts'
import type { DType } from '../core/tensor/dtype.ts'
import { refinedCodec } from '../core/codec/refined-codec.ts'
import { isTensor, type Tensor } from '../core/tensor/tensor.ts'
import { isRecord, joinIndex, joinKey, type Path, type Tree } from '../core/tensor/tree.ts'

/** Numbers JSON has no numeral for. */
const spelled = { NaN, Infinity, '-Infinity': -Infinity, '-0': -0 } as const

type Spelled = keyof typeof spelled

/** A tree as JSON, with the kind, the shape and the digest of every tensor in the tensor's place. */
export type TreeJson =
  | {
      readonly tensor: { readonly dtype: DType; readonly shape: readonly number[]; readonly sha256: string }
    }
  | { readonly array: readonly TreeJson[] }
  | { readonly record: Readonly<Record<string, TreeJson>> }
  | { readonly value: string | number | boolean | null }
  | { readonly number: Spelled }
  | { readonly absent: true }

const digest = refinedCodec(
  'a SHA-256 in hexadecimal',
  (u): u is string => typeof u === 'string' && /^[0-9a-f]{64}$/.test(u),
)

const plain = refinedCodec(
  'a text, number, true, false or null',
  (u): u is string | number | boolean | null =>
    u === null || ['string', 'number', 'boolean'].includes(typeof u),
)

const spelledNumber = refinedCodec(
  `one of ${Object.keys(spelled).join(', ')}`,
  (u): u is Spelled => typeof u === 'string' && Object.hasOwn(spelled, u),
)

/** Deeper than any training state is, and not so deep that walking it could overflow the stack. */
const deepest = 200

/** A node is a record of one key, and the key says which; so an error is about that one and not about all. */
export const treeJsonCodec: t.Type<TreeJson> = t.recursion('a tree', (self) => {
  const codecs = {
    tensor: strictRecord('a tensor', { dtype: dtypeCodec, shape: countsCodec, sha256: digest }),
    array: t.readonlyArray(self, 'a list of trees'),
    record: t.record(t.string, self, 'a record of trees'),
    value: plain,
    number: spelledNumber,
    absent: t.literal(true, 'true'),
  }
  const nodes = new Map(
    Object.entries(codecs).map(([kind, codec]) => [kind, strictRecord('a node', { [kind]: codec })]),
  )
  const nodeOf = (u: unknown): t.Mixed | undefined =>
    typeof u === 'object' && u !== null
      ? nodes.get(Object.keys(codecs).find((kind) => Object.hasOwn(u, kind)) ?? '')
      : undefined
  return new t.Type<TreeJson>(
    'a tree',
    (u): u is TreeJson => nodeOf(u)?.is(u) === true,
    (u, context) => {
      const node = nodeOf(u)
      return context.length > deepest
        ? t.failure(u, context, 'is nested too deeply')
        : node === undefined
          ? t.failure(u, context, `expected a record of one of ${Object.keys(codecs).join(', ')}`)
          : pipe(
              node.validate(u, context),
              // The data itself: records that io-ts builds lose a name such as `__proto__`.
              E.map(() => u as TreeJson),
            )
    },
    t.identity,
  )
})

/** A place in a tree, and what is wrong there. */
export interface TreeProblem {
  readonly path: Path
  readonly problem: string
}

const eachOf = <A>(
  entries: readonly (readonly [string, E.Either<TreeProblem, A>])[],
): E.Either<TreeProblem, readonly (readonly [string, A])[]> =>
  E.traverseArray(([key, built]: (typeof entries)[number]) =>
    pipe(
      built,
      E.map((value) => [key, value] as const),
    ),
  )(entries)

/** What cannot be saved, in a word: `a Date`, `a function`. */
const kindOf = (value: unknown): string => {
  if (typeof value !== 'object') return `a ${typeof value}`
  const tag = Object.prototype.toString.call(value).slice('[object '.length, -1)
  return tag === 'Object' ? 'an instance of a class' : `a value of class ${tag}`
}

/** A tree as JSON; `digestOf` gives the digest of the tensor at a path. A `Left` names what JSON cannot hold. */
export const encodeTree = (
  tree: Tree,
  digestOf: (path: Path) => string,
  path: Path = '',
): E.Either<TreeProblem, TreeJson> => {
  if (isTensor(tree))
    return E.right({ tensor: { dtype: tree.dtype, shape: [...tree.shape], sha256: digestOf(path) } })
  if (Array.isArray(tree))
    return pipe(
      eachOf(tree.map((child, i) => [String(i), encodeTree(child, digestOf, joinIndex(path, i))])),
      E.map((items) => ({ array: items.map(([, item]) => item) })),
    )
  if (isRecord(tree))
    return pipe(
      eachOf(
        Object.entries(tree).map(([key, child]) => [key, encodeTree(child, digestOf, joinKey(path, key))]),
      ),
      E.map((entries) => ({ record: Object.fromEntries(entries) })),
    )
  if (tree === undefined) return E.right({ absent: true })
  if (typeof tree === 'number') {
    const name = (Object.keys(spelled) as readonly Spelled[]).find((key) => Object.is(spelled[key], tree))
    return E.right(name === undefined ? { value: tree } : { number: name })
  }
  return plain.is(tree)
    ? E.right({ value: tree })
    : E.left({ path, problem: `${kindOf(tree)} cannot be saved` })
}

/** The tree a piece of JSON describes; `tensorAt` gives the tensor at a path, or says why it cannot. */
export const decodeTree = (
  json: TreeJson,
  tensorAt: (
    path: Path,
    expected: Extract<TreeJson, { readonly tensor: unknown }>['tensor'],
  ) => E.Either<TreeProblem, Tensor>,
  path: Path = '',
): E.Either<TreeProblem, Tree> => {
  if ('tensor' in json) return tensorAt(path, json.tensor)
  if ('array' in json)
    return pipe(
      eachOf(json.array.map((child, i) => [String(i), decodeTree(child, tensorAt, joinIndex(path, i))])),
      E.map((items) => items.map(([, item]) => item)),
    )
  if ('record' in json)
    return pipe(
      eachOf(
        Object.entries(json.record).map(([key, child]) => [
          key,
          decodeTree(child, tensorAt, joinKey(path, key)),
        ]),
      ),
      E.map((entries) => Object.fromEntries(entries)),
    )
  return E.right('value' in json ? json.value : 'number' in json ? spelled[json.number] : undefined)
}
