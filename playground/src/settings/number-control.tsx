import { useState } from 'preact/hooks'
import type { NumberField } from '../engine/fields.ts'
import { parseNumber, text, typedNumber } from '../language.ts'
import { fill, say } from '../engine/wordings.ts'

const steps = 200

const rounded = (value: number, { whole, step, scale }: NumberField): number =>
  whole
    ? Math.round(value)
    : scale === 'log'
      ? Number(value.toPrecision(2))
      : Number((Math.round(value / step) * step).toPrecision(12))

const between = (value: number, { min, max }: NumberField): number => Math.min(max, Math.max(min, value))

/** Where a value lies on the slider, 0 to `steps`; a 0 beside the range is its first place. */
const positionOf = (value: number, field: NumberField): number => {
  const { min, max, scale, orZero } = field
  if (orZero && value === 0) return 0
  const share = scale === 'log' ? Math.log(value / min) / Math.log(max / min) : (value - min) / (max - min)
  const first = orZero ? 1 : 0
  return Math.round(first + share * (steps - first))
}

const valueAt = (position: number, field: NumberField): number => {
  const { min, max, scale, orZero } = field
  if (orZero && position === 0) return 0
  const first = orZero ? 1 : 0
  const share = (position - first) / (steps - first)
  return between(
    rounded(scale === 'log' ? min * (max / min) ** share : min + share * (max - min), field),
    field,
  )
}

/** Whether a field takes a number. */
export const takes = (field: NumberField, value: number): boolean =>
  (field.orZero && value === 0) ||
  (value >= field.min && value <= field.max && (!field.whole || Number.isInteger(value)))

const expected = (field: NumberField): string =>
  text(
    fill(
      field.whole
        ? say('Expected a whole number from {min} to {max}.', 'Очаква се цяло число от {min} до {max}.')
        : say('Expected a number from {min} to {max}.', 'Очаква се число от {min} до {max}.'),
      { min: typedNumber(field.min), max: typedNumber(field.max) },
    ),
  )

interface NumberControlProps {
  readonly id: string
  readonly label: string
  readonly field: NumberField
  readonly value: number
  readonly describedBy?: string | undefined
  readonly change: (value: number) => void
}

/** A box for the number. What it does not take stays in it, with a sentence that says what it takes. */
export const NumberBox = ({ id, label, field, value, describedBy, change }: NumberControlProps) => {
  const [typed, setTyped] = useState<string>()
  const wrong = typed !== undefined && !takes(field, parseNumber(typed))
  return (
    <>
      <input
        id={id}
        type="text"
        inputMode={field.whole ? 'numeric' : 'decimal'}
        autocomplete="off"
        class="number"
        aria-label={label}
        aria-describedby={wrong ? `${id}-wrong` : describedBy}
        aria-invalid={wrong ? true : undefined}
        value={typed ?? typedNumber(value)}
        onInput={({ currentTarget }) => setTyped(currentTarget.value)}
        onBlur={() => {
          if (!wrong) setTyped(undefined)
        }}
        onChange={({ currentTarget }) => {
          const next = parseNumber(currentTarget.value)
          if (!takes(field, next)) return
          setTyped(undefined)
          change(next)
        }}
      />
      {wrong && (
        <small id={`${id}-wrong`} class="wrong" role="alert">
          {expected(field)}
        </small>
      )}
    </>
  )
}

/** A slider for the hand and a box for the exact number. */
export const NumberControl = (props: NumberControlProps) => {
  const { id, label, field, value, describedBy, change } = props
  return (
    <div class="number-control">
      <input
        id={`${id}-slider`}
        type="range"
        min={0}
        max={steps}
        step={1}
        aria-label={label}
        aria-valuetext={typedNumber(value)}
        aria-describedby={describedBy}
        value={positionOf(value, field)}
        onInput={({ currentTarget }) => change(valueAt(Number(currentTarget.value), field))}
      />
      <NumberBox {...props} />
    </div>
  )
}
