import { useState } from 'preact/hooks'
import { fill } from '../engine/wordings.ts'
import { numberText, percentText, text } from '../language.ts'
import { data, opening, openTest, type Opening } from '../training/lab.ts'
import { words } from '../words.ts'

const Result = ({ rows, error, interval: [low, high], loss, looks, optimism }: Opening) => (
  <>
    <p role="status">
      {text(
        fill(words.testResult, {
          error: percentText(error),
          rows: String(rows),
          low: percentText(low),
          high: percentText(high),
          loss: numberText(loss),
        }),
      )}
    </p>
    <p>
      {text(fill(words.testLooks, { n: String(looks.length) }))}{' '}
      {looks.length > 1 && text(fill(words.testOptimism, { bound: percentText(optimism.bound) }))}
    </p>
    <ol>
      {looks.map(({ reason }, i) => (
        <li key={i}>{reason}</li>
      ))}
    </ol>
  </>
)

/** The test set: sealed, and opened for a reason that is noted. */
export const TestPanel = () => {
  const [reason, setReason] = useState('')
  return (
    <>
      <p>{text(words.testHint)}</p>
      <form
        class="row"
        onSubmit={(event) => {
          event.preventDefault()
          if (reason.trim() !== '') void openTest(reason.trim())
        }}
      >
        <label for="test-reason">{text(words.testReason)}</label>
        <input
          id="test-reason"
          type="text"
          autocomplete="off"
          required
          maxLength={200}
          value={reason}
          onInput={({ currentTarget }) => setReason(currentTarget.value)}
        />
        <button type="submit" class="secondary">
          {text(words.testOpen)}
        </button>
      </form>
      {opening.value !== undefined && <Result {...opening.value} />}
      {data.value !== undefined && (
        <p class="quiet digest">
          {text(words.testSeal)} <code>{data.value.testDigest.slice(0, 16)}</code>
        </p>
      )}
    </>
  )
}
