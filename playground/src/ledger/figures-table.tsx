import type { MarkValue } from '../engine/messages.ts'
import { numberText, text } from '../language.ts'
import { words } from '../words.ts'
import { FreeNumber } from './free-number.tsx'
import { judgementOf, markKey, markOf, type Row } from './ledger.ts'

interface MarkBoxesProps {
  readonly id: string
  readonly label: string
  readonly mark: MarkValue
  readonly change: (mark: MarkValue) => void
}

/** A mark as one or two numbers that can be changed. */
const MarkBoxes = ({ id, label, mark, change }: MarkBoxesProps) => {
  if ('within' in mark) {
    const [low, high] = mark.within
    return (
      <span class="mark">
        <FreeNumber
          id={`${id}-from`}
          label={`${label}, ${text(words.from)}`}
          value={low}
          change={(value) => change({ within: [value, high] })}
        />
        …
        <FreeNumber
          id={`${id}-to`}
          label={`${label}, ${text(words.to)}`}
          value={high}
          change={(value) => change({ within: [low, value] })}
        />
      </span>
    )
  }
  const least = 'atLeast' in mark
  return (
    <span class="mark">
      <span aria-hidden="true">{least ? '≥' : '≤'}</span>
      <FreeNumber
        id={id}
        label={`${label}, ${text(least ? words.atLeast : words.atMost)}`}
        value={least ? mark.atLeast : mark.atMost}
        change={(value) => change(least ? { atLeast: value } : { atMost: value })}
      />
    </span>
  )
}

/** What is measured, next to what it has to be. */
export const FiguresTable = ({ row }: { readonly row: Row }) => {
  const judgement = judgementOf(row)
  return (
    <div class="scrolls" tabIndex={0} role="region" aria-label={`${row.claim.id}: ${text(words.figure)}`}>
      <table class="figures">
        <thead>
          <tr>
            <th scope="col">{text(words.figure)}</th>
            <th scope="col">{text(words.value)}</th>
            <th scope="col">{text(words.mark)}</th>
          </tr>
        </thead>
        <tbody>
          {row.claim.marks.map((mark) => {
            const judged = judgement?.[mark.of].find(({ measure }) => measure === mark.id)
            return (
              <tr key={markKey(mark)}>
                <th scope="row">
                  {text(mark.name)} <span class="quiet">({text(words.markOf[mark.of])})</span>
                </th>
                <td class={judged === undefined ? '' : judged.passed ? 'met' : 'missed'}>
                  {judged !== undefined && (
                    <>
                      {numberText(judged.value)}{' '}
                      <span>
                        <span aria-hidden="true">{judged.passed ? '✓' : '✗'}</span>
                        <span class="only-read">{text(judged.passed ? words.passed : words.missed)}</span>
                      </span>
                    </>
                  )}
                </td>
                <td>
                  <MarkBoxes
                    id={`${row.claim.id}-${mark.of}-${mark.id}`}
                    label={`${text(words.mark)}: ${text(mark.name)} (${text(words.markOf[mark.of])})`}
                    mark={markOf(row, mark)}
                    change={(value) => {
                      row.marks.value = { ...row.marks.peek(), [markKey(mark)]: value }
                    }}
                  />
                </td>
              </tr>
            )
          })}
        </tbody>
      </table>
    </div>
  )
}
