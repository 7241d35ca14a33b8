import { parseArgs, type ParseArgsConfig } from 'node:util'

/** Ends the process with one line that says what is wrong. */
export const refuse = (message: string): never => {
  console.error(message)
  process.exit(2)
}

/** The options of a command line. */
export const readArguments = <const Options extends NonNullable<ParseArgsConfig['options']>>(
  options: Options,
) => {
  try {
    return parseArgs({ options }).values
  } catch (error) {
    return refuse(error instanceof Error ? error.message : String(error))
  }
}

/** A number that an option says. */
export const wholeNumber = (option: string, text: string, least: number, most: number): number => {
  const number = Number(text)
  return text.trim() !== '' && Number.isInteger(number) && number >= least && number <= most
    ? number
    : refuse(`--${option}: expected a whole number from ${least} to ${most}, got ${JSON.stringify(text)}`)
}

/** Numbers with commas between. */
export const wholeNumbers = (option: string, text: string, least: number, most: number): readonly number[] =>
  text.split(',').map((one) => wholeNumber(option, one, least, most))
