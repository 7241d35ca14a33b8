import type { Field, Group } from '../engine/fields.ts'
import { fields, matters, type SettingName, type Settings } from '../engine/settings.ts'
import { text } from '../language.ts'
import { change, chosen, futures, refusals, settings, table } from '../training/lab.ts'
import { words } from '../words.ts'
import { FieldControl } from './field-control.tsx'
import { LayersControl } from './layers-control.tsx'
import { OwnTablePicker } from './own-table.tsx'

const groups = Object.keys(words.groups) as Group[]
const names = Object.keys(fields) as SettingName[]

const Setting = ({ name, now }: { readonly name: SettingName; readonly now: Settings }) => {
  const field: Field = fields[name]
  const refused = refusals.value.find(({ setting }) => setting === name)
  return (
    <>
      {field.kind === 'layers' ? (
        <LayersControl layers={now.hidden} change={(hidden) => change({ hidden })} />
      ) : (
        <FieldControl
          id={name}
          field={field}
          value={now[name] as string | number | boolean}
          offered={name === 'label' ? table.value?.columns : undefined}
          change={(value) => change({ [name]: value })}
        />
      )}
      {name === 'data' && now.data === 'csv' && <OwnTablePicker />}
      {refused !== undefined && (
        <small class="wrong" role="alert">
          {text(refused.message)}
        </small>
      )}
    </>
  )
}

/** Where there is little room, pictures come before settings. */
const opened: readonly Group[] = window.matchMedia('(min-width: 900px)').matches
  ? ['data', 'network', 'descent']
  : []

/** Controls for everything in the table of settings that matters beside the others. */
export const SettingsForm = () => {
  const now = settings.value
  return (
    <form
      class="settings"
      aria-label={text(words.settings)}
      onSubmit={(event) => event.preventDefault()}
      autocomplete="off"
    >
      {futures.value.length > 1 && (
        <p class={`whose future-${chosen.value === 0 ? 'a' : 'b'}`}>
          {text(chosen.value === 0 ? words.settingsOfA : words.settingsOfB)}
        </p>
      )}
      {groups.map((group) => (
        <details key={group} open={opened.includes(group)}>
          <summary>{text(words.groups[group])}</summary>
          {names
            .filter((name) => (fields[name] as Field).group === group && matters(now, name))
            .map((name) => (
              <Setting key={name} name={name} now={now} />
            ))}
        </details>
      ))}
    </form>
  )
}
