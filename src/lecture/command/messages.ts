import type { Wording } from 'puregrad/report'

/** What the command says besides the ledger, and how it describes itself. */
export const messages = {
  description: {
    en: 'Run the statements of the lecture, measure what they say and judge them.',
    bg: 'Изпълнява твърденията на лекцията, измерва това, което казват, и ги оценява.',
  },
  ids: {
    en: 'rows of the lecture, like C4, or parts of it, like C (default: all, or those that --mark and --set name)',
    bg: 'редове на лекцията, например C4, или нейни части, например C (по подразбиране всички или тези от --mark и --set)',
  },
  json: { en: 'print the ledger as JSON', bg: 'отпечатва отчета като JSON' },
  list: {
    en: 'list the rows with their measures, marks and settings, and run nothing',
    bg: 'изброява редовете с техните величини, граници и настройки, без да изпълнява нищо',
  },
  seeds: {
    en: 'how many seeds (10 is 0 to 9), or a range of them: 100..109',
    bg: 'колко семена за случайните числа (10 са 0 до 9) или интервал от семена: 100..109',
  },
  seed: {
    en: 'a seed to run on; may be repeated (default: 0, 1 and 2)',
    bg: 'едно семе; може да се повтаря (по подразбиране 0, 1 и 2)',
  },
  mark: {
    en: 'another mark: C4.zeros=0.2, C4.zeros=0.1..0.3, C4.zeros.literal=0.2; may be repeated',
    bg: 'друга граница: C4.zeros=0,2, C4.zeros=0,1..0,3, C4.zeros.literal=0,2; може да се повтаря',
  },
  set: {
    en: 'another setting: D5.layers=8; may be repeated',
    bg: 'друга настройка: D5.layers=8; може да се повтаря',
  },
  write: {
    en: 'also write the ledger: as the page FILE, in Bulgarian with .bg before the ending, as JSON with .json for it, and its pictures',
    bg: 'записва отчета и като страница FILE, на български с .bg преди разширението, като JSON с разширение .json, заедно с картините',
  },
  jobs: { en: 'processes at a time (default 2)', bg: 'колко процеса едновременно (по подразбиране 2)' },
  exampleOne: { en: 'one row on three seeds', bg: 'един ред за три семена' },
  exampleSpread: { en: 'every row on ten seeds', bg: 'всички редове за десет семена' },
  exampleChange: {
    en: 'a verdict turns with its mark',
    bg: 'с границата се обръща и оценката',
  },
  wholeNumber: { en: 'a whole number of at least 1', bg: 'цяло число, поне 1' },
  aSeed: { en: 'a whole number of at least 0', bg: 'цяло число, поне 0' },
  someSeeds: {
    en: 'a number of seeds like 10 or a range like 100..109',
    bg: 'брой семена като 10 или интервал като 100..109',
  },
  aPage: {
    en: 'the name of a page, which ends in .md',
    bg: 'име на страница, което завършва на .md',
  },
} as const satisfies Readonly<Record<string, Wording>>

/** What is said about something. */
export const said = {
  noRow: (id: string, near: string | undefined, all: string): Wording => ({
    en: `no claim ${id}; ${near === undefined ? '' : `did you mean ${near}? `}there are ${all}`,
    bg: `няма ред ${id}; ${near === undefined ? '' : `може би ${near}? `}има ${all}`,
  }),
  notRun: (id: string): Wording => ({
    en: `${id} is not among the rows to run`,
    bg: `${id} не е сред редовете за изпълнение`,
  }),
  badChange: (option: string, example: string, text: string): Wording => ({
    en: `--${option}: expected something like ${example}, got "${text}"`,
    bg: `--${option}: очаква се нещо като ${example}, а е дадено „${text}“`,
  }),
  notNumber: (where: string, text: string): Wording => ({
    en: `${where}: expected a number, got "${text}"`,
    bg: `${where}: очаква се число, а е дадено „${text}“`,
  }),
  notMeasured: (id: string, seed: number, why: string): Wording => ({
    en: `${id} on seed ${seed}: ${why}`,
    bg: `${id} за семе ${seed}: ${why}`,
  }),
  interrupted: (done: number, of: number): Wording => ({
    en: `interrupted after ${done} of ${of} measurements; what follows are the rows measured on every seed`,
    bg: `прекъснато след ${done} от ${of} измервания; следват редовете, измерени за всички семена`,
  }),
  processEnded: (code: number | string): Wording => ({
    en: `its process ended with ${code}`,
    bg: `процесът му завърши с ${code}`,
  }),
  timeLeft: (time: string): Wording => ({ en: `about ${time} left`, bg: `остават около ${time}` }),
}
