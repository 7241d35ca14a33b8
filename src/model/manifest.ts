import * as t from 'io-ts'
import { countCodec } from '../compile/program/type-codec.ts'
import { measuredNumber } from '../core/codec/measured-number.ts'
import { oneKindOf } from '../core/codec/one-kind-of.ts'
import { plainData } from '../core/codec/plain-data.ts'
import { numberCodec, textCodec } from '../core/codec/refined-codec.ts'
import { choiceCodec } from '../core/codec/setting-codec.ts'
import { strictRecord } from '../core/codec/strict-record.ts'
import type { Targets } from '../data/dataset.ts'
import type { Baseline } from '../evaluation/baseline.ts'
import type { NetworkSpec } from '../nn/network.ts'
import { treeJsonCodec } from '../training/tree-json.ts'
import type { ModelFigure } from './trained-model.ts'

const names = t.readonlyArray(textCodec, 'a list of names')

const orNull = <A, O>(codec: t.Type<A, O>): t.Type<A | null, O | null> =>
  new t.Type<A | null, O | null>(
    codec.name,
    (u): u is A | null => u === null || codec.is(u),
    (u, context) => (u === null ? t.success(null) : codec.validate(u, context)),
    (a) => (a === null ? null : codec.encode(a)),
  )

const targets: t.Type<Targets> = strictRecord('targets', { kind: choiceCodec('classes', 'values'), names })

const figure: t.Type<ModelFigure, unknown> = strictRecord(
  'a figure',
  { name: textCodec, part: choiceCodec('train', 'dev', 'test'), value: measuredNumber },
  { low: measuredNumber, high: measuredNumber, baseline: measuredNumber },
)

const record = strictRecord('a training record', {
  settings: plainData,
  seed: countCodec,
  data: strictRecord('the data', { name: textCodec, rows: countCodec, digest: textCodec }),
  figures: t.readonlyArray(figure, 'a list of figures'),
  version: textCodec,
})

const numbers = t.readonlyArray(measuredNumber, 'a list of numbers')

const baseline: t.Type<Baseline, unknown> = oneKindOf('a baseline', {
  classes: { names, shares: numbers },
  values: { names, means: numbers, medians: numbers },
})

/** The network has a decoder of its own, which knows the kinds of layers. */
const isNetwork = (u: unknown): u is NetworkSpec => typeof u === 'object' && u !== null

const network = new t.Type<NetworkSpec, unknown>(
  'a network',
  isNetwork,
  (u, context) => (isNetwork(u) ? t.success(u) : t.failure(u, context, 'expected a network')),
  t.identity,
)

/** All of a model but its tensors, as data; what is not there is null. */
export const manifestCodec = strictRecord('a manifest', {
  format: t.literal(1),
  network,
  targets,
  features: names,
  preparation: t.unknown,
  schema: t.unknown,
  temperature: orNull(numberCodec('a finite number above 0', (x) => x > 0 && Number.isFinite(x))),
  baseline: orNull(baseline),
  record,
  program: t.unknown,
  trees: treeJsonCodec,
  digests: strictRecord('digests', {
    parameters: textCodec,
    preparation: orNull(textCodec),
    schema: orNull(textCodec),
  }),
})

export type Manifest = t.TypeOf<typeof manifestCodec>
