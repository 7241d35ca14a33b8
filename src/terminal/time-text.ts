import type { Language } from '../report/wording.ts'

const units: Readonly<Record<Language, { readonly s: string; readonly min: string; readonly h: string }>> = {
  en: { s: 's', min: 'min', h: 'h' },
  bg: { s: 'с', min: 'мин', h: 'ч' },
}

/** A time in whole seconds, rounded up, in the two largest units. */
export const timeText = (seconds: number, language: Language): string => {
  const { s, min, h } = units[language]
  const whole = Math.ceil(seconds)
  const minutes = Math.floor(whole / 60)
  return whole < 60
    ? `${whole} ${s}`
    : minutes < 60
      ? `${minutes} ${min} ${whole % 60} ${s}`
      : `${Math.floor(minutes / 60)} ${h} ${minutes % 60} ${min}`
}
