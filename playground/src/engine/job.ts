import * as E from 'fp-ts/lib/Either.js'
import { checkSettings } from './check-settings.ts'
import type { JobReply, JobRequest } from './messages.ts'
import { priceFront } from './price-front.ts'
import { rowsOf } from './rows.ts'
import { fill, say } from './wordings.ts'

const mostPoints = 40

/** Says how far it is, and how long it will take as it went so far. */
const timed = (post: (reply: JobReply) => void): ((done: number, of: number) => void) => {
  const begun = performance.now()
  return (done, of) => {
    const seconds = (performance.now() - begun) / 1000
    post({ kind: 'progress', done, of, ...(done > 0 ? { secondsLeft: (seconds * (of - done)) / done } : {}) })
  }
}

const claimJob = async (
  { claim: id, seed, settings, marks }: Extract<JobRequest, { kind: 'claim' }>,
  post: (reply: JobReply) => void,
): Promise<void> => {
  const [{ lectureClaims }, { claimReply }] = await Promise.all([
    import('puregrad/claims'),
    import('./claims.ts'),
  ])
  const claim = lectureClaims.find((one) => one.id.toLowerCase() === id.toLowerCase())
  if (claim === undefined)
    post({
      kind: 'refused',
      refusals: [{ message: fill(say('There is no statement {id}', 'Няма твърдение {id}'), { id }) }],
    })
  else post(await claimReply(claim, seed, { settings, marks }, timed(post)))
}

const frontJob = (
  { settings, penalty, lambdas, epochs, table }: Extract<JobRequest, { kind: 'front' }>,
  post: (reply: JobReply) => void,
): void => {
  const checked = checkSettings({ ...settings, epochs })
  const rows = E.isLeft(checked) ? checked : rowsOf(checked.right, table)
  if (E.isLeft(checked) || E.isLeft(rows)) {
    post({ kind: 'refused', refusals: E.isLeft(checked) ? checked.left : E.isLeft(rows) ? rows.left : [] })
    return
  }
  const some = lambdas.slice(0, mostPoints)
  const progress = timed(post)
  progress(0, some.length)
  // eslint-disable-next-line functional/no-loop-statements -- each point is told as soon as it is there
  for (const points of priceFront(checked.right, rows.right, penalty, some, epochs)) {
    progress(points.length, some.length)
    post({ kind: 'front', penalty, points, whole: points.length === some.length })
  }
}

/** Does a job and tells how it goes; what is wrong with it is a reply too. */
export const doJob = async (request: JobRequest, post: (reply: JobReply) => void): Promise<void> => {
  switch (request.kind) {
    case 'claims': {
      const { claimSummaries } = await import('./claims.ts')
      post({ kind: 'claims', claims: claimSummaries() })
      return
    }
    case 'claim':
      return claimJob(request, post)
    case 'front':
      return frontJob(request, post)
  }
}
