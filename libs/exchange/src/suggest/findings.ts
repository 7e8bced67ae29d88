import type { FieldPath, Format } from '../mapping/language.js';
import type { ColumnProfile } from './column-profile.js';
import type { Roles } from './guess-roles.js';
import type { Beginnings, Groups } from './profile-rows.js';

/** What a draft is made from. */
export interface Findings {
  readonly file: string;
  readonly source: string;
  readonly format: Format;
  readonly formatWhy: readonly string[];
  readonly rows: number;
  readonly isPart: boolean;
  readonly columns: readonly ColumnProfile[];
  readonly footers: readonly { readonly path: FieldPath; readonly value: string }[];
  readonly lists: readonly FieldPath[];
  readonly roles: Roles;
  readonly rowIs: 'item' | 'change' | 'part';
  readonly groups: Groups | undefined;
  readonly beginnings: Beginnings;
}
