import type { JobReply } from './engine/messages.ts'
import { fill } from './engine/wordings.ts'
import { numberText, text } from './language.ts'
import { words } from './words.ts'

/** How far a job has come, and how long it still takes. */
export const Progress = ({
  of,
}: {
  readonly of: Extract<JobReply, { readonly kind: 'progress' }> | undefined
}) => {
  const said =
    of === undefined
      ? ''
      : [
          text(fill(words.progress, { done: numberText(of.done), of: numberText(of.of) })),
          ...(of.secondsLeft === undefined
            ? []
            : [text(fill(words.secondsLeft, { s: numberText(Math.ceil(of.secondsLeft)) }))]),
        ].join(', ')
  return (
    <div class="progress">
      <progress
        aria-label={text(words.progressName)}
        max={of?.of ?? 1}
        {...(of === undefined ? {} : { value: of.done })}
      />
      <span class="quiet">{said}</span>
    </div>
  )
}
