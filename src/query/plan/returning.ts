/** RETURNING: a select list over the rows that were written. */
import { INSTANT, nullable } from '../../data/types/type.ts';
import type { SelectItem } from '../sql/ast.ts';
import { now } from './bind-extent.ts';
import { bindItems } from './bind-select.ts';
import { plainEnvironment } from './binder.ts';
import type { Binder } from './binder.ts';
import { NULL_LITERAL } from './cast-type.ts';
import type { BoundExpression } from './expression.ts';
import type { PlanColumn } from './logical-plan.ts';
import { NO_ENVIRONMENT } from './query-environment.ts';
import { makeScope } from './scope.ts';
import type { Scope, ScopeEntry } from './scope.ts';

export function bindReturning(binder: Binder, items: readonly SelectItem[], row: readonly ScopeEntry[]): readonly { readonly output: PlanColumn; readonly expression: BoundExpression }[] {
  if (items.length === 0) return [];
  const tables = [...new Set(row.flatMap((entry) => (entry.table === undefined ? [] : [entry.table])))].map((alias) => ({ alias, schema: undefined }));
  const scope = makeScope(tables, row, undefined);
  return bindItems(binder, items, plainEnvironment(scope, NO_ENVIRONMENT, 'RETURNING')).map((item) => ({ output: binder.newColumn(item.name, item.expression.type), expression: item.expression }));
}

/** The row as it is after the write: assigned columns, the written valid time, the transaction's system time. */
export function writtenRow(scope: Scope, assigned: (entry: ScopeEntry) => BoundExpression | undefined, validFrom: BoundExpression, validTo: BoundExpression, added: readonly string[], binder: Binder): readonly ScopeEntry[] {
  const temporal = new Map<string, BoundExpression>([
    ['_valid_from', validFrom], ['_valid_to', validTo], ['_system_from', now(binder)], ['_system_to', { kind: 'literal', value: null, type: nullable(INSTANT) }],
  ]);
  const entries = scope.entries.map((entry) => ({ ...entry, expression: () => temporal.get(entry.name) ?? assigned(entry) ?? entry.expression() }));
  const known = new Set(entries.map((entry) => entry.name));
  const table = scope.tables[0]?.alias;
  const more = added.filter((name) => !known.has(name)).flatMap((name): ScopeEntry[] => {
    const entry: ScopeEntry = { table, name, expression: () => NULL_LITERAL, hidden: false, qualifiedOnly: false };
    return [{ ...entry, expression: () => assigned(entry) ?? NULL_LITERAL }];
  });
  return [...entries, ...more];
}
