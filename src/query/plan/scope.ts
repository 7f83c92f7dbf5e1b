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
  readonly expression: BoundExpression;
  /** Not part of `*`: the temporal columns. */
  readonly hidden: boolean;
  /** Reachable only as `table.name`: JOIN USING put a merged column in its place. */
  readonly qualifiedOnly: boolean;
}

/** A table of this level by the name that qualifies its columns. `schema` is undefined where an alias hides it. */
export interface ScopeTable { readonly alias: string; readonly schema: string | undefined }

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

export const emptyScope = (parent: Scope | undefined): Scope => makeScope([], [], parent);

/** A resolved column path: the column and the fields that remain to be taken from it. */
export interface ResolvedPath { readonly expression: BoundExpression; readonly fields: readonly Name[] }

function ambiguous(name: Name, found: readonly ScopeEntry[]): EngineError {
  const candidates = found.map((entry) => (entry.table === undefined ? entry.name : `${entry.table}.${entry.name}`));
  return new EngineError('ambiguous-column', `Ambiguous column reference: ${name.text} (${candidates.join(', ')})`, {
    position: name.start, hint: `Write the table's name before it, as in ${candidates[0] ?? name.text}.`, ofState: true,
  });
}

function unqualified(scope: Scope, name: Name): ScopeEntry | undefined {
  const found = (scope.byName.get(name.text) ?? []).filter((entry) => !entry.qualifiedOnly);
  if (found.length > 1) throw ambiguous(name, found);
  return found[0];
}

/** The column of a table of this level. Undefined if the table has no such column. */
function qualified(scope: Scope, table: string, name: Name): ScopeEntry | undefined {
  const found = (scope.byName.get(name.text) ?? []).filter((entry) => entry.table === table);
  if (found.length > 1) throw ambiguous(name, found);
  return found[0];
}

/** `table.column…` or `schema.table.column…`. */
function resolveQualified(scope: Scope, parts: readonly Name[]): ResolvedPath | undefined {
  const [first, second, third] = parts;
  if (first === undefined || second === undefined) return undefined;
  if (third !== undefined && scope.tables.some((table) => table.schema === first.text && table.alias === second.text)) {
    const entry = qualified(scope, second.text, third);
    if (entry !== undefined) return { expression: entry.expression, fields: parts.slice(3) };
  }
  const entry = scope.tables.some((table) => table.alias === first.text) ? qualified(scope, first.text, second) : undefined;
  return entry === undefined ? undefined : { expression: entry.expression, fields: parts.slice(2) };
}

/** `column…`. */
function resolveUnqualified(scope: Scope, parts: readonly Name[]): ResolvedPath | undefined {
  const [first] = parts;
  const entry = first === undefined ? undefined : unqualified(scope, first);
  return entry === undefined ? undefined : { expression: entry.expression, fields: parts.slice(1) };
}

/**
 * What a path of names means, looked up from the innermost level outwards. `x.y` is a column of the table x, on whatever level, before it
 * is a field of a column x, which can be written `(x).y`.
 */
export function tryResolveColumn(scope: Scope, parts: readonly Name[]): ResolvedPath | undefined {
  for (const resolve of [resolveQualified, resolveUnqualified]) {
    for (let level: Scope | undefined = scope; level !== undefined; level = level.parent) {
      const found = resolve(level, parts);
      if (found !== undefined) return found;
    }
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
