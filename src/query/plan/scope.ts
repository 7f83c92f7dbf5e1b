/**
 * Names in scope: what FROM brings, level by level.
 *
 *   SELECT … FROM a JOIN b USING (k) WHERE EXISTS (SELECT … FROM c WHERE c.x = a.y)
 *   level 0 (inner)   c.*                      found first
 *   level 1 (outer)   a.*, b.*, merged k       a correlation if found here
 */
import { EngineError } from '../../base/errors.ts';
import type { Name } from '../sql/ast.ts';
import type { BoundExpression } from './expression.ts';
import { nearestName } from './near-name.ts';

export interface ScopeEntry {
  /** The alias of its table; undefined for columns without one (merged, or of a pipeline's earlier SELECT). */
  readonly table: string | undefined;
  readonly name: string;
  /** What the name stands for: made, and the column with it, when something is first resolved to it. */
  readonly expression: () => BoundExpression;
  /** Not part of `*`: the temporal columns. */
  readonly hidden: boolean;
  /** Reachable only as `table.name`: JOIN USING put a merged column in its place. */
  readonly qualifiedOnly: boolean;
}

/** A table of this level by the name that qualifies its columns. `schema` and `database` are undefined where an alias hides them. */
export interface ScopeTable { readonly alias: string; readonly schema: string | undefined; readonly database?: string | undefined }

export interface Scope {
  readonly tables: readonly ScopeTable[];
  readonly entries: readonly ScopeEntry[];
  readonly byName: ReadonlyMap<string, readonly ScopeEntry[]>;
  readonly parent: Scope | undefined;
}

export function makeScope(tables: readonly ScopeTable[], entries: readonly ScopeEntry[], parent: Scope | undefined): Scope {
  const byName = new Map<string, ScopeEntry[]>();
  for (const entry of entries) {
    const same = byName.get(entry.name);
    if (same === undefined) byName.set(entry.name, [entry]); else same.push(entry);
  }
  return { tables, entries, byName, parent };
}

const NO_NAMES: Scope['byName'] = new Map();
export const emptyScope = (parent: Scope | undefined): Scope => ({ tables: [], entries: [], byName: NO_NAMES, parent });

/** A resolved column path: the column and the fields that remain to be taken from it. */
export interface ResolvedPath { readonly expression: BoundExpression; readonly fields: readonly Name[] }

/** The error for a name that several columns have. */
export function ambiguous(name: Name, found: readonly ScopeEntry[]): EngineError {
  const candidates = found.map((entry) => (entry.table === undefined ? entry.name : `${entry.table}.${entry.name}`));
  return new EngineError('ambiguous-column', `Ambiguous column reference: ${name.text} (${candidates.join(', ')})`, {
    position: name.start, hint: `Write the table's name before it, as in ${candidates[0] ?? name.text}.`, ofState: true,
  });
}

function onlyOne(name: Name, found: readonly ScopeEntry[] | undefined): ScopeEntry | undefined {
  if (found !== undefined && found.length > 1) throw ambiguous(name, found);
  return found?.[0];
}

function unqualified(scope: Scope, name: Name): ScopeEntry | undefined {
  return onlyOne(name, scope.byName.get(name.text)?.filter((entry) => !entry.qualifiedOnly));
}

/** The column of a table of this level. Undefined if the table has no such column. */
function qualified(scope: Scope, table: string, name: Name): ScopeEntry | undefined {
  return onlyOne(name, scope.byName.get(name.text)?.filter((entry) => entry.table === table));
}

/** Whether the table goes by this name: `t`, `schema.t` or `database.schema.t`. */
export function isNamed(table: ScopeTable, name: readonly Name[]): boolean {
  const [alias, schema, database] = name.map((part) => part.text).reverse();
  return table.alias === alias && (schema === undefined || table.schema === schema) && (database === undefined || table.database === database);
}

const QUALIFIER_PARTS_MAX = 3;

/** `table.column…`, `schema.table.column…` or `database.schema.table.column…`. */
function resolveQualified(scope: Scope, parts: readonly Name[]): ResolvedPath | undefined {
  for (let length = Math.min(QUALIFIER_PARTS_MAX, parts.length - 1); length > 0; length--) {
    const table = scope.tables.find((known) => isNamed(known, parts.slice(0, length)));
    const entry = table === undefined ? undefined : qualified(scope, table.alias, parts[length] as Name);
    if (entry !== undefined) return { expression: entry.expression(), fields: parts.slice(length + 1) };
  }
  return undefined;
}

/** `column…`. */
function resolveUnqualified(scope: Scope, parts: readonly Name[]): ResolvedPath | undefined {
  const [first] = parts;
  const entry = first === undefined ? undefined : unqualified(scope, first);
  return entry === undefined ? undefined : { expression: entry.expression(), fields: parts.slice(1) };
}

/**
 * What a path of names means, looked up from the innermost level outwards. `x.y` is a column of the table x, on whatever level, before it
 * is a field of a column x, which can be written `(x).y`.
 */
export function tryResolveColumn(scope: Scope, parts: readonly Name[]): ResolvedPath | undefined {
  return (parts.length > 1 ? innermost(scope, parts, resolveQualified) : undefined) ?? innermost(scope, parts, resolveUnqualified);
}

function innermost(scope: Scope, parts: readonly Name[], resolve: typeof resolveQualified): ResolvedPath | undefined {
  for (let level: Scope | undefined = scope; level !== undefined; level = level.parent) {
    const found = resolve(level, parts);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The same. Throws 42703 with a near name, 42702. */
export function resolveColumn(scope: Scope, parts: readonly Name[]): ResolvedPath {
  const found = tryResolveColumn(scope, parts);
  if (found === undefined) throw unknownColumn(scope, parts);
  return found;
}

/** `advice` stands instead of the nearest name. */
export function unknownColumn(scope: Scope, parts: readonly Name[], advice?: string): EngineError {
  const written = parts.map((part) => part.text).join('.');
  const table = parts.length > 1 ? parts[0]?.text : undefined;
  const wanted = (table === undefined ? parts[0] : parts[1])?.text ?? written;
  const candidates: string[] = [];
  for (let level: Scope | undefined = scope; level !== undefined; level = level.parent) {
    const isTable = table !== undefined && level.tables.some((known) => known.alias === table);
    for (const entry of level.entries) if (!isTable || entry.table === table) candidates.push(entry.name);
  }
  const near = nearestName(wanted, candidates);
  return new EngineError('undefined-column', `Column not found: ${written}`, {
    position: parts[0]?.start, hint: advice ?? (near === undefined ? undefined : `Perhaps you meant ${near}.`), ofState: true,
  });
}
