import type { ComponentChildren } from 'preact'
import type { Explanation } from './engine/messages.ts'
import { fill } from './engine/wordings.ts'
import { linkProblem } from './address.ts'
import { numberText, text } from './language.ts'
import { fault, futures, refusals, settings, startAnew } from './training/lab.ts'
import { words } from './words.ts'

const Notice = ({
  name,
  title,
  dismiss,
  children,
}: {
  readonly name: string
  readonly title: string
  readonly dismiss?: () => void
  readonly children: ComponentChildren
}) => (
  <article class={`notice notice-${name}`} role="alert">
    <h2>{title}</h2>
    {children}
    {dismiss !== undefined && (
      <button type="button" class="small secondary" onClick={dismiss}>
        {text(words.dismiss)}
      </button>
    )}
  </article>
)

/** Two digits of a number above 0, no more than it. */
const roundedDown = (value: number): number => {
  const unit = 10 ** (Math.floor(Math.log10(value)) - 1)
  return Number((Math.floor(value / unit) * unit).toPrecision(2))
}

const WhatHappened = ({ explanation }: { readonly explanation: Explanation }) => {
  const { message, advice } = explanation
  const finiteRate = explanation.finiteRate === undefined ? undefined : roundedDown(explanation.finiteRate)
  return (
    <Notice name="non-finite" title={text(words.whatHappened)}>
      <p>{text(message)}</p>
      <ul>
        {advice.map((sentence) => (
          <li key={sentence.en}>{text(sentence)}</li>
        ))}
      </ul>
      {finiteRate !== undefined && (
        <button
          type="button"
          class="small"
          onClick={() => void startAnew({ ...settings.peek(), learningRate: finiteRate })}
        >
          {text(fill(words.tryRate, { rate: numberText(finiteRate, 3) }))}
        </button>
      )}
    </Notice>
  )
}

/** What went wrong, and what can be done about it. */
export const Notices = () => {
  const explanation = futures.value.find((future) => future.explanation !== undefined)?.explanation
  const elsewhere = refusals.value.filter(({ setting }) => setting === undefined)
  return (
    <>
      {linkProblem.value !== undefined && (
        <Notice
          name="link"
          title={text(words.refusedLink)}
          dismiss={() => {
            linkProblem.value = undefined
          }}
        >
          <ul>
            {linkProblem.value.refusals.slice(0, 5).map(({ message }) => (
              <li key={message.en}>{text(message)}</li>
            ))}
          </ul>
          <p>{text(linkProblem.value.kept ? words.refusedLinkKept : words.refusedLinkHint)}</p>
        </Notice>
      )}
      {fault.value !== undefined && (
        <Notice name="fault" title={text(words.faultTitle)}>
          <p>
            <code>{fault.value}</code>
          </p>
        </Notice>
      )}
      {elsewhere.length > 0 && (
        <Notice
          name="refused"
          title={text(words.refused)}
          dismiss={() => {
            refusals.value = []
          }}
        >
          {elsewhere.map(({ message }) => (
            <p key={message.en}>{text(message)}</p>
          ))}
        </Notice>
      )}
      {explanation !== undefined && <WhatHappened explanation={explanation} />}
    </>
  )
}
