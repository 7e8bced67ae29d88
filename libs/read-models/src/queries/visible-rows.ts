import pg from 'pg';
import { forever } from '../engine/layout.js';
import { type Pinned, validAt } from '../engine/pinned.js';
import type { ReadModel } from '../engine/read-model.js';
import { corrections } from '../models/corrections.js';
import { decisions } from '../models/decisions.js';
import { items } from '../models/items.js';
import type { models } from '../models/all.js';
import { workshops } from '../models/workshops.js';

/** The programmes whose restricted items may be seen, in the spelling rows carry; of all others only open ones may. */
export type SeesRestricted = 'all' | readonly string[];

type Models = typeof models;
/** A read model that queries read. */
export type Queried = Models[keyof Models];
type TableOf<M extends Queried> = keyof M['tables'] & string;

/**
 * What the rows of a table have to do with items: `none`; or the columns with ids of items, one of which hides the row
 * with the item; or, where that does not say it, what is left of the table, as a statement.
 */
type Concern = 'none' | readonly string[] | ((hiding: Hiding) => string);

/** What an item's tables are about: the item of their key. */
const own = ['key'];

/**
 * What is hidden with an item, table by table. No query can name a table but through here, and a new table says what it
 * has to do with items, or does not compile.
 */
const concerns: { readonly [M in keyof Models]: { readonly [T in keyof Models[M]['tables']]: Concern } } = {
  items: {
    register: own,
    item: shownItems,
    journey: shownEntries,
    status_interval: own,
    restriction: own,
    version: own,
    wording: own,
    discrepancy: own,
    classification: own,
    assignment: own,
    due_date: own,
    succession: ['key', 'target'],
    addressee: own,
    action: own,
    indicator: own,
    measurement: own,
    evidence: own,
    verification: own,
    assessment: own,
    outlook: own,
  },
  relations: { relation: ['from_item', 'to_item'] },
  decisions: { decision: shownDecisions, decided_item: shownDecidedItems, position: ['item'] },
  corrections: { correction: shownCorrections },
  workshops: {
    workshop: 'none',
    // What was recorded, agendas and all: what is read of it stands in the other tables.
    entry: () => unread('workshops', 'entry'),
    appointment: 'none',
    session: 'none',
    agenda_point: shownAgendaPoints,
    delegation: 'none',
    minutes: 'none',
    minutes_version: 'none',
    circulation: 'none',
    corrigendum: 'none',
    discrepancy: 'none',
  },
  programmes: {
    programme: 'none',
    entry: 'none',
    part: 'none',
    part_stretch: 'none',
    instrument_version: 'none',
    scope_member: 'none',
    term: 'none',
    deadline: 'none',
    body: 'none',
    body_stretch: 'none',
  },
};

/**
 * The tables of one pin as somebody may see them: of items that are restricted now, whatever position is read at, only
 * those of programmes whose restricted items they may see. All others are as if they did not exist.
 */
export class VisibleRows {
  private readonly hiding: Hiding;

  constructor(
    private readonly pinned: Pinned,
    position: number,
    private readonly sees: SeesRestricted,
  ) {
    this.hiding = new Hiding(pinned, position, sees);
  }

  /** The rows of a table, for SQL: what may stand after `from` or `join`. */
  of<M extends Queried>(model: M, table: TableOf<M>): string {
    const name = this.pinned.from<ReadModel>(model, table);
    if (this.sees === 'all') return name;
    const ofModel: { readonly [table: string]: Concern } = concerns[model.name as keyof Models];
    const concern = ofModel[table]!;
    if (concern === 'none') return name;
    if (typeof concern === 'function') return `(${concern(this.hiding)})`;
    const shown = concern.map((column) => this.hiding.shown(`t.${column}`)).join(' and ');
    return `(select t.* from ${name} t where ${shown})`;
  }
}

/** Items that are hidden, as conditions in SQL; `t` is the table a statement is about. */
class Hiding {
  private readonly unlessSeen: string;

  constructor(
    private readonly pinned: Pinned,
    private readonly position: number,
    sees: SeesRestricted,
  ) {
    const seen = sees === 'all' ? [] : sees.filter((programme) => !programme.includes('\u0000'));
    this.unlessSeen =
      seen.length === 0
        ? ''
        : ` and h.programme_key <> all (array[${seen.map((programme) => pg.escapeLiteral(programme)).join(', ')}])`;
  }

  /** The ids of what is hidden: the row that holds still says what an item is now. */
  private get keys(): string {
    return `select h.key from ${this.raw(items, 'restriction')} h where h.valid_to = ${forever}${this.unlessSeen}`;
  }

  hidden(item: string): string {
    return `${item} in (${this.keys})`;
  }

  /**
   * A filter and no join, so that rows keep the order an index gives them: what is hidden is hashed once for a statement,
   * and looked up for each row that is looked at. Said so that the planner takes nearly all to be shown, as they are: of a
   * plain `not in` it would take half.
   *
   * @param item as SQL; never null
   */
  shown(item: string): string {
    return `nullif(${item} in (${this.keys}), true) is not null`;
  }

  /** Of an array of ids of items, those shown, in their order. */
  shownOf(array: string): string {
    return `array(select e.item from unnest(${array}) with ordinality e(item, place) where ${this.shown('e.item')} order by e.place)`;
  }

  raw<M extends Queried>(model: M, table: TableOf<M>): string {
    return this.pinned.from<ReadModel>(model, table);
  }

  validAt(alias: string): string {
    return validAt(String(this.position), alias);
  }
}

/** All columns of a table `t`, some of them as said. */
function columns(
  { columns: named }: { readonly columns: object },
  as: { readonly [column: string]: string },
): string {
  return ['key', 'valid_from', 'valid_to', ...Object.keys(named)]
    .map((column) => (Object.hasOwn(as, column) ? `${as[column]} as ${column}` : `t.${column}`))
    .join(', ');
}

/** Items that are shown; of what they became, what is shown. */
function shownItems(hiding: Hiding): string {
  const select = columns(items.tables.item, { successors: hiding.shownOf('t.successors') });
  return `select ${select} from ${hiding.raw(items, 'item')} t where ${hiding.shown('t.key')}`;
}

/** The way of items that are shown, without what events say: they may name other items, and are shown or not by themselves. */
function shownEntries(hiding: Hiding): string {
  const select = columns(items.tables.journey, { data: 'null::json' });
  return `select ${select} from ${hiding.raw(items, 'journey')} t where ${hiding.shown('t.key')}`;
}

/** Decisions with an item that is shown, each as if it had been on those alone. */
function shownDecisions(hiding: Hiding): string {
  const decided = hiding.raw(decisions, 'decided_item');
  const ofShown = `from ${decided} x where x.key = t.key and ${hiding.validAt('x')} and ${hiding.shown('x.item')}`;
  const partly = (as: string, otherwise: string) =>
    `case when p.key is null then ${otherwise} else ${as} end`;
  const select = columns(decisions.tables.decision, {
    kinds: partly(
      `array(select k.kind from (select x.outcome ->> 'kind' as kind, min(x.number) as number ${ofShown} group by 1) k order by k.number)`,
      't.kinds',
    ),
    flags: partly(
      `array(select f.flag from (select unnest(t.own_flags) as flag union select unnest(x.flags) ${ofShown}) f order by f.flag collate "C")`,
      't.flags',
    ),
    pending: partly('p.pending', 't.pending'),
    lapsed: partly('p.lapsed', 't.lapsed'),
  });
  return `select ${select} from ${hiding.raw(decisions, 'decision')} t left join (
      select c.key, count(*) filter (where c.shown) as shown,
        count(*) filter (where c.shown and c.status = 'pending') as pending,
        count(*) filter (where c.shown and c.status = 'lapsed') as lapsed
      from (
        select i.key, i.status, ${hiding.shown('i.item')} as shown from ${decided} i
        where ${hiding.validAt('i')} and i.key in (select d.key from ${decided} d where ${hiding.hidden('d.item')})
      ) c group by c.key
    ) p on p.key = t.key
    where p.key is null or p.shown > 0`;
}

/** What was decided on items that are shown; of what they became, what is shown. */
function shownDecidedItems(hiding: Hiding): string {
  const decided = hiding.raw(decisions, 'decided_item');
  const select = columns(decisions.tables.decided_item, {
    number: `(select count(*) from ${decided} x where x.key = t.key and x.number <= t.number and ${hiding.validAt('x')}
      and ${hiding.shown('x.item')})::integer`,
    targets: hiding.shownOf('t.targets'),
    outcome: `case when exists (select from unnest(t.targets) e(item) where ${hiding.hidden('e.item')})
      then (t.outcome::jsonb - 'into' - 'by')::json else t.outcome end`,
  });
  return `select ${select} from ${decided} t where ${hiding.shown('t.item')}`;
}

/** Corrections of something that is shown. */
function shownCorrections(hiding: Hiding): string {
  const select = columns(corrections.tables.correction, { items: hiding.shownOf('t.items') });
  const decided = `from ${hiding.raw(decisions, 'decided_item')} d where d.key = t.target ->> 'decision'`;
  return `select ${select} from ${hiding.raw(corrections, 'correction')} t
    where ${hiding.shown(`coalesce(t.target ->> 'item', '')`)}
      and (cardinality(t.items) = 0 or exists (select from unnest(t.items) e(item) where ${hiding.shown('e.item')}))
      and (not exists (select ${decided}) or exists (select ${decided} and ${hiding.shown('d.item')}))`;
}

/** The points of agendas, with the items that are shown. */
function shownAgendaPoints(hiding: Hiding): string {
  const select = columns(workshops.tables.agenda_point, { items: hiding.shownOf('t.items') });
  return `select ${select} from ${hiding.raw(workshops, 'agenda_point')} t`;
}

function unread(model: string, table: string): never {
  throw new TypeError(`${model}.${table} is for the fold alone: it names items, and no query reads it`);
}
