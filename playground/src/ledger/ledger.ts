import { signal, type Signal } from '@preact/signals'
import { judge, type Claim, type Judgement, type Measure } from 'puregrad/claims'
import type { ClaimSummary, JobReply, MarkValue } from '../engine/messages.ts'
import { startJob, type Job } from '../job.ts'
import { text } from '../language.ts'

type Result = Extract<JobReply, { readonly kind: 'claim' }>

/** What a claim was measured with. */
export interface Asked {
  readonly seed: number
  readonly settings: Readonly<Record<string, number>>
}

/** A statement on the page: what the reader changed, what runs, and what was measured. */
export interface Row {
  readonly claim: ClaimSummary
  /** Marks that the reader changed, by measure and whose mark it is. */
  readonly marks: Signal<Readonly<Record<string, MarkValue>>>
  readonly asked: Signal<Asked>
  readonly job: Signal<Job | undefined>
  readonly progress: Signal<Extract<JobReply, { readonly kind: 'progress' }> | undefined>
  readonly result: Signal<{ readonly reply: Result; readonly asked: Asked } | undefined>
  readonly problem: Signal<string | undefined>
}

/** All statements, once they are known. */
export const rows = signal<readonly Row[]>()
export const rowsProblem = signal<string>()

type Mark = ClaimSummary['marks'][number]

export const markKey = ({ id, of }: Pick<Mark, 'id' | 'of'>): string => `${of}.${id}`

const rowOf = (claim: ClaimSummary): Row => ({
  claim,
  marks: signal({}),
  asked: signal({
    seed: 0,
    settings: Object.fromEntries(claim.settings.map(({ id, value }) => [id, value])),
  }),
  job: signal(),
  progress: signal(),
  result: signal(),
  problem: signal(),
})

/** Asks for the statements, the first time. */
export const loadRows = (): void => {
  if (rows.peek() !== undefined) return
  const job = startJob({ kind: 'claims' }, (reply) => {
    if (reply.kind === 'claims') rows.value = reply.claims.map(rowOf)
    else if (reply.kind === 'broken') rowsProblem.value = reply.message
    else return
    job.end()
  })
}

export const giveUp = ({ job, progress }: Row): void => {
  job.peek()?.end()
  job.value = undefined
  progress.value = undefined
}

/** Measures a statement with its seed and settings as they are now. */
export const measure = (row: Row): void => {
  giveUp(row)
  const asked = row.asked.peek()
  row.problem.value = undefined
  row.job.value = startJob(
    { kind: 'claim', claim: row.claim.id, ...asked, marks: row.marks.peek() },
    (reply) => {
      switch (reply.kind) {
        case 'progress':
          row.progress.value = reply
          return
        case 'claim':
          row.result.value = { reply, asked }
          return giveUp(row)
        case 'refused':
          row.problem.value = reply.refusals.map(({ message }) => text(message)).join(' ')
          return giveUp(row)
        case 'broken':
          row.problem.value = reply.message
          return giveUp(row)
        default:
      }
    },
  )
}

/** The mark as the reader left it. */
export const markOf = ({ marks }: Row, mark: Mark): MarkValue => marks.value[markKey(mark)] ?? mark.mark

const claimOf = (row: Row): Claim => {
  const { settings: _, marks, ...said } = row.claim
  const measures = marks.reduce<Readonly<Record<string, Measure>>>(
    (sofar, mark) => ({
      ...sofar,
      [mark.id]: { ...sofar[mark.id], name: mark.name, [mark.of]: markOf(row, mark) },
    }),
    {},
  )
  return { ...said, measures, settings: {}, measure: () => ({ figures: {} }) }
}

/** What the figures say by the marks as they are now: a changed mark needs no new measurement. */
export const judgementOf = (row: Row): Judgement | undefined => {
  const measured = row.result.value
  if (measured === undefined) return undefined
  const figures = Object.fromEntries(measured.reply.figures.map(({ id, value }) => [id, value]))
  return judge(claimOf(row), { figures })
}

/** Whether what was measured was measured with the present seed and settings. */
export const isCurrent = ({ asked, result }: Row): boolean => {
  const measured = result.value?.asked
  const now = asked.value
  return (
    measured === undefined ||
    (measured.seed === now.seed &&
      Object.entries(now.settings).every(([id, value]) => measured.settings[id] === value))
  )
}
