/** What catalog tables say beside what the catalog itself knows. */
import type { ColumnType } from '../../data/types/type.ts';
import type { CatalogView, TableShape } from '../table-source.ts';

export interface SystemFacts {
  /** Names of the databases that a client may connect to. */
  readonly databases: readonly string[];
  readonly users: readonly { readonly name: string; readonly isSuperuser: boolean }[];
  /** `max_index_keys` and the session's settings, by name. */
  readonly settings: ReadonlyMap<string, string>;
  /** The columns of a view of the catalog, which only binding it can tell. */
  readonly viewColumns: (catalog: CatalogView, view: TableShape) => ReadonlyMap<string, ColumnType>;
}

/** Who owns everything, as long as nothing has owners. */
export const OWNER = 'xtdb';
export const DEFAULT_FACTS: SystemFacts = { databases: ['xtdb'], users: [{ name: OWNER, isSuperuser: true }], settings: new Map(), viewColumns: () => new Map() };
export const SCHEMAS = ['information_schema', 'pg_catalog', 'public', 'xt'] as const;
