/* eslint-disable functional/no-let, functional/no-loop-statements --
   a future is yielded from inside the loops over stages and events, which only a generator's own loops can do */
import * as E from 'fp-ts/lib/Either.js'
import { deviceStep, fitOnDevice } from 'puregrad/training'
import { closeDevice, fromDevice, requestWebGpu } from 'puregrad/webgpu'
import { entered, onward, setOut, stageNow, type Future } from './future.ts'
import type { Refusal } from './messages.ts'
import type { Stage } from './stage.ts'
import { say } from './wordings.ts'

/** A GPU that makes the steps of trainings. */
export interface Gpu {
  readonly name: string
  /** As `walk`, with steps that are made there; the futures are here. */
  readonly walk: (from: Future) => AsyncIterator<Future, void>
  readonly close: () => void
}

const refusals = {
  unsupported: say(
    'This browser has no WebGPU here: the processor computes.',
    'Този браузър тук няма WebGPU: смята процесорът.',
  ),
  'no adapter': say(
    'The browser found no GPU that it may use: the processor computes.',
    'Браузърът не намери видеокарта, която може да ползва: смята процесорът.',
  ),
  'no device': say(
    'The GPU could not be taken into use: the processor computes.',
    'Видеокартата не можа да се включи: смята процесорът.',
  ),
} as const

/** The GPU of the browser, or why there is none. */
export const requestGpu = async (): Promise<E.Either<Refusal, Gpu>> => {
  const found = await requestWebGpu()()
  if (E.isLeft(found)) return E.left({ message: refusals[found.left.kind] })
  const device = found.right
  const plans = new WeakMap<Stage, ReturnType<typeof made>>()
  const made = ({ plan, step: { compile: _, ...settings } }: Stage) => ({
    ...plan,
    step: deviceStep(device, settings),
  })
  const planOf = (stage: Stage): ReturnType<typeof made> => {
    const plan = plans.get(stage) ?? made(stage)
    plans.set(stage, plan)
    return plan
  }
  async function* walk(from: Future): AsyncGenerator<Future, void> {
    const { future: first, isThere } = setOut(from)
    if (isThere) {
      yield first
      return
    }
    let next: ReturnType<typeof onward> = { future: first, then: 'another stage' }
    while (next.then === 'another stage') {
      const events = fitOnDevice(planOf(stageNow(next.future)), { batches: true })(entered(next.future))
      for await (const event of events) {
        // What is shown of a state is computed here.
        next = onward(next.future, await fromDevice(event))
        yield next.future
        if (next.then !== 'the next event') break
      }
    }
  }
  return E.right({
    name: device.description,
    walk,
    close: () => {
      closeDevice(device)
    },
  })
}
