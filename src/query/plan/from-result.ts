/** What a FROM item brings: its rows and its names. */
import { EngineError } from '../../base/errors.ts';
import { withNull } from '../../data/types/type.ts';
import type { TableAlias } from '../sql/ast.ts';
import type { BoundExpression } from './expression.ts';
import { rewriteExpression } from './expression-tree.ts';
import type { LogicalPlan } from './logical-plan.ts';
import type { ScopeEntry, ScopeTable } from './scope.ts';

export interface FromResult { readonly plan: LogicalPlan; readonly tables: readonly ScopeTable[]; readonly entries: readonly ScopeEntry[] }

/** `alias(c1, c2)`: the visible columns take these names; hidden ones keep theirs. */
export function renameColumns(result: FromResult, alias: TableAlias): FromResult {
  if (alias.columns.length === 0) return result;
  const visible = result.entries.filter((entry) => !entry.hidden);
  if (visible.length !== alias.columns.length) {
    throw new EngineError('invalid-column-reference', `Table projection mismatch for ${alias.name.text} (${alias.columns.map((name) => name.text).join(',')}): expected ${visible.length} columns, given ${alias.columns.length}`, { position: alias.start, ofState: true });
  }
  const names = new Map(visible.map((entry, index) => [entry, alias.columns[index]?.text ?? entry.name]));
  return { ...result, entries: result.entries.map((entry) => ({ ...entry, name: names.get(entry) ?? entry.name })) };
}

/** The expression over columns that may be NULL: of the null-supplying side of an outer join, or above grouping sets. */
function nullableExpression(expression: BoundExpression): BoundExpression {
  const inner = rewriteExpression(expression, (node) => (node.kind === 'column' ? { ...node, type: withNull(node.type) } : node));
  return inner.type.nullable ? inner : { ...inner, type: withNull(inner.type) };
}

export const nullableEntries = (entries: readonly ScopeEntry[]): readonly ScopeEntry[] =>
  entries.map((entry) => ({ ...entry, expression: () => nullableExpression(entry.expression()) }));
