import { useEffect } from 'preact/hooks'
import { fill } from '../engine/wordings.ts'
import { numberText, text } from '../language.ts'
import { PictureFigure } from '../pictures/picture-figure.tsx'
import { Progress } from '../progress.tsx'
import { words } from '../words.ts'
import { FiguresTable } from './figures-table.tsx'
import { giveUp, isCurrent, judgementOf, loadRows, measure, rows, rowsProblem, type Row } from './ledger.ts'
import { ClaimSettings } from './claim-settings.tsx'

const Verdict = ({ row }: { readonly row: Row }) => {
  const judgement = judgementOf(row)
  return judgement === undefined ? null : (
    <span class={`verdict verdict-${judgement.verdict}`} data-figure="verdict">
      {text(words.verdicts[judgement.verdict])}
    </span>
  )
}

const Statement = ({ claim: { asWritten, corrected, condition, remark, lines } }: Pick<Row, 'claim'>) => (
  <dl class="statement">
    <dt>
      {text(words.asWritten)} <span class="quiet">({text(fill(words.lines, { lines }))})</span>
    </dt>
    <dd>{text(asWritten)}</dd>
    <dt>{text(words.corrected)}</dt>
    <dd>{text(corrected)}</dd>
    {condition !== undefined && (
      <>
        <dt>{text(words.condition)}</dt>
        <dd>{text(condition)}</dd>
      </>
    )}
    {remark !== undefined && (
      <>
        <dt>{text(words.remark)}</dt>
        <dd>{text(remark)}</dd>
      </>
    )}
  </dl>
)

const Outcome = ({ row }: { readonly row: Row }) => {
  const measured = row.result.value
  if (measured === undefined) return null
  const { seconds, counterExample, pictures } = measured.reply
  return (
    <>
      <p class="quiet">
        {text(fill(words.took, { s: numberText(seconds, 2), seed: String(measured.asked.seed) }))}
      </p>
      {!isCurrent(row) && <p class="wrong">{text(words.runAgain)}</p>}
      {counterExample !== undefined && (
        <p>
          <strong>{text(words.counterExample)}:</strong> {text(counterExample)}
        </p>
      )}
      {pictures.map((picture, i) => (
        <PictureFigure key={i} picture={picture} />
      ))}
    </>
  )
}

const ClaimRow = ({ row }: { readonly row: Row }) => {
  const { claim, job, progress, problem } = row
  return (
    <article class="claim" id={`claim-${claim.id}`} aria-labelledby={`claim-${claim.id}-title`}>
      <header>
        <h3 id={`claim-${claim.id}-title`}>{claim.id}</h3>
        <Verdict row={row} />
        {job.value === undefined ? (
          <button type="button" class="small run-claim" onClick={() => measure(row)}>
            {text(fill(words.runClaim, { id: claim.id }))}
          </button>
        ) : (
          <button type="button" class="small secondary" onClick={() => giveUp(row)}>
            {text(words.cancel)}
          </button>
        )}
      </header>
      {job.value !== undefined && <Progress of={progress.value} />}
      {problem.value !== undefined && (
        <p class="wrong" role="alert">
          {problem.value}
        </p>
      )}
      <Statement claim={claim} />
      <FiguresTable row={row} />
      <ClaimSettings row={row} />
      <Outcome row={row} />
    </article>
  )
}

type Section = keyof typeof words.sections
const sections = Object.keys(words.sections) as Section[]

/** Every statement of the lecture, to be measured in the page. */
export const LedgerView = () => {
  useEffect(loadRows, [])
  const all = rows.value
  if (rowsProblem.value !== undefined)
    return (
      <p class="wrong" role="alert">
        {rowsProblem.value}
      </p>
    )
  if (all === undefined) return <p aria-busy="true">{text(words.loadingClaims)}</p>
  return (
    <div class="ledger">
      <p>{text(words.ledgerIntro)}</p>
      {sections.map((section) => (
        <section key={section} aria-label={text(words.sections[section])}>
          <h2>{text(words.sections[section])}</h2>
          {all
            .filter(({ claim }) => claim.id.startsWith(section))
            .map((row) => (
              <ClaimRow key={row.claim.id} row={row} />
            ))}
        </section>
      ))}
    </div>
  )
}
