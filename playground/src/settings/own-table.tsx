import { fill } from '../engine/wordings.ts'
import { text } from '../language.ts'
import { refusals, table, takeTable } from '../training/lab.ts'
import { words } from '../words.ts'

/** Takes the first of some files as a table. */
export const takeFiles = async (files: FileList | null | undefined): Promise<void> => {
  const file = files?.[0]
  if (file !== undefined) await takeTable({ file: file.name, text: await file.text() })
}

/** A button for a file of rows; files may also be dropped anywhere on the page. */
export const OwnTablePicker = () => (
  <div class="field">
    <label for="own-table">{text(words.ownTable)}</label>
    <input
      id="own-table"
      type="file"
      accept=".csv,.tsv,.txt,text/csv"
      aria-describedby="own-table-hint"
      onChange={({ currentTarget }) => void takeFiles(currentTarget.files)}
    />
    <small id="own-table-hint">
      {table.value === undefined
        ? text(words.ownTableHint)
        : text(fill(words.ownTableTaken, { file: table.value.file, n: String(table.value.columns.length) }))}
    </small>
    {refusals.value
      .filter(({ setting }) => setting === undefined)
      .map(({ message }, i) => (
        <small key={i} class="wrong" role="alert">
          {text(message)}
        </small>
      ))}
  </div>
)
