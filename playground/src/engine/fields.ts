import type { Wording } from 'puregrad/report'

/** What is shown together. */
export type Group = 'data' | 'network' | 'penalties' | 'descent' | 'stopping' | 'chance'

/** A setting matters only where all of these hold; elsewhere it changes nothing. */
export interface Condition {
  readonly setting: string
  readonly isOneOf: readonly (string | number | boolean)[]
}

interface About {
  readonly name: Wording
  /** A sentence for people who do not know the term. */
  readonly hint?: Wording
  readonly group: Group
  /** Whether it can change where a future forks off. */
  readonly forks: boolean
  readonly when?: readonly Condition[]
}

/** A number between two ends, which belong to it. */
export interface NumberField {
  readonly kind: 'number'
  readonly min: number
  readonly max: number
  /** The grain of a linear control; any number between the ends is accepted. */
  readonly step: number
  readonly scale: 'linear' | 'log'
  readonly whole: boolean
  /** 0 is allowed beside the range. */
  readonly orZero: boolean
  readonly start: number
}

/** One of a few values. */
export interface ChoiceField<A extends string = string> {
  readonly kind: 'choice'
  readonly choices: readonly { readonly value: A; readonly name: Wording }[]
  readonly start: A
}

/** Yes or no. */
export interface FlagField {
  readonly kind: 'flag'
  readonly start: boolean
}

/** A short text. */
export interface TextField {
  readonly kind: 'text'
  readonly longest: number
  readonly start: string
}

/** A list of hidden layers, each with such fields. */
export interface LayersField {
  readonly kind: 'layers'
  readonly most: number
  readonly of: Readonly<Record<string, SimpleField & Omit<About, 'group'>>>
  readonly start: readonly Readonly<Record<string, string | number | boolean>>[]
}

export type SimpleField = NumberField | ChoiceField | FlagField | TextField

/** What a setting is, as data: its control is made of it, and its codec holds to it. */
export type Field = About & (SimpleField | LayersField)

type Options = Partial<Pick<NumberField, 'scale' | 'whole' | 'orZero'>>

export const range = (
  [min, max, step]: readonly [min: number, max: number, step: number],
  start: number,
  { scale = 'linear', whole = false, orZero = false }: Options = {},
): NumberField => ({ kind: 'number', min, max, step, start, scale, whole, orZero })

export const flag = (start: boolean): FlagField => ({ kind: 'flag', start })

export const text = (start: string, longest: number): TextField => ({ kind: 'text', start, longest })

/** The first of the choices is where a setting starts unless told otherwise. */
export const choice = <A extends string>(names: Readonly<Record<A, Wording>>, start?: A): ChoiceField<A> => {
  const choices = (Object.keys(names) as A[]).map((value) => ({ value, name: names[value] }))
  return { kind: 'choice', choices, start: start ?? choices[0]!.value }
}
