/** What catalog tables say beside what the catalog itself knows. */
export interface SystemFacts {
  /** Names of the databases that a client may connect to. */
  readonly databases: readonly string[];
  readonly users: readonly { readonly name: string; readonly isSuperuser: boolean }[];
  /** `max_index_keys` and the session's settings, by name. */
  readonly settings: ReadonlyMap<string, string>;
}

/** Who owns everything, as long as nothing has owners. */
export const OWNER = 'xtdb';
export const DEFAULT_FACTS: SystemFacts = { databases: ['xtdb'], users: [{ name: OWNER, isSuperuser: true }], settings: new Map() };
export const SCHEMAS = ['information_schema', 'pg_catalog', 'public', 'xt'] as const;
