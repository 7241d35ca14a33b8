import type { Wording } from '../report/wording.ts'

/** What the command and its options are for. */
export const optionWords = {
  command: {
    en: 'Train a classifier on the built-in digits, on a CSV file of numbers with a class column, or on arrays in IDX or NPY files.',
    bg: 'Обучава класификатор върху вградените цифри, върху CSV файл от числа с колона за класа или върху масиви в IDX или NPY файлове.',
  },
  data: {
    en: 'CSV file, or IDX or NPY file of examples, gzipped or not (default: the built-in digits)',
    bg: 'CSV файл или IDX или NPY файл с редове, може и с gzip (по подразбиране вградените цифри)',
  },
  label: {
    en: 'the class column of a CSV file: its name, or its number (1, 2, …) in a file without a header line',
    bg: 'колоната на класа в CSV файл: име или номер (1, 2, …) във файл без заглавен ред',
  },
  labels: {
    en: 'the IDX or NPY file of the classes of the examples',
    bg: 'IDX или NPY файл с класовете на редовете',
  },
  encoding: {
    en: 'of a CSV file, such as windows-1251 (default: utf-8, or what a byte order mark says)',
    bg: 'кодиране на CSV файл, например windows-1251 (по подразбиране utf-8 или каквото казва началният знак)',
  },
  separator: {
    en: 'between the cells of a CSV file (default: found in its first rows)',
    bg: 'разделител между клетките на CSV файл (по подразбиране се открива в първите редове)',
  },
  header: {
    en: 'whether a CSV file has a header line (default: yes, but ask where it looks like data)',
    bg: 'има ли CSV файлът заглавен ред (по подразбиране да, но се пита, ако прилича на данни)',
  },
  decimal: {
    en: 'the mark before the fraction of a number in a CSV file (default: point)',
    bg: 'знакът пред дробната част на числата в CSV файл (по подразбиране точка)',
  },
  task: {
    en: 'that numbers in the class column are classes, though they have fractions or are many',
    bg: 'числата в колоната на класа са класове, макар и да са дробни или много',
  },
  maxBytes: {
    en: 'the most bytes a file may unfold to (default: 256 MiB or a hundred times a gzipped file)',
    bg: 'най-много байтове след разгъване на файл (по подразбиране 256 MiB или сто пъти колкото файла с gzip)',
  },
  json: {
    en: 'print one JSON object as the last line',
    bg: 'отпечатва един обект на JSON като последен ред',
  },
  seed: {
    en: 'same seed, same figures (default 0)',
    bg: 'семе на случайните числа: с едно и също семе стойностите са същите (по подразбиране 0)',
  },
  hidden: {
    en: 'widths of the hidden ReLU layers (default 64)',
    bg: 'брой неврони в скритите слоеве с ReLU (по подразбиране 64)',
  },
  epochs: {
    en: 'the most epochs to train for (default 15; more for small files)',
    bg: 'най-много епохи (по подразбиране 15; повече за малки файлове)',
  },
  batch: {
    en: 'rows of a mini-batch (default 32)',
    bg: 'редове в една мини-партида (mini-batch; по подразбиране 32)',
  },
  learningRate: {
    en: 'size of a step (default: adam 0.002, momentum 0.02, sgd 0.1)',
    bg: 'скорост на обучение (по подразбиране: adam 0,002, momentum 0,02, sgd 0,1)',
  },
  l2: {
    en: 'weight of the penalty Σ w² (default 0)',
    bg: 'наказателен коефициент пред Σ w² (по подразбиране 0)',
  },
  l1: {
    en: 'weight of the penalty Σ |w| (default 0)',
    bg: 'наказателен коефициент пред Σ |w| (по подразбиране 0)',
  },
  optimizer: { en: 'default adam', bg: 'оптимизатор (по подразбиране adam)' },
  dtype: { en: 'default float32', bg: 'вид на числата (по подразбиране float32)' },
  patience: {
    en: 'epochs without a better dev loss before stopping (default: a third of the epochs)',
    bg: 'търпение: епохи без по-малка загуба върху проверяващия набор (dev) до спиране (по подразбиране третината от епохите)',
  },
  curve: {
    en: 'where the learning curve is written (default learning-curve.svg)',
    bg: 'къде да се запише кривата на обучение (по подразбиране learning-curve.svg)',
  },
  noCurve: { en: 'write no learning curve', bg: 'без крива на обучение' },
  checkpoint: {
    en: 'save the state of training there after every epoch',
    bg: 'след всяка епоха състоянието на обучението се записва тук',
  },
  checkpointEvery: {
    en: 'save after so many batches instead',
    bg: 'записва се през толкова партиди вместо всяка епоха',
  },
  resume: {
    en: 'go on from the checkpoint, if there is one',
    bg: 'продължава от записаното състояние, ако го има',
  },
  exampleDigits: { en: 'the built-in digits', bg: 'вградените цифри' },
  exampleArrays: { en: 'arrays', bg: 'масиви' },
  exampleTable: { en: 'your own table', bg: 'ваша таблица' },
  exampleReport: {
    en: 'a page about what was saved (puregrad report --help)',
    bg: 'страница за записаното (puregrad report --help)',
  },
  exampleResume: { en: 'a run that can be stopped', bg: 'обучение, което може да се прекъсне' },
} as const satisfies Readonly<Record<string, Wording>>

/** What values may be. */
export const expectedWords = {
  atLeastOne: { en: 'a whole number of at least 1', bg: 'цяло число, поне 1' },
  atLeastZero: { en: 'a whole number of at least 0', bg: 'цяло число, поне 0' },
  notNegative: { en: 'a finite number of at least 0', bg: 'крайно число, поне 0' },
  positive: { en: 'a finite number above 0', bg: 'крайно число над 0' },
  encoding: {
    en: 'an encoding such as utf-8, windows-1251, windows-1252, koi8-r or utf-16le',
    bg: 'кодиране като utf-8, windows-1251, windows-1252, koi8-r или utf-16le',
  },
  widths: {
    en: 'widths of at least 1 separated by commas, such as 64,32,',
    bg: 'брой неврони, поне 1, разделени със запетаи, например 64,32,',
  },
} as const satisfies Readonly<Record<string, Wording>>

/** What options say together that makes no sense. */
export const contradictionWords = {
  noTable: (name: string): Wording => ({
    en: `--${name}: there is no table; it goes with --data FILE and --label COLUMN`,
    bg: `--${name}: няма таблица; върви с --data FILE и --label COLUMN`,
  }),
  noFile: {
    en: '--max-bytes: there is no file without --data FILE',
    bg: '--max-bytes: няма файл без --data FILE',
  },
  twoCommas: {
    en: '--separator and --decimal: a comma cannot be both',
    bg: '--separator и --decimal: запетаята не може да е и двете',
  },
  noColumn: {
    en: '--label: there is no column to choose without --data FILE',
    bg: '--label: няма колона за избиране без --data FILE',
  },
  noExamples: {
    en: '--labels: there are no examples to label without --data FILE',
    bg: '--labels: няма редове, на които да са класовете, без --data FILE',
  },
  columnOrFile: {
    en: '--label and --labels exclude each other',
    bg: '--label и --labels се изключват взаимно',
  },
  noClasses: {
    en: '--data: the classes are missing; add --label COLUMN for a table, --labels FILE for an array',
    bg: '--data: липсват класовете; добавете --label COLUMN за таблица, --labels FILE за масив',
  },
  curveOrNot: {
    en: '--curve and --no-curve exclude each other',
    bg: '--curve и --no-curve се изключват взаимно',
  },
  noCheckpoint: (name: string): Wording => ({
    en: `${name}: the file is missing; add --checkpoint FILE`,
    bg: `${name}: липсва файлът; добавете --checkpoint FILE`,
  }),
} as const satisfies Readonly<Record<string, Wording | ((name: string) => Wording)>>
