import { access } from 'node:fs/promises'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import type { TrainingHooks } from '../tabular/run-network.ts'
import { said } from './messages.ts'
import type { Options } from './options.ts'

/** What the options say of a checkpoint; one that would be written over unasked is a `Left`. */
export const checkpointOf = ({
  checkpoint,
  language,
  seed,
}: Pick<Options, 'checkpoint' | 'language' | 'seed'>): TE.TaskEither<
  string,
  Pick<TrainingHooks, 'checkpoint'>
> => {
  if (checkpoint === undefined) return TE.right({})
  const { file, resume, every } = checkpoint
  const asked = (found: boolean): Pick<TrainingHooks, 'checkpoint'> => ({
    checkpoint: {
      file,
      resume: resume && found,
      ...(every === undefined ? {} : { every }),
      settings: { seed },
    },
  })
  return pipe(
    TE.tryCatch(
      () => access(file),
      () => 'absent',
    ),
    TE.matchE(
      () => TE.right(asked(false)),
      () => (resume ? TE.right(asked(true)) : TE.left(said.checkpointExists(file)[language])),
    ),
  )
}
