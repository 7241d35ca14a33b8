import { flag, option, optional, string } from 'cmd-ts'
import type { Language } from '../report/wording.ts'

/* The parsers have types of their own that only cmd-ts can name. */
/* oxlint-disable typescript/explicit-module-boundary-types -- see above */

/** The option and the flag that every command has; what they say is read before the others, from the arguments. */
export const speechOptions = (language: Language) => ({
  lang: option({
    long: 'lang',
    type: optional({ ...string, displayName: 'en|bg' }),
    description: {
      en: 'the language of what is printed (default: that of LC_ALL, LC_MESSAGES or LANG)',
      bg: 'езикът на съобщенията: английски или български (по подразбиране според LC_ALL, LC_MESSAGES или LANG)',
    }[language],
  }),
  noColor: flag({
    long: 'no-color',
    description: {
      en: 'no colours on a terminal (NO_COLOR and FORCE_COLOR are heeded too)',
      bg: 'без цветове на терминала (зачитат се и NO_COLOR, и FORCE_COLOR)',
    }[language],
  }),
})
