import { command, positional, string } from 'cmd-ts'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { loadModel } from '../model/model-file.ts'
import { predictionCaseText } from '../report/prediction-case-text.ts'
import type { Language } from '../report/wording.ts'
import { judgeTable } from '../tabular/judge-table.ts'
import { readArguments } from '../terminal/read-arguments.ts'
import type { Surroundings } from '../terminal/run-command.ts'
import { speechOptions } from '../terminal/speech-options.ts'
import { detailText, figuresText, verdictText } from './judgement-text.ts'
import { contradictionWords, optionWords } from './option-words.ts'
import { optionKinds } from './option-kinds.ts'
import { placeOfData } from './predict-command.ts'

const evaluateArguments = (language: Language) => {
  const of = optionKinds(language)
  const say = (name: keyof typeof optionWords): string => optionWords[name][language]
  return command({
    name: 'puregrad evaluate',
    description: say('evaluateCommand'),
    args: {
      model: positional({ displayName: 'MODEL', type: string, description: say('modelFile') }),
      data: of.text('evaluateData', 'file', 'data'),
      json: of.flag('json'),
      ...speechOptions(language),
    },
    examples: [
      {
        description: say('exampleEvaluate'),
        command: 'puregrad evaluate titanic.model --data kept-apart.csv',
      },
    ],
    handler: (values) => values,
  })
}

/** Judges a model that was trained before by rows whose truth is known. */
export const evaluateCommand = async (
  argv: readonly string[],
  { say, warn, language, paint }: Surroundings,
): Promise<E.Either<string, void>> => {
  const asked = await readArguments(evaluateArguments(language), argv, { language, paint })
  if (E.isLeft(asked)) return asked
  if (asked.right.kind === 'help') return E.right(say(asked.right.text))
  const { model: place, data, json } = asked.right.values
  if (data === undefined) return E.left(contradictionWords.noRows[language])
  return pipe(
    loadModel(place),
    TE.flatMap((model) => judgeTable(model, placeOfData(data))),
    TE.bimap(
      ({ message }) => message,
      ({ judgement, cases, unlabelled }) => {
        const speech = { language, paint }
        say(
          [
            figuresText(judgement, speech),
            ...verdictText(judgement, speech),
            ...detailText(judgement, language),
          ].join('\n'),
        )
        cases.forEach((found) => warn(predictionCaseText(found)[language]))
        if (json) say(JSON.stringify({ model: place, data, unlabelled, ...judgement }))
      },
    ),
  )()
}
