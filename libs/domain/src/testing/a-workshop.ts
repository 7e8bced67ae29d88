import { type Programme, type ProgrammeEvent, evolveProgramme, noProgramme } from '../programme/programme.js';
import { type Workshop, type WorkshopEvent, evolveWorkshop, noWorkshop } from '../workshop/workshop.js';
import { type Happened, recorded } from './recorded.js';

const name = { en: 'Name' };

/** A workshop of 2017 with two sessions, two members and an observer, and one that left in May. */
export const aWorkshop: Workshop = recorded<WorkshopEvent>([
  {
    type: 'WorkshopAnnounced',
    data: { programme: 'SAMPLE', reference: 'WS-1', topic: name, heldOn: { edtf: '2017-06-01' } },
  },
  { type: 'WorkshopOpened', data: {} },
  { type: 'WorkshopSessionHeld', data: { reference: 'S-1', order: 1 } },
  { type: 'WorkshopSessionHeld', data: { reference: 'S-2', order: 2 } },
  { type: 'DelegationSeated', data: { organisation: 'UNIT-A', capacity: 'member' } },
  { type: 'DelegationSeated', data: { organisation: 'UNIT-B', capacity: 'member' } },
  { type: 'DelegationSeated', data: { organisation: 'UNIT-O', capacity: 'observer' } },
  { type: 'DelegationSeated', data: { organisation: 'UNIT-L', capacity: 'member' } },
  { type: 'DelegationLeft', data: { organisation: 'UNIT-L' }, effective: '2017-05-01' },
]).reduce(evolveWorkshop, noWorkshop);

/** A programme with two organisations and a law in two versions, the second of 2018; with what else happened to it. */
export function aProgramme(more: readonly Happened<ProgrammeEvent>[] = []): Programme {
  return recorded<ProgrammeEvent>([
    { type: 'ProgrammeRegistered', data: { reference: 'SAMPLE', name } },
    { type: 'OrganisationRegistered', data: { reference: 'UNIT-A', name } },
    { type: 'OrganisationRegistered', data: { reference: 'UNIT-B', name } },
    { type: 'InstrumentRegistered', data: { reference: 'LAW', name, kind: 'law', status: 'inForce' } },
    {
      type: 'InstrumentVersionAdded',
      data: { instrument: 'LAW', version: '1', articles: [{ article: '5' }, { article: '6' }] },
    },
    { type: 'InstrumentVersionAdded', data: { instrument: 'LAW', version: '2' }, effective: '2018' },
    ...more,
  ]).reduce(evolveProgramme, noProgramme);
}
