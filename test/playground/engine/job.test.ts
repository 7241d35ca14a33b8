import { describe, expect, it } from 'vitest'
import { claimReply, claimSummaries } from '../../../playground/src/engine/claims.ts'
import { doJob } from '../../../playground/src/engine/job.ts'
import type { FrontPoint, JobReply, JobRequest } from '../../../playground/src/engine/messages.ts'
import { priced } from '../../../playground/src/engine/price-front.ts'
import { lectureClaims } from '../../../src/lecture/index.ts'
import { small } from './trainings.ts'

const done = async (request: JobRequest): Promise<readonly JobReply[]> => {
  const replies: JobReply[] = []
  await doJob(request, (reply) => replies.push(reply))
  return replies
}

const claim = (id: string, marks: Extract<JobRequest, { kind: 'claim' }>['marks'] = {}): JobRequest => ({
  kind: 'claim',
  claim: id,
  seed: 0,
  settings: {},
  marks,
})

describe('a statement of the ledger', () => {
  it('is listed as plain data, each of them', () => {
    const claims = claimSummaries()
    expect(claims.map(({ id }) => id)).toEqual(lectureClaims.map(({ id }) => id))
    expect(structuredClone(claims)).toEqual(claims)
  })

  it('runs, and another mark turns its verdict', async () => {
    const [found] = (await done(claim('e2'))).filter(({ kind }) => kind === 'claim')
    expect(found).toMatchObject({ claim: 'E2', verdict: 'false-as-written' })
    const { figures } = found as Extract<JobReply, { kind: 'claim' }>
    const [first] = figures.filter(({ of }) => of === 'corrected')
    const turned = await done(claim('E2', { [`corrected.${first!.id}`]: { atLeast: 1e300 } }))
    expect(turned.at(-1)).toMatchObject({ verdict: 'fails' })
    const literal = Object.fromEntries(
      figures.flatMap(({ of, id }) => (of === 'literal' ? [[`literal.${id}`, { atLeast: -1e300 }]] : [])),
    )
    expect((await done(claim('E2', literal))).at(-1)).toMatchObject({ verdict: 'holds' })
  })

  it('of another name, or with a setting that it does not have, is refused in words', async () => {
    expect(await done(claim('Z9'))).toMatchObject([
      { kind: 'refused', refusals: [{ message: { en: 'There is no statement Z9' } }] },
    ])
    const e2 = lectureClaims.find(({ id }) => id === 'E2')!
    const reply = await claimReply(e2, 0, { settings: { nonsense: 1 }, marks: {} }, () => undefined)
    expect(reply.kind).toBe('refused')
  })
})

describe('a front of prices', () => {
  const point = (trainLoss: number, omega: number): Omit<FrontPoint, 'onFront'> => ({
    lambda: 0,
    trainLoss,
    omega,
    devLoss: 0,
    devError: 0,
    zeros: 0,
    of: 1,
  })

  it('has the slope between neighbours as its price, and leaves out what is dominated', () => {
    // ℓ = 1/Ω, whose slope at Ω is −1/Ω².
    const points = [4, 1, 2].map((omega) => point(1 / omega, omega))
    const found = priced([...points, point(2, 3)])
    expect(found.map(({ onFront }) => onFront)).toEqual([true, true, true, false])
    expect(found.map(({ slope }) => slope)).toEqual([1 / 8, 1 / 2, 1 / 4, undefined])
    expect(priced([point(1, 1)])[0]).not.toHaveProperty('slope')
  })

  it('comes point by point: the dearer the weights, the smaller they are', async () => {
    const lambdas = [0, 0.01, 0.3]
    const replies = await done({ kind: 'front', settings: small, penalty: 'l2', lambdas, epochs: 20 })
    const fronts = replies.filter((reply) => reply.kind === 'front')
    expect(fronts.map(({ points, whole }) => [points.length, whole])).toEqual([
      [1, false],
      [2, false],
      [3, true],
    ])
    const points = fronts.at(-1)!.points
    expect(points.map(({ lambda }) => lambda)).toEqual(lambdas)
    expect(points.map(({ omega }) => omega)).toEqual(points.map(({ omega }) => omega).sort((a, b) => b - a))
    expect(points.map(({ trainLoss }) => trainLoss)).toEqual(
      points.map(({ trainLoss }) => trainLoss).sort((a, b) => a - b),
    )
    expect(replies.filter(({ kind }) => kind === 'progress')).toHaveLength(4)
  })

  it('of settings that are wrong is refused', async () => {
    const [refused] = await done({
      kind: 'front',
      settings: { ...small, rows: 1 },
      penalty: 'l1',
      lambdas: [0],
      epochs: 1,
    })
    expect(refused).toMatchObject({ kind: 'refused' })
  })
})
