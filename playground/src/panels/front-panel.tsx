import type { LambdaFrontPicture } from 'puregrad/report'
import { signal } from '@preact/signals'
import { useMemo } from 'preact/hooks'
import type { FrontPoint, JobReply } from '../engine/messages.ts'
import { fill } from '../engine/wordings.ts'
import { startJob, type Job } from '../job.ts'
import { numberText, percentText, text } from '../language.ts'
import { PictureFigure } from '../pictures/picture-figure.tsx'
import { change, settings, table } from '../training/lab.ts'
import { words } from '../words.ts'
import { Progress } from '../progress.tsx'

type Penalty = 'l1' | 'l2'

const lambdas = [0, 1e-4, 3e-4, 1e-3, 3e-3, 0.01, 0.03, 0.1, 0.3]
const epochs = 60

const penalty = signal<Penalty>('l2')
const points = signal<readonly FrontPoint[]>([])
const job = signal<Job>()
const progress = signal<Extract<JobReply, { readonly kind: 'progress' }>>()
const problem = signal<string>()

const end = (): void => {
  job.peek()?.end()
  job.value = undefined
  progress.value = undefined
}

const hear = (reply: JobReply): void => {
  switch (reply.kind) {
    case 'progress':
      progress.value = reply
      return
    case 'front':
      points.value = reply.points
      if (reply.whole) end()
      return
    case 'refused':
      problem.value = reply.refusals.map(({ message }) => text(message)).join(' ')
      return end()
    case 'broken':
      problem.value = reply.message
      return end()
    default:
  }
}

const begin = (): void => {
  end()
  points.value = []
  problem.value = undefined
  const own = table.peek()
  job.value = startJob(
    {
      kind: 'front',
      settings: settings.peek(),
      penalty: penalty.peek(),
      lambdas,
      epochs,
      ...(own === undefined ? {} : { table: { file: own.file, text: own.text } }),
    },
    hear,
  )
}

const pictureOf = (shown: readonly FrontPoint[], of: Penalty, chosen: number): LambdaFrontPicture => {
  const omega = of === 'l1' ? words.l1Axis : words.l2Axis
  return {
    kind: 'lambda-front',
    title: fill(words.frontTitle, { omega }),
    loss: { title: words.trainLoss },
    penalty: { title: omega },
    points: shown.map(({ lambda, trainLoss, omega: size }) => ({ lambda, loss: trainLoss, penalty: size })),
    ...(shown.some(({ lambda }) => lambda === chosen) ? { chosen } : {}),
  }
}

const FrontTable = ({ of }: { readonly of: Penalty }) => (
  <div class="scrolls" tabIndex={0} role="region" aria-label={text(words.panels.front)}>
    <table>
      <thead>
        <tr>
          <th scope="col">{text(words.lambdaColumn)}</th>
          <th scope="col">{text(words.trainLoss)}</th>
          <th scope="col">{text(words.devErrorColumn)}</th>
          <th scope="col">{text(of === 'l1' ? words.l1Axis : words.l2Axis)}</th>
          <th scope="col">{text(words.zerosColumn)}</th>
        </tr>
      </thead>
      <tbody>
        {points.value.map((point) => (
          <tr key={point.lambda}>
            <td>
              <button type="button" class="small secondary" onClick={() => change({ [of]: point.lambda })}>
                {numberText(point.lambda)}
              </button>
            </td>
            <td>{numberText(point.trainLoss)}</td>
            <td>{percentText(point.devError)}</td>
            <td>{numberText(point.omega)}</td>
            <td>{percentText(point.zeros / Math.max(1, point.of))}</td>
          </tr>
        ))}
      </tbody>
    </table>
  </div>
)

/** What each price of a penalty costs in loss, and what it buys. */
export const FrontPanel = () => {
  const of = penalty.value
  const shown = points.value
  const chosen = settings.value[of]
  const picture = useMemo(() => pictureOf(shown, of, chosen), [shown, of, chosen])
  return (
    <>
      <p>{text(words.frontHint)}</p>
      <div class="row">
        <label for="front-penalty">{text(words.frontPenalty)}</label>
        <select
          id="front-penalty"
          value={of}
          onChange={({ currentTarget }) => {
            end()
            points.value = []
            penalty.value = currentTarget.value === 'l1' ? 'l1' : 'l2'
          }}
        >
          <option value="l2">L2</option>
          <option value="l1">L1</option>
        </select>
        {job.value === undefined ? (
          <button type="button" onClick={begin}>
            {text(words.frontRun)}
          </button>
        ) : (
          <button type="button" class="secondary" onClick={end}>
            {text(words.cancel)}
          </button>
        )}
      </div>
      {job.value !== undefined && <Progress of={progress.value} />}
      {problem.value !== undefined && <p class="wrong">{problem.value}</p>}
      {shown.length > 1 && <PictureFigure picture={picture} />}
      {shown.length > 0 && <FrontTable of={of} />}
    </>
  )
}
