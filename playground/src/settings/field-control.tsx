import type { ChoiceField, SimpleField } from '../engine/fields.ts'
import { text } from '../language.ts'
import type { Wording } from 'puregrad/report'
import { NumberBox, NumberControl } from './number-control.tsx'

export type SimpleValue = string | number | boolean

interface FieldControlProps {
  readonly id: string
  readonly field: SimpleField & { readonly name: Wording; readonly hint?: Wording }
  readonly value: SimpleValue
  /** Without a slider and a hint, where many stand side by side. */
  readonly compact?: boolean
  /** What a text may be, where that is known. */
  readonly offered?: readonly string[] | undefined
  readonly change: (value: SimpleValue) => void
}

const asOptions = ({ choices }: ChoiceField) =>
  choices.map(({ value, name }) => (
    <option key={value} value={value}>
      {text(name)}
    </option>
  ))

const Control = ({ id, field, value, compact = false, offered, change }: FieldControlProps) => {
  const label = text(field.name)
  const describedBy = field.hint !== undefined && !compact ? `${id}-hint` : undefined
  switch (field.kind) {
    case 'number': {
      const Shown = compact ? NumberBox : NumberControl
      return <Shown {...{ id, label, field, describedBy, change }} value={value as number} />
    }
    case 'choice':
      return (
        <select
          id={id}
          aria-describedby={describedBy}
          value={value as string}
          onChange={({ currentTarget }) => change(currentTarget.value)}
        >
          {asOptions(field)}
        </select>
      )
    case 'flag':
      return (
        <input
          id={id}
          type="checkbox"
          role="switch"
          aria-describedby={describedBy}
          checked={value as boolean}
          onChange={({ currentTarget }) => change(currentTarget.checked)}
        />
      )
    case 'text':
      return offered === undefined ? (
        <input
          id={id}
          type="text"
          autocomplete="off"
          maxLength={field.longest}
          aria-describedby={describedBy}
          value={value as string}
          onChange={({ currentTarget }) => change(currentTarget.value)}
        />
      ) : (
        <select
          id={id}
          aria-describedby={describedBy}
          value={value === '' ? offered.at(-1) : (value as string)}
          onChange={({ currentTarget }) => change(currentTarget.value)}
        >
          {offered.map((name) => (
            <option key={name} value={name}>
              {name}
            </option>
          ))}
        </select>
      )
  }
}

/** The control of a setting, made of what the table of settings says about it. */
export const FieldControl = (props: FieldControlProps) => {
  const { id, field, compact = false } = props
  return (
    <div class={`field ${field.kind}`} data-setting={id}>
      <label for={id}>{text(field.name)}</label>
      <Control {...props} />
      {field.hint !== undefined && !compact && <small id={`${id}-hint`}>{text(field.hint)}</small>}
    </div>
  )
}
