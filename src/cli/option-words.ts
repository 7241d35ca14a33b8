import type { Wording } from '../report/wording.ts'

/** What the command and its options are for. */
export const optionWords = {
  command: {
    en: 'Train on a table (numbers, categories, dates; classes or numbers to be told), on arrays in IDX or NPY files, or on the built-in digits: a baseline, a linear model and a network side by side.',
    bg: 'Обучава върху таблица (числа, категории, дати; класове или числа за предсказване), върху масиви в IDX или NPY файлове или върху вградените цифри: базов модел, линеен модел и невронна мрежа един до друг.',
  },
  data: {
    en: 'CSV file, or IDX or NPY file of examples, gzipped or not (default: the built-in digits)',
    bg: 'CSV файл или IDX или NPY файл с редове, може и с gzip (по подразбиране вградените цифри)',
  },
  target: {
    en: 'the column to be told, or several separated by commas: names, or numbers (1, 2, …) without a header line',
    bg: 'целевата колона (или няколко, разделени със запетаи): име или номер (1, 2, …) без заглавен ред',
  },
  drop: {
    en: 'columns to leave out',
    bg: 'колони, които да се пропуснат',
  },
  features: {
    en: 'the only columns to learn from',
    bg: 'единствените колони, от които да се учи',
  },
  categories: {
    en: 'columns whose numbers are codes of categories',
    bg: 'колони, чиито числа са кодове на категории',
  },
  missing: {
    en: 'signs of a missing cell besides empty, NA, N/A, NaN, null and ?',
    bg: 'знаци за липсваща стойност освен празно, NA, N/A, NaN, null и ?',
  },
  noHeader: {
    en: 'the first line of a CSV file is data already (as --header no)',
    bg: 'първият ред на CSV файла вече е от данните (като --header no)',
  },
  test: {
    en: 'a CSV file of its own to judge by in the end',
    bg: 'отделен CSV файл за крайната оценка (тестов набор)',
  },
  split: {
    en: 'per cent of train, dev and test (default 68,12,20), drawn; or time: the newest rows to test (with --time)',
    bg: 'проценти за обучаващ, проверяващ (dev) и тестов набор (по подразбиране 68,12,20) на случаен принцип; или time: най-новите редове са за тест (с --time)',
  },
  time: {
    en: 'the column that orders the rows in time',
    bg: 'колоната, която подрежда редовете по време',
  },
  groups: {
    en: 'rows with the same cell in this column stay in one part',
    bg: 'редове с еднаква клетка в тази колона остават в един и същи набор',
  },
  classWeights: {
    en: 'how much the rows of each class count: balanced, or weights such as yes=4,no=1',
    bg: 'колко тежат редовете на всеки клас: balanced (поравно) или тегла като да=4,не=1',
  },
  sampleWeights: {
    en: 'the column that says how much each row counts; no feature',
    bg: 'колоната, която казва колко тежи всеки ред; не е признак',
  },
  folds: {
    en: 'cross-validate with so many folds of the rows outside the test part too',
    bg: 'също и кръстосана проверка с толкова части (folds) от редовете извън тестовия набор',
  },
  stream: {
    en: 'never hold the table as a whole: for files larger than memory; the network alone is trained',
    bg: 'таблицата никога не се държи цялата в паметта: за по-големи от нея файлове; обучава се само мрежата',
  },
  prepareRows: {
    en: 'with --stream, the columns are prepared by the training rows among the first so many (default 50000)',
    bg: 'при --stream колоните се подготвят по обучаващите сред първите толкова реда (по подразбиране 50000)',
  },
  recipe: {
    en: 'which model is kept and saved (default best: the smallest dev error)',
    bg: 'кой модел се запазва (по подразбиране best: с най-малка грешка върху проверяващия набор)',
  },
  model: {
    en: 'where the model is written, for predict and evaluate (default: the name of the table with .model; of arrays none)',
    bg: 'къде да се запише моделът, за predict и evaluate (по подразбиране името на таблицата с .model; за масиви никъде)',
  },
  noModel: { en: 'write no model', bg: 'без записване на модела' },
  optimalError: {
    en: 'what nobody can go below, for the diagnosis: a share of wrong classes such as 0.02, or an RMSE (default 0)',
    bg: 'оптималната грешка, под която никой не може да слезе, за диагнозата: дял сгрешени класове, например 0,02, или RMSE (по подразбиране 0)',
  },
  dropout: {
    en: 'the share of hidden units dropped in training (default 0)',
    bg: 'дял на отпадащите неврони (dropout) при обучение (по подразбиране 0)',
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
    en: 'what is told: classes or numbers (default: by the target column, but ask where both make sense)',
    bg: 'какво се предсказва: класове или числа (по подразбиране според целевата колона, но се пита, ако и двете имат смисъл)',
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
    en: 'the most epochs to train for (default 15 on the digits, 300 on a table)',
    bg: 'най-много епохи (по подразбиране 15 за цифрите, 300 за таблица)',
  },
  batch: {
    en: 'rows of a mini-batch (default 32; 128 for tables of over 2000 rows)',
    bg: 'редове в една мини-партида (mini-batch; по подразбиране 32, а 128 за таблици с над 2000 реда)',
  },
  learningRate: {
    en: 'size of a step (default: adam 0.002, on a table 0.001; momentum 0.02, sgd 0.1)',
    bg: 'скорост на обучение (по подразбиране: adam 0,002, за таблица 0,001; momentum 0,02, sgd 0,1)',
  },
  l2: {
    en: 'weight of the penalty Σ w² (default 0, on a table 0.0001)',
    bg: 'наказателен коефициент пред Σ w² (по подразбиране 0, за таблица 0,0001)',
  },
  l1: {
    en: 'weight of the penalty Σ |w| (default 0)',
    bg: 'наказателен коефициент пред Σ |w| (по подразбиране 0)',
  },
  optimizer: { en: 'default adam', bg: 'оптимизатор (по подразбиране adam)' },
  dtype: { en: 'default float32', bg: 'вид на числата (по подразбиране float32)' },
  patience: {
    en: 'epochs without a better dev loss before stopping (default: a third of the epochs, on a table 20)',
    bg: 'търпение: епохи без по-малка загуба върху проверяващия набор (dev) до спиране (по подразбиране третината от епохите, за таблица 20)',
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
  searchCommand: {
    en: 'Search for the settings of the network of a table with the smallest dev loss (TPE), then train and save it. A search that was broken off goes on where it was.',
    bg: 'Търси настройките на мрежата за таблица с най-малка загуба върху проверяващия набор (TPE), после я обучава и записва. Прекъснато търсене продължава оттам, докъдето е стигнало.',
  },
  trials: {
    en: 'how many networks are tried (default 30)',
    bg: 'колко мрежи се опитват (по подразбиране 30)',
  },
  journal: {
    en: 'where each result is kept (default: the name of the table with .search.jsonl)',
    bg: 'къде се пази всеки резултат (по подразбиране името на таблицата с .search.jsonl)',
  },
  exampleSearch: { en: 'thirty networks', bg: 'тридесет мрежи' },
  predictCommand: {
    en: 'Tell the targets of the rows of a file with a model that was trained before.',
    bg: 'Предсказва целите на редовете във файл с вече обучен модел.',
  },
  evaluateCommand: {
    en: 'Judge a model that was trained before by rows whose targets are known.',
    bg: 'Оценява вече обучен модел върху редове, чиито цели са известни.',
  },
  exportCommand: {
    en: 'Write a model that was trained before as an ONNX file, its preparation included.',
    bg: 'Записва вече обучен модел като файл на ONNX заедно с подготовката на данните.',
  },
  to: { en: 'the ONNX file to write, FILE.onnx', bg: 'файлът на ONNX, който да се запише, FILE.onnx' },
  exampleExport: { en: 'for other programs', bg: 'за други програми' },
  modelFile: { en: 'the model that train wrote', bg: 'моделът, записан от `puregrad train`' },
  predictData: {
    en: 'a file with the columns of the training file, the target not needed, or IDX or NPY examples for a model of arrays; - for standard input',
    bg: 'файл с колоните на обучаващия файл, целта не е нужна, или редове в IDX или NPY за модел на масиви; - за стандартния вход',
  },
  evaluateData: {
    en: 'a file with the columns of the training file and the target; - for standard input',
    bg: 'файл с колоните на обучаващия файл и целта; - за стандартния вход',
  },
  output: {
    en: 'where the predictions are written (default: standard output)',
    bg: 'къде да се запишат предсказанията (по подразбиране стандартният изход)',
  },
  format: {
    en: 'CSV, or a JSON object a line (default csv)',
    bg: 'CSV или по един обект на JSON на ред (по подразбиране csv)',
  },
  keep: {
    en: 'columns of the file that go before each prediction, such as what identifies the row',
    bg: 'колони от файла, които да стоят пред предсказанието, например идентификатор на реда',
  },
  examplePipe: { en: 'in a pipe, as JSON lines', bg: 'в тръба (pipe), като редове JSON' },
  exampleEvaluate: { en: 'figures on rows kept apart', bg: 'показатели върху отделени редове' },
  exampleDigits: { en: 'the built-in digits', bg: 'вградените цифри' },
  exampleArrays: { en: 'arrays', bg: 'масиви' },
  exampleTable: { en: 'your own table', bg: 'ваша таблица' },
  examplePredict: { en: 'predictions from what was trained', bg: 'предсказания от обучения модел' },
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
  share: { en: 'a number from 0 to below 1', bg: 'число от 0 до под 1' },
  folds: { en: 'a whole number of at least 2', bg: 'цяло число, поне 2' },
  names: {
    en: 'names of columns separated by commas, in double quotes where they hold one,',
    bg: 'имена на колони, разделени със запетаи, в двойни кавички, ако съдържат запетая,',
  },
  split: {
    en: 'shares that add up to 100, such as 70,15,15 (85,15 with --test), or time,',
    bg: 'дялове със сбор 100, например 70,15,15 (85,15 с --test), или time,',
  },
  classWeights: {
    en: 'balanced, or weights of classes such as yes=4,no=1,',
    bg: 'balanced или тегла на класовете, например да=4,не=1,',
  },
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
    en: `--${name}: there is no table; it goes with --data FILE and --target COLUMN`,
    bg: `--${name}: няма таблица; върви с --data FILE и --target COLUMN`,
  }),
  twoFiles: {
    en: '--data: the file is named already; name it once',
    bg: '--data: файлът вече е посочен; посочете го веднъж',
  },
  noFile: {
    en: '--max-bytes: there is no file without --data FILE',
    bg: '--max-bytes: няма файл без --data FILE',
  },
  twoCommas: {
    en: '--separator and --decimal: a comma cannot be both',
    bg: '--separator и --decimal: запетаята не може да е и двете',
  },
  headerOrNot: {
    en: '--no-header and --header yes exclude each other',
    bg: '--no-header и --header yes се изключват взаимно',
  },
  dropOrFeatures: {
    en: '--drop and --features: name what to leave out, or what to learn from',
    bg: '--drop и --features: посочете или какво да се пропусне, или от какво да се учи',
  },
  timeAndColumn: {
    en: '--split time and --time COLUMN go together',
    bg: '--split time и --time COLUMN вървят заедно',
  },
  timeOrGroups: {
    en: '--time and --groups exclude each other',
    bg: '--time и --groups се изключват взаимно',
  },
  timeOrFolds: {
    en: '--folds: rows in order of time are not dealt at random; leave out --folds or --split time',
    bg: '--folds: подредените по време редове не се делят на случаен принцип; махнете --folds или --split time',
  },
  sharesAndTest: {
    en: '--split: three shares (70,15,15), or two (85,15) together with --test FILE',
    bg: '--split: три дяла (70,15,15) или два (85,15) заедно с --test FILE',
  },
  noRecipes: {
    en: '--recipe: only a table (FILE with --target COLUMN) has several models to choose from; arrays and digits train the network',
    bg: '--recipe: само за таблица (FILE с --target COLUMN) има избор между модели; върху масиви и цифри се обучава мрежата',
  },
  optimalShare: {
    en: '--optimal-error: expected a share of wrong classes, from 0 to 1, since classes are told here',
    bg: '--optimal-error: очаква се дял сгрешени класове от 0 до 1, защото тук се предсказват класове',
  },
  keepOfArray: {
    en: '--keep: the model predicts arrays, and an array has no columns',
    bg: '--keep: моделът предсказва масиви, а масивът няма колони',
  },
  noOnnxFile: {
    en: '--to: expected the name of the file to write, --to FILE.onnx',
    bg: '--to: очаква се името на файла за запис, --to FILE.onnx',
  },
  noExamples: {
    en: '--labels: there are no examples to label without --data FILE',
    bg: '--labels: няма редове, на които да са класовете, без --data FILE',
  },
  columnOrFile: {
    en: '--target and --labels exclude each other',
    bg: '--target и --labels се изключват взаимно',
  },
  noRows: {
    en: '--data: the file is missing; add --data FILE, or --data - for standard input',
    bg: '--data: липсва файлът; добавете --data FILE или --data - за стандартния вход',
  },
  searched: (name: string): Wording => ({
    en: `--${name}: it is what is searched for; train takes it`,
    bg: `--${name}: това е, което се търси; \`puregrad train\` го приема`,
  }),
  searchedStream: {
    en: '--stream: a search holds the table in memory; train takes it',
    bg: '--stream: търсенето държи таблицата в паметта; `puregrad train` го приема',
  },
  notStreamed: (name: string): Wording => ({
    en: `--${name}: not with --stream, which deals rows one by one and trains the network alone; leave out one of the two`,
    bg: `--${name}: не върви със --stream, който разпределя редовете един по един и обучава само мрежата; махнете едното`,
  }),
  prepareRows: {
    en: '--prepare-rows goes with --stream',
    bg: '--prepare-rows върви със --stream',
  },
  noTableToSearch: {
    en: 'search: expected a table, FILE with --target COLUMN',
    bg: 'search: очаква се таблица, FILE с --target COLUMN',
  },
  modelOrNot: {
    en: '--model and --no-model exclude each other',
    bg: '--model и --no-model се изключват взаимно',
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
