import { stat } from 'node:fs/promises';
import { basename, extname } from 'node:path';
import { parseMapping } from '../mapping/read-mapping.js';
import { SourceError } from '../source/source-row.js';
import type { ColumnProfile } from './column-profile.js';
import { draftMapping } from './draft-mapping.js';
import type { Findings } from './findings.js';
import { type Roles, guessRoles, isCreation, referencePoints } from './guess-roles.js';
import { type Groups, type RowsProfile, countBeginnings, groupRows, profileRows } from './profile-rows.js';
import { sniffFormat } from './sniff-format.js';
import { SuggestError } from './suggest-error.js';

/** A draft of a mapping, and what was made of the file's columns. */
export interface SuggestedMapping {
  /** YAML with comments; it parses. */
  readonly mapping: string;
  /** Rows looked at. */
  readonly rows: number;
  /** What one row is: an item, a change of one, or one of several rows that say different things of one item. */
  readonly rowIs: Findings['rowIs'];
  /** Each column and what it was taken for. */
  readonly columns: readonly { readonly name: string; readonly as: string; readonly why?: string }[];
  /** What is left to the owner. */
  readonly undecided: readonly string[];
}

/**
 * Drafts a mapping from what a file holds: CSV, JSON Lines or a JSON list.
 *
 * @throws SuggestError where nothing can be made of it
 */
export async function suggestMapping(path: string): Promise<SuggestedMapping> {
  await requireFile(path);
  try {
    const { format, why } = await sniffFormat(path);
    const profile = await profileRows(path, format);
    if (profile.rows === 0) throw new SuggestError('NO_ROWS', `${path} has no rows to draft a mapping from`);
    const findings = await findingsOf(path, format, why, profile);
    const { text, undecided } = draftMapping(findings);
    // A draft that did not parse would be of no use to anybody.
    parseMapping(text, 'the draft');
    const { rows, roles, rowIs } = findings;
    return { mapping: text, rows, rowIs, columns: usesOf(roles, profile.columns), undecided };
  } catch (error) {
    if (!(error instanceof SourceError) && !(error instanceof SyntaxError)) throw error;
    throw new SuggestError('UNREADABLE', `${path} cannot be read: ${error.message}`, { cause: error });
  }
}

async function requireFile(path: string): Promise<void> {
  const stats = await stat(path).catch((cause: unknown) => {
    throw new SuggestError('UNREADABLE', `${path} cannot be read: there is no such file`, { cause });
  });
  if (!stats.isFile()) throw new SuggestError('UNREADABLE', `${path} cannot be read: it is not a file`);
}

async function findingsOf(
  path: string,
  format: Findings['format'],
  formatWhy: readonly string[],
  profile: RowsProfile,
): Promise<Findings> {
  const { columns, rows, isPart, footers, lists } = profile;
  const reference = await chooseReference(path, format, columns);
  const shared = {
    file: path,
    source: basename(path, extname(path)),
    format,
    formatWhy,
    rows,
    isPart,
    columns,
    footers,
    lists,
  };
  const rowIs = reference ? kindOfRow(reference.column, reference.groups, columns) : 'item';
  const roles = guessRoles(columns, reference?.column, rowIs === 'change');
  const { event } = roles;
  const beginnings =
    reference && event
      ? await countBeginnings(path, format, reference.column.path, (row) =>
          isCreation(row.get(event.column.path) ?? ''),
        )
      : { again: 0, missing: 0 };
  const named = sourceColumn(roles);
  const source = named ? [...named.counts.keys()][0]! : basename(path, extname(path));
  const others = { ...roles, attributes: roles.attributes.filter((column) => column !== named) };
  return { ...shared, source, roles: others, rowIs, groups: reference?.groups, beginnings };
}

/** The column that names the source, the same in every row. */
function sourceColumn({ attributes }: Roles): ColumnProfile | undefined {
  return attributes.find(
    ({ name, distinct, fullness }) =>
      /^(?:source|register|المصدر)$/i.test(name.trim()) && distinct === 1 && fullness === 1,
  );
}

interface Reference {
  readonly column: ColumnProfile;
  readonly groups: Groups;
}

/** The column that numbers the items: of those that may, one whose rows change their status before one that never repeats. */
async function chooseReference(
  path: string,
  format: Findings['format'],
  columns: readonly ColumnProfile[],
): Promise<Reference | undefined> {
  const candidates = columns
    .map((column, index) => ({ column, points: referencePoints(column, index) }))
    .filter(({ points }) => points > 0)
    .sort((a, b) => b.points - a.points)
    .slice(0, 3);
  const dated = columns.filter((column) => column.isDate).sort((a, b) => b.fullness - a.fullness)[0];
  const found: Reference[] = [];
  for (const { column } of candidates) {
    found.push({ column, groups: await groupRows(path, format, column.path, columns, dated) });
  }
  return found.find(({ column, groups }) => kindOfRow(column, groups, columns) === 'change') ?? found[0];
}

/** Rows are changes where many items have several, with another status or another date each. */
function kindOfRow(
  reference: ColumnProfile,
  { groups, repeated, later, changes }: Groups,
  columns: readonly ColumnProfile[],
): Findings['rowIs'] {
  if (later < 3 || repeated < groups * 0.05) return 'item';
  const { status, event } = guessRoles(columns, reference, true);
  const share = (column: ColumnProfile | undefined): number =>
    column ? (changes.get(column.name) ?? 0) / later : 0;
  return event || share(status?.column) > 0.2 ? 'change' : 'part';
}

function usesOf(roles: Roles, columns: readonly ColumnProfile[]): SuggestedMapping['columns'] {
  const uses = new Map<ColumnProfile, { as: string; why?: string }>();
  for (const [role, use] of Object.entries(roles) as [string, unknown][]) {
    for (const each of [use].flat() as (
      ColumnProfile | { column: ColumnProfile; why: string } | undefined
    )[]) {
      if (!each) continue;
      if ('column' in each) uses.set(each.column, { as: singular(role), why: each.why });
      else uses.set(each, { as: singular(role) });
    }
  }
  return columns.map((column) => ({ name: column.name, ...(uses.get(column) ?? { as: 'attribute' }) }));
}

function singular(role: string): string {
  return { titles: 'title', texts: 'text', people: 'people', attributes: 'attribute' }[role] ?? role;
}
