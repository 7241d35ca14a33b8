import * as fc from 'fast-check'
import type { Field, SimpleField } from '../../../playground/src/engine/fields.ts'
import { changedNames } from '../../../playground/src/engine/forks.ts'
import type { Timeline } from '../../../playground/src/engine/messages.ts'
import {
  defaults,
  fields,
  layerFields,
  type HiddenLayer,
  type SettingName,
  type Settings,
} from '../../../playground/src/engine/settings.ts'

/** In 2¹⁶ steps from end to end, all as likely: of plain doubles from 0 on nearly all are tiny. */
const even = (min: number, max: number): fc.Arbitrary<number> =>
  fc.integer({ min: 0, max: 2 ** 16 }).map((i) => Math.min(max, min + ((max - min) * i) / 2 ** 16))

/** Whatever a setting may be, its ends often among it. */
const valueOf = (field: SimpleField): fc.Arbitrary<unknown> => {
  switch (field.kind) {
    case 'number': {
      const { min, max, whole, orZero } = field
      const between = whole
        ? fc.integer({ min, max })
        : fc.oneof(even(min, max), fc.double({ min, max, noNaN: true })).map((x) => (x === 0 ? 0 : x))
      return fc.oneof(between, fc.constantFrom(min, max, ...(orZero ? [0] : [])))
    }
    case 'choice':
      return fc.constantFrom(...field.choices.map(({ value }) => value))
    case 'flag':
      return fc.boolean()
    case 'text':
      return fc.string({ unit: 'grapheme', maxLength: 20 })
  }
}

export const layers = fc
  .array(
    fc.record(Object.fromEntries(Object.entries(layerFields).map(([name, field]) => [name, valueOf(field)]))),
    { maxLength: 6 },
  )
  .chain((some) =>
    fc.constantFrom(some, [...some, ...some.slice(-1), ...some.slice(-1)]),
  ) as unknown as fc.Arbitrary<readonly HiddenLayer[]>

const settingOf = (name: SettingName): fc.Arbitrary<unknown> => {
  const field: Field = fields[name]
  return field.kind === 'layers' ? layers : valueOf(field)
}

const some = (names: readonly SettingName[]): fc.Arbitrary<Partial<Settings>> =>
  fc.record(Object.fromEntries(names.map((name) => [name, settingOf(name)])), { requiredKeys: [] })

const allNames = Object.keys(fields) as readonly SettingName[]

export const settings: fc.Arbitrary<Settings> = some(allNames).map((changes) => ({ ...defaults, ...changes }))

/** What can change at a fork, without the layers. */
export const changes: fc.Arbitrary<Partial<Settings>> = some(
  allNames.filter((name) => fields[name].forks && name !== 'hidden'),
)

/** Forks in order, each of which changes something. */
const forksOf = (start: Settings): fc.Arbitrary<Timeline['forks']> =>
  fc.array(fc.tuple(fc.integer({ min: 1, max: 50 }), changes), { maxLength: 4 }).map(
    (steps) =>
      steps.reduce<{ readonly epoch: number; readonly now: Settings; readonly forks: Timeline['forks'] }>(
        ({ epoch, now, forks }, [by, wanted]) => {
          const names = changedNames(now, wanted)
          const changed: Partial<Settings> = Object.fromEntries(names.map((name) => [name, wanted[name]]))
          return names.length === 0
            ? { epoch, now, forks }
            : {
                epoch: epoch + by,
                now: { ...now, ...changed },
                forks: [...forks, { epoch: epoch + by, changes: changed }],
              }
        },
        { epoch: 0, now: start, forks: [] },
      ).forks,
  )

export const timelines: fc.Arbitrary<readonly [Timeline] | readonly [Timeline, Timeline]> = settings.chain(
  (start) =>
    fc.oneof(
      forksOf(start).map((forks) => [{ settings: start, forks }] as const),
      fc.tuple(forksOf(start), forksOf(start)).map(
        ([a, b]) =>
          [
            { settings: start, forks: a },
            { settings: start, forks: b },
          ] as const,
      ),
    ),
)
