import { command, positional, string } from 'cmd-ts'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { writeAtomically } from '../data/files/write-atomically.ts'
import { loadModel } from '../model/model-file.ts'
import { modelToOnnx } from '../onnx/out/model-to-onnx.ts'
import type { Language } from '../report/wording.ts'
import { readArguments } from '../terminal/read-arguments.ts'
import type { Surroundings } from '../terminal/run-command.ts'
import { speechOptions } from '../terminal/speech-options.ts'
import { writtenPlaces } from '../terminal/write-file.ts'
import { said } from './messages.ts'
import { contradictionWords, optionWords } from './option-words.ts'
import { optionKinds } from './option-kinds.ts'

const exportArguments = (language: Language) => {
  const of = optionKinds(language)
  const say = (name: keyof typeof optionWords): string => optionWords[name][language]
  return command({
    name: 'puregrad export',
    description: say('exportCommand'),
    args: {
      model: positional({ displayName: 'MODEL', type: string, description: say('modelFile') }),
      to: of.text('to', 'file'),
      ...speechOptions(language),
    },
    examples: [
      { description: say('exampleExport'), command: 'puregrad export titanic.model --to titanic.onnx' },
    ],
    handler: (values) => values,
  })
}

/** Writes a model that was trained before as ONNX, with its preparation; the file is there as a whole or not at all. */
export const exportCommand = async (
  argv: readonly string[],
  { say, language, paint }: Surroundings,
): Promise<E.Either<string, void>> => {
  const asked = await readArguments(exportArguments(language), argv, { language, paint })
  if (E.isLeft(asked)) return asked
  if (asked.right.kind === 'help') return E.right(say(asked.right.text))
  const { model: place, to } = asked.right.values
  if (to === undefined || !/\.onnx$/i.test(to)) return E.left(contradictionWords.noOnnxFile[language])
  const inModel = ({ message }: { readonly message: string }): string => `${place}: ${message}`
  return pipe(
    writtenPlaces([['MODEL', place]], [['--to', to]], language),
    TE.flatMap(() =>
      pipe(
        loadModel(place),
        TE.mapLeft(({ message }) => message),
      ),
    ),
    TE.flatMapEither((model) => pipe(modelToOnnx(model), E.mapLeft(inModel))),
    TE.flatMap((bytes) =>
      pipe(
        writeAtomically(to, bytes),
        TE.mapLeft(({ message }) => message),
      ),
    ),
    TE.map(() => say(said.exported(to)[language])),
  )()
}
