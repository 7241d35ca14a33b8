import type { Refusal, Timeline } from './messages.ts'
import type { Field } from './fields.ts'
import { fields, type HiddenLayer, type SettingName, type Settings } from './settings.ts'
import { fill, say } from './wordings.ts'

const sameLayers = (a: readonly HiddenLayer[], b: readonly HiddenLayer[]): boolean =>
  a.length === b.length &&
  a.every(({ units, normalization }, i) => units === b[i]?.units && normalization === b[i].normalization)

/** The settings that a change changes; what is given again as it was is none. */
export const changedNames = (settings: Settings, changes: Partial<Settings>): readonly SettingName[] =>
  (Object.keys(changes) as SettingName[]).filter(
    (name) => JSON.stringify(changes[name]) !== JSON.stringify(settings[name]),
  )

/** Why settings cannot change in the middle of a training; none where they can. */
export const forkRefusals = (settings: Settings, changes: Partial<Settings>): readonly Refusal[] =>
  changedNames(settings, changes).flatMap((name): readonly Refusal[] => {
    const field: Field = fields[name]
    if (!field.forks)
      return [
        {
          setting: name,
          message: fill(
            field.group === 'data' || name === 'dataSeed'
              ? say(
                  '{name}: these would be other rows, and errors on them could not be compared. Start anew.',
                  '{name}: това биха били други редове и грешките върху тях не биха били сравними. Започнете отначало.',
                )
              : say(
                  '{name}: this decides how the weights start, and they have started. Start anew.',
                  '{name}: определя началото на теглата, а те вече са започнали. Започнете отначало.',
                ),
            { name: field.name },
          ),
        },
      ]
    if (name === 'hidden' && !sameLayers(settings.hidden, changes.hidden ?? []))
      return [
        {
          setting: name,
          message: say(
            'Hidden layers: other layers, units or normalizations have no weights yet. Activations and dropout can change; for the rest start anew.',
            'Скрити слоеве: други слоеве, неврони или нормализации още нямат тегла. Активационните функции и отпадането могат да се сменят; за останалото започнете отначало.',
          ),
        },
      ]
    return []
  })

/** The settings in force after an epoch of a timeline. */
export const settingsAt = ({ settings, forks }: Timeline, epoch: number): Settings =>
  forks
    .filter((fork) => fork.epoch <= epoch)
    .reduce<Settings>((sofar, { changes }) => ({ ...sofar, ...changes }), settings)

/** The timeline as it was up to an epoch, with one fork more there; what changes nothing leaves no trace. */
export const forkedAt = (timeline: Timeline, epoch: number, changes: Partial<Settings>): Timeline => {
  const earlier = timeline.forks.filter((fork) => fork.epoch <= epoch)
  const names = changedNames(settingsAt(timeline, epoch), changes)
  if (names.length === 0) return { ...timeline, forks: earlier }
  const changed: Partial<Settings> = Object.fromEntries(names.map((name) => [name, changes[name]]))
  const last = earlier.at(-1)
  return {
    ...timeline,
    forks:
      last?.epoch === epoch
        ? [...earlier.slice(0, -1), { epoch, changes: { ...last.changes, ...changed } }]
        : [...earlier, { epoch, changes: changed }],
  }
}

/** Why some forks cannot follow settings, one after the other; none where they can. */
export const timelineRefusals = ({ settings, forks }: Timeline): readonly Refusal[] =>
  forks.reduce<{ readonly now: Settings; readonly refusals: readonly Refusal[] }>(
    ({ now, refusals }, { changes }) => ({
      now: { ...now, ...changes },
      refusals: [...refusals, ...forkRefusals(now, changes)],
    }),
    { now: settings, refusals: [] },
  ).refusals
