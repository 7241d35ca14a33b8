import { text } from '../language.ts'
import { words } from '../words.ts'
import { FreeNumber } from './free-number.tsx'
import type { Row } from './ledger.ts'

/** The seed and the settings that a statement is measured with. */
export const ClaimSettings = ({ row: { claim, asked } }: { readonly row: Row }) => (
  <div class="claim-settings">
    <div>
      <label for={`${claim.id}-seed`}>{text(words.seed)}</label>
      <FreeNumber
        id={`${claim.id}-seed`}
        label={`${claim.id}: ${text(words.seed)}`}
        value={asked.value.seed}
        takes={(value) => Number.isInteger(value) && value >= 0}
        change={(seed) => {
          asked.value = { ...asked.peek(), seed }
        }}
      />
    </div>
    {claim.settings.map(({ id, name, whole }) => (
      <div key={id}>
        <label for={`${claim.id}-${id}`}>{text(name)}</label>
        <FreeNumber
          id={`${claim.id}-${id}`}
          label={`${claim.id}: ${text(name)}`}
          value={asked.value.settings[id]!}
          takes={(value) => Number.isFinite(value) && (!whole || Number.isInteger(value))}
          change={(value) => {
            const now = asked.peek()
            asked.value = { ...now, settings: { ...now.settings, [id]: value } }
          }}
        />
      </div>
    ))}
  </div>
)
