// GradBench's protocol: one JSON message a line, and one answer with the same `id` to each.
//
//   {"id":0,"kind":"start","eval":"hello"}                                      → {"id":0,"tool":"puregrad"}
//   {"id":1,"kind":"define","module":"hello"}                                   → {"id":1,"success":true}
//   {"id":2,"kind":"evaluate","module":"hello","function":"square","input":3}   → {"id":2,"success":true,"output":9,
//                                                                        "timings":[{"name":"evaluate","nanoseconds":…}]}
//   {"id":3,"kind":"analysis","of":2,"valid":true}                              → {"id":3}

import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as t from 'io-ts'
import { PathReporter } from 'io-ts/lib/PathReporter.js'
import { ba } from './ba.ts'
import { gmm } from './gmm.ts'
import { hello } from './hello.ts'
import { ht } from './ht.ts'
import { kmeans } from './kmeans.ts'
import { lstm } from './lstm.ts'
import { ode } from './ode.ts'
import type { Ready, Tasks } from './task.ts'

/** The modules of GradBench that are here. */
export const modules: Readonly<Record<string, Tasks>> = { ba, gmm, hello, ht, kmeans, lstm, ode }

const base = t.type({ id: t.number, kind: t.string })
const define = t.type({ module: t.string })
const evaluate = t.type({ module: t.string, function: t.string, input: t.unknown })
const runs = t.partial({ min_runs: t.number, min_seconds: t.number })

export interface Timing {
  readonly name: string
  readonly nanoseconds: number
}

/** What is said in answer to a message. */
export interface Answer {
  readonly id: number
  readonly tool?: string
  readonly success?: boolean
  readonly output?: unknown
  readonly timings?: readonly Timing[]
  readonly error?: string
}

/** Runs at least `min_runs` times and for at least `min_seconds`, one run where neither is said. */
const timed = ({ run }: Ready, input: unknown): Pick<Answer, 'output' | 'timings'> => {
  const wanted = runs.decode(input)
  const { min_runs = 1, min_seconds = 0 } = E.isRight(wanted) ? wanted.right : {}
  const timings: Timing[] = []
  let spent = 0
  let output: () => unknown = () => undefined
  do {
    const start = process.hrtime.bigint()
    output = run()
    const nanoseconds = Number(process.hrtime.bigint() - start)
    timings.push({ name: 'evaluate', nanoseconds })
    spent += nanoseconds / 1e9
  } while (timings.length < min_runs || spent < min_seconds)
  return { output: output(), timings }
}

const known = (names: Readonly<Record<string, unknown>>): string => Object.keys(names).join(', ')

const tasksOf = (module: string): E.Either<string, Tasks> =>
  E.fromNullable(`there is no module ${JSON.stringify(module)}; there are ${known(modules)}`)(
    Object.hasOwn(modules, module) ? modules[module] : undefined,
  )

const evaluated = ({
  module,
  function: name,
  input,
}: t.TypeOf<typeof evaluate>): E.Either<string, Pick<Answer, 'output' | 'timings'>> =>
  pipe(
    tasksOf(module),
    E.chain((tasks) =>
      E.fromNullable(`module ${module} has no function ${JSON.stringify(name)}; it has ${known(tasks)}`)(
        Object.hasOwn(tasks, name) ? tasks[name] : undefined,
      ),
    ),
    E.chain((found) => found(input)),
    E.map((ready) => timed(ready, input)),
  )

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

const reported = (problems: t.Errors): string => PathReporter.report(E.left(problems)).join('\n')

/** The answer to one line; a left where the line is no message that could be answered. */
export const answer = (line: string): E.Either<string, Answer> =>
  pipe(
    E.tryCatch((): unknown => JSON.parse(line), messageOf),
    E.chain((given) =>
      pipe(
        base.decode(given),
        E.mapLeft(reported),
        E.map(({ id, kind }): Answer => {
          const success = (result: E.Either<string, Partial<Answer>>): Answer =>
            E.isLeft(result)
              ? { id, success: false, error: result.left }
              : { id, success: true, ...result.right }
          const caught = (act: () => E.Either<string, Partial<Answer>>): Answer =>
            success(E.flatten(E.tryCatch(act, messageOf)))
          switch (kind) {
            case 'start':
              return { id, tool: 'puregrad' }
            case 'define':
              return success(
                pipe(
                  define.decode(given),
                  E.mapLeft(reported),
                  E.chain(({ module }) => tasksOf(module)),
                  E.map(() => ({})),
                ),
              )
            case 'evaluate':
              return caught(() => pipe(evaluate.decode(given), E.mapLeft(reported), E.chain(evaluated)))
            default:
              return { id }
          }
        }),
      ),
    ),
  )
