import { useState } from 'preact/hooks'
import { parseNumber, typedNumber } from '../language.ts'

/** A box for any number; what is none is marked as wrong and changes nothing. */
export const FreeNumber = ({
  id,
  label,
  value,
  takes = Number.isFinite,
  change,
}: {
  readonly id: string
  readonly label: string
  readonly value: number
  readonly takes?: (value: number) => boolean
  readonly change: (value: number) => void
}) => {
  const [typed, setTyped] = useState<string>()
  const wrong = typed !== undefined && !takes(parseNumber(typed))
  return (
    <input
      id={id}
      type="text"
      inputMode="decimal"
      autocomplete="off"
      class="number"
      aria-label={label}
      aria-invalid={wrong ? true : undefined}
      value={typed ?? typedNumber(value)}
      onInput={({ currentTarget }) => {
        setTyped(currentTarget.value)
        const next = parseNumber(currentTarget.value)
        if (takes(next)) change(next)
      }}
      onBlur={() => {
        if (!wrong) setTyped(undefined)
      }}
    />
  )
}
