import { type Minutes, type MinutesEvent, type Recorded, evolveMinutes, noMinutes } from '@masar/domain';
import type { RecordedEvent } from '@masar/event-store';
import type { Change } from '../engine/read-model.js';
import type { workshopTables } from './workshop-tables.js';

/** The rows of the minutes of a workshop, from everything recorded of them. */
export function minutesRows(
  entries: readonly Recorded<MinutesEvent>[],
  { revision, position: last_position, recordedAt: last_recorded_at }: RecordedEvent,
): Change<typeof workshopTables> {
  const minutes = entries.reduce<Minutes>(evolveMinutes, noMinutes);
  const { state, programme, workshop, sessions, approval, versions } = minutes;
  return {
    minutes: [
      {
        programme,
        workshop,
        state: state!,
        sessions: sessions ?? null,
        approved_body: approval?.body ?? null,
        approved_in_workshop: approval?.inWorkshop ?? null,
        approved_in_session: approval?.inSession ?? null,
        approved_on: approval?.on ?? null,
        approved_position: approval?.position ?? null,
        irregularities: approval?.irregularities ?? [],
        illustrative: entries[0]?.event.data.illustrative ?? false,
        revision,
        last_position,
        last_recorded_at,
      },
    ],
    minutes_version: versions.map(({ language, text, sha256, hashedBy, uri, position, on }, index) => ({
      position,
      language,
      text: text ?? null,
      sha256: sha256 ?? null,
      hashed_by: hashedBy ?? null,
      uri: uri ?? null,
      effective: on,
      current: !versions.slice(index + 1).some((later) => later.language === language),
    })),
    circulation: minutes.circulations.map(({ position, to, on }) => ({
      position,
      recipients: to ?? null,
      effective: on,
    })),
    corrigendum: minutes.corrigenda.map(({ position, number, text, points, on }) => ({
      position,
      number,
      text,
      points: points ?? [],
      effective: on,
    })),
    discrepancy: minutes.discrepancies.map(({ position, passages, note, on }) => ({
      position,
      passages,
      note: note ?? null,
      effective: on,
    })),
  };
}
