import { normaliseProgramme, referenceForm } from '@masar/domain';
import type { RecordedEvent } from '@masar/event-store';
import type { ItemAtEvent } from '@masar/read-models';
import { badInput } from '../platform/errors/api-error.js';

/** An item as an event found and left it: what filters look at, as of the position of the event. */
export type ItemFacts = Omit<ItemAtEvent, 'position'>;

/** An event, and all that is known of it at its position. */
export interface Entry {
  readonly event: RecordedEvent;
  /** The normalised programme it belongs to; undefined where nothing tells. */
  readonly programme: string | undefined;
  /** Ids of all items it concerns, directly or through a decision or a correction. */
  readonly concerned: readonly string[];
  /** Those of them there were at its position. */
  readonly items: readonly ItemFacts[];
}

/** What is asked for; what is left out is not looked at. Values are as they are compared. */
export interface LiveFilter {
  readonly programme?: string;
  readonly item?: string;
  readonly workshop?: string;
  readonly theme?: string;
  readonly lead?: string;
  readonly types?: ReadonlySet<string>;
  readonly reaches?: ReadonlySet<string>;
}

/** What a client sends of it. */
export interface FilterInput {
  readonly programme?: string;
  readonly item?: string;
  readonly workshop?: string;
  readonly theme?: string;
  readonly lead?: string;
  readonly types?: readonly string[];
  readonly reaches?: readonly string[];
}

const ofAProgramme = ['item', 'workshop', 'theme', 'lead'] as const;

/** @throws ApiError `BAD_USER_INPUT` for what is of a programme where none is named, and for what can be no programme */
export function liveFilter(input: FilterInput): LiveFilter {
  const { programme, types, reaches } = input;
  if (programme === undefined) {
    const lacking = ofAProgramme.filter((name) => input[name] !== undefined);
    const message = 'is of a programme: name it too';
    if (lacking.length > 0) throw badInput(lacking.map((path) => ({ path, message })));
  }
  const form = (name: (typeof ofAProgramme)[number]) =>
    input[name] === undefined ? {} : { [name]: referenceForm(input[name]) };
  return {
    ...(programme !== undefined && { programme: programmeForm(programme) }),
    ...form('item'),
    ...form('workshop'),
    ...form('theme'),
    ...form('lead'),
    ...(types && { types: new Set(types) }),
    ...(reaches && { reaches: new Set(reaches) }),
  };
}

function programmeForm(programme: string): string {
  try {
    return normaliseProgramme(programme);
  } catch {
    throw badInput([{ path: 'programme', message: 'can be no reference of a programme' }]);
  }
}

/** Whether an event is asked for. One that concerns several items is where any of them is what the filter says. */
export function matches(filter: LiveFilter, entry: Entry): boolean {
  if (!mayMatch(filter, entry)) return false;
  const { item, workshop, theme, lead, reaches } = filter;
  if ([item, workshop, theme, lead, reaches].every((one) => one === undefined)) return true;
  if (entry.items.some((one) => isMeant(filter, one))) return true;
  const onlyWorkshop = item === undefined && theme === undefined && lead === undefined && !reaches;
  return onlyWorkshop && workshop !== undefined && isOfWorkshop(entry, workshop);
}

/** The items an event concerns that are what the filter says; none for an event it does not ask for. */
export function matchingItems(filter: LiveFilter, entry: Entry): readonly ItemFacts[] {
  return mayMatch(filter, entry) ? entry.items.filter((one) => isMeant(filter, one)) : [];
}

/** Whether an event is about an item the filter means, whatever kind of event it is. */
export function isAbout(filter: LiveFilter, { programme }: Entry, item: ItemFacts): boolean {
  const { types: _types, reaches: _reaches, ...about } = filter;
  return (filter.programme === undefined || programme === filter.programme) && isMeant(about, item);
}

/** Whether somebody with this filter may hold an item: what it is beside its reference may have changed since. */
export function mayHold(filter: LiveFilter, entry: Entry, item: ItemFacts): boolean {
  if (filter.programme !== undefined && entry.programme !== filter.programme) return false;
  return filter.item === undefined || item.references.includes(filter.item);
}

function mayMatch({ programme, types }: LiveFilter, { programme: of, event }: Entry): boolean {
  return (programme === undefined || of === programme) && (types === undefined || types.has(event.type));
}

function isMeant({ item, workshop, theme, lead, reaches }: LiveFilter, facts: ItemFacts): boolean {
  const { references, themes, leads, stateBefore, stateAfter } = facts;
  if (item !== undefined && !references.includes(item)) return false;
  if (workshop !== undefined && (facts.workshop === null || referenceForm(facts.workshop) !== workshop))
    return false;
  if (theme !== undefined && !themes.some((one) => referenceForm(one) === theme)) return false;
  if (lead !== undefined && !leads.some((one) => referenceForm(one) === lead)) return false;
  return !reaches || (stateAfter !== null && reaches.has(stateAfter) && stateBefore !== stateAfter);
}

/** Of the workshop itself, or of its minutes. */
function isOfWorkshop({ event: { stream }, programme }: Entry, workshop: string): boolean {
  return stream === `workshop-${programme}/${workshop}` || stream === `minutes-${programme}/${workshop}`;
}
