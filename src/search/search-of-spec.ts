import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as t from 'io-ts'
import { decodeWith } from '../core/codec/decode-with.ts'
import { strictRecord } from '../core/codec/strict-record.ts'
import { oneKindOf } from '../core/codec/one-kind-of.ts'
import { numberCodec, refinedCodec, textCodec } from '../core/codec/refined-codec.ts'
import { choiceCodec } from '../core/codec/setting-codec.ts'
import { tensor, type Key } from '../core/numeric/index.ts'
import { reasonOf } from '../core/tensor/reason-of.ts'
import { directions } from '../optim/improvement.ts'
import { gridSearch } from './grid-search.ts'
import { hyperband } from './hyperband.ts'
import { nsga2Search } from './nsga2-search.ts'
import { prunerCodec } from './pruner.ts'
import { randomSearch } from './random-search.ts'
import type { Search } from './search.ts'
import {
  integer,
  logUniform,
  oneOf,
  struct,
  uniform,
  type Choice,
  type Space,
  type SpaceSpec,
} from './space.ts'
import { logInteger, uniformStep } from './stepped-spaces.ts'
import { variant } from './variant-space.ts'
import { tpeSearch } from './tpe-search.ts'
import { successiveHalving } from './successive-halving.ts'

const finite = numberCodec('a finite number', Number.isFinite)
const ends = { low: finite, high: finite }
const choice = refinedCodec(
  'a text, a number or a truth value',
  (u): u is Choice => typeof u === 'string' || typeof u === 'number' || typeof u === 'boolean',
)

const spaceCodec: t.Type<SpaceSpec, unknown> = t.recursion('a space', (self) =>
  oneKindOf('a space', {
    uniform: ends,
    logUniform: ends,
    integer: ends,
    logInteger: ends,
    uniformStep: { ...ends, step: finite },
    oneOf: { choices: t.readonlyArray(choice, 'a list of choices') },
    struct: { fields: t.record(t.string, self, 'a record of spaces') },
    variant: {
      tag: textCodec,
      cases: t.record(t.string, t.record(t.string, self, 'a record of spaces'), 'a record of cases'),
    },
  }),
)

const common = {
  space: spaceCodec,
  key: t.readonlyArray(finite, 'the two words of a key'),
  directions: t.readonlyArray(choiceCodec(...directions), 'a list of directions'),
}
const halved = { ...common, eta: finite, minBudget: finite }
const truth = choiceCodec(true, false)
const known = {
  known: t.readonlyArray(
    strictRecord('a known trial', {
      config: t.unknown,
      objectives: t.readonlyArray(finite, 'a list of finite numbers'),
    }),
    'a list of known trials',
  ),
}
const budgets = { budget: finite, pruner: prunerCodec }
const lanes = { parallel: finite, asynchronous: truth }
const searchCodec = oneKindOf(
  'a search',
  {
    grid: { ...common, perAxis: finite, budget: finite },
    random: { ...common, trials: finite },
    halving: halved,
    hyperband: { ...halved, maxBudget: finite },
    tpe: {
      ...common,
      ...known,
      ...lanes,
      trials: finite,
      startup: finite,
      candidates: finite,
      multivariate: truth,
    },
    nsga2: {
      ...common,
      ...known,
      trials: finite,
      population: finite,
      crossover: finite,
      mutation: finite,
      crossoverIndex: finite,
      mutationIndex: finite,
    },
  },
  {
    halving: { trials: finite, perAxis: finite },
    random: { ...budgets, ...lanes },
    tpe: budgets,
    nsga2: budgets,
  },
)

// oxlint-disable-next-line typescript/no-explicit-any -- a codec takes and gives its configuration
type AnySpace = Space<any>

const spacesOf = (fields: Readonly<Record<string, SpaceSpec>>): Readonly<Record<string, AnySpace>> =>
  Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, spaceOf(field)]))

const spaceOf = (spec: SpaceSpec): AnySpace => {
  switch (spec.kind) {
    case 'uniform':
      return uniform(spec.low, spec.high)
    case 'logUniform':
      return logUniform(spec.low, spec.high)
    case 'integer':
      return integer(spec.low, spec.high)
    case 'oneOf':
      return oneOf(...spec.choices)
    case 'logInteger':
      return logInteger(spec.low, spec.high)
    case 'uniformStep':
      return uniformStep(spec.low, spec.high, spec.step)
    case 'struct':
      return struct(spacesOf(spec.fields))
    case 'variant':
      return variant(
        spec.tag,
        Object.fromEntries(Object.entries(spec.cases).map(([name, fields]) => [name, spacesOf(fields)])),
      )
  }
}

const searchOf = (spec: t.TypeOf<typeof searchCodec>): Search<unknown> => {
  const space = spaceOf(spec.space)
  const options = { key: tensor(spec.key, { dtype: 'uint32' }) as Key, directions: spec.directions }
  switch (spec.kind) {
    case 'grid':
      return gridSearch(space, { ...options, perAxis: spec.perAxis, budget: spec.budget })
    case 'random': {
      const { kind: _, space: _space, ...own } = spec
      return randomSearch(space, { ...own, ...options })
    }
    case 'tpe': {
      const { kind: _, space: _space, ...own } = spec
      return tpeSearch(space, { ...own, ...options })
    }
    case 'nsga2': {
      const { kind: _, space: _space, ...own } = spec
      return nsga2Search(space, { ...own, ...options })
    }
    case 'halving': {
      const { eta, minBudget, perAxis, trials } = spec
      return successiveHalving(
        space,
        perAxis === undefined
          ? { ...options, eta, minBudget, trials: trials ?? NaN }
          : { ...options, eta, minBudget, perAxis },
      )
    }
    case 'hyperband': {
      const { eta, minBudget, maxBudget } = spec
      return hyperband(space, { ...options, eta, minBudget, maxBudget })
    }
  }
}

/** The search that a `spec` describes, as its journal has it; a left value says what is wrong with it. */
export const searchOfSpec = (spec: unknown): E.Either<string, Search<unknown>> =>
  pipe(
    decodeWith(searchCodec, 'search', spec),
    E.mapLeft(({ message }) => message),
    E.flatMap((known) => E.tryCatch(() => searchOf(known), reasonOf)),
  )
