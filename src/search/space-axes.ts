import { isRecord } from '../core/tensor/tree.ts'
import type { SettingSpec, SpaceSpec } from './space.ts'
import { lastStep, stepValue } from './stepped-spaces.ts'

/** A case of a choice that a setting is open under: the place of the axis of the choice, and that of the case. */
interface Opener {
  readonly axis: number
  readonly place: number
}

/** One setting of a space. */
export interface SpaceAxis {
  /** Its name, after those of the records it is inside of. */
  readonly name: string
  readonly spec: SettingSpec
  /** Where it is open only if another one is so. */
  readonly opener: Opener | undefined
  readonly read: (config: unknown) => unknown
}

/** A configuration as a number for each axis: of a choice its place, NaN where the setting is not open. */
export type AxisValues = readonly number[]

/** The settings of a space one by one, a choice before what it opens. */
export const spaceAxes = (space: SpaceSpec): readonly SpaceAxis[] => {
  const under =
    (name: string, read: SpaceAxis['read']): SpaceAxis['read'] =>
    (config) => {
      const record = read(config)
      return isRecord(record) ? record[name] : undefined
    }
  const walk = (
    sofar: readonly SpaceAxis[],
    spec: SpaceSpec,
    name: string,
    read: SpaceAxis['read'],
    opener: Opener | undefined,
  ): readonly SpaceAxis[] => {
    const named = (field: string): string => (name === '' ? field : `${name}.${field}`)
    const inside = (
      before: readonly SpaceAxis[],
      fields: Readonly<Record<string, SpaceSpec>>,
      by: Opener | undefined,
    ): readonly SpaceAxis[] =>
      Object.entries(fields).reduce<readonly SpaceAxis[]>(
        (all, [field, inner]) => walk(all, inner, named(field), under(field, read), by),
        before,
      )
    if (spec.kind === 'struct') return inside(sofar, spec.fields, opener)
    if (spec.kind !== 'variant') return [...sofar, { name: name === '' ? 'value' : name, spec, opener, read }]
    const choices = Object.keys(spec.cases)
    const chosen: SpaceAxis = {
      name: named(spec.tag),
      spec: { kind: 'oneOf', choices },
      opener,
      read: under(spec.tag, read),
    }
    return choices.reduce<readonly SpaceAxis[]>(
      (all, choice, place) => inside(all, spec.cases[choice]!, { axis: sofar.length, place }),
      [...sofar, chosen],
    )
  }
  return walk([], space, '', (config) => config, undefined)
}

/** A value of a setting as a number; NaN for none. */
export const axisValue = ({ spec, read }: SpaceAxis, config: unknown): number => {
  const value = read(config)
  if (spec.kind !== 'oneOf') return typeof value === 'number' ? value : NaN
  const place = spec.choices.findIndex((choice) => choice === value)
  return place < 0 ? NaN : place
}

/** Whether a setting is open, given the values of the axes before it. */
export const isOpenAmong =
  (axes: readonly SpaceAxis[]) =>
  (axis: number, values: AxisValues): boolean => {
    const opener = axes[axis]?.opener
    return opener === undefined || values[opener.axis] === opener.place
  }

/** The configuration that has these values; those of settings that are not open are not looked at. */
export const configOfValues = (space: SpaceSpec, values: AxisValues): unknown => {
  // Axes are told off in the order of `spaceAxes`; `next` is the first that was not.
  interface Built {
    readonly value: unknown
    readonly next: number
  }
  const built = (spec: SpaceSpec, at: number): Built => {
    if (spec.kind === 'struct') return fields(spec.fields, at, {})
    if (spec.kind !== 'variant') {
      const value = values[at] ?? NaN
      return { value: spec.kind === 'oneOf' ? spec.choices[value] : value, next: at + 1 }
    }
    return Object.entries(spec.cases).reduce<Built>(
      ({ value, next }, [name, inner], place) => {
        const made = fields(inner, next, { [spec.tag]: name })
        return { value: place === values[at] ? made.value : value, next: made.next }
      },
      { value: undefined, next: at + 1 },
    )
  }
  const fields = (
    inner: Readonly<Record<string, SpaceSpec>>,
    at: number,
    start: Readonly<Record<string, unknown>>,
  ): { readonly value: Readonly<Record<string, unknown>>; readonly next: number } =>
    Object.entries(inner).reduce(
      (sofar, [name, spec]) => {
        const { value, next } = built(spec, sofar.next)
        return { value: { ...sofar.value, [name]: value }, next }
      },
      { value: start, next: at },
    )
  return built(space, 0).value
}

/**
 * A line on which the values of a setting are all alike from `low` to `high`: logarithms of rates, and for whole or
 * stepped values cells, each as wide as what rounds to it.
 */
export interface AxisLine {
  readonly low: number
  readonly high: number
  readonly at: (value: number) => number
  /** The value at a place of the line. */
  readonly valueAt: (place: number) => number
  /** From where to where a value reaches; nothing for continuous ones. */
  readonly cell?: (value: number) => readonly [from: number, to: number]
}

const identity = (x: number): number => x

/** The line of a setting of numbers. */
export const axisLine = (spec: Exclude<SettingSpec, { readonly kind: 'oneOf' }>): AxisLine => {
  const { low, high } = spec
  const within = (x: number): number => Math.min(high, Math.max(low, x))
  switch (spec.kind) {
    case 'uniform':
      return { low, high, at: identity, valueAt: within }
    case 'logUniform':
      return { low: Math.log(low), high: Math.log(high), at: Math.log, valueAt: (z) => within(Math.exp(z)) }
    case 'integer':
      return {
        low: low - 0.5,
        high: high + 0.5,
        at: identity,
        valueAt: (z) => within(Math.round(z)),
        cell: (x) => [x - 0.5, x + 0.5],
      }
    case 'logInteger':
      return {
        low: Math.log(low - 0.5),
        high: Math.log(high + 0.5),
        at: Math.log,
        valueAt: (z) => within(Math.round(Math.exp(z))),
        cell: (x) => [Math.log(x - 0.5), Math.log(x + 0.5)],
      }
    case 'uniformStep': {
      const { step } = spec
      const last = lastStep(low, high, step)
      const steps = Math.round((last - low) / step)
      return {
        low: low - step / 2,
        high: last + step / 2,
        at: identity,
        valueAt: (z) => stepValue(low, step, Math.min(steps, Math.max(0, Math.round((z - low) / step)))),
        cell: (x) => [x - step / 2, x + step / 2],
      }
    }
  }
}
