/**
 * Views in FROM: the query is bound where the name stands, with nothing of the statement around it but its default periods.
 *
 *   FROM v FOR VALID_TIME AS OF x   ─▶   ( text of v, whose tables without a clause are as of x )
 */
import { EngineError, isEngineError } from '../../base/errors.ts';
import type { ViewDefinition } from '../../catalog/table-source.ts';
import type { QueryExpression, QualifiedName, TemporalClause } from '../sql/ast.ts';
import { parseStatement } from '../sql/parser.ts';
import { bindPeriods } from './bind-temporal.ts';
import type { Binder, QueryEnvironment, QueryResult } from './binder.ts';
import { rewriteExpression } from './expression-tree.ts';
import type { LogicalPlan } from './logical-plan.ts';
import { columnRef, mapPlanExpressions, rewritePlan } from './plan-tree.ts';
import { NO_ENVIRONMENT } from './query-environment.ts';

/** Views that name views that name views: a few lines could stand for more than any plan may be. */
const USES_MAX = 500;

/** A definition is the same object as long as it is not replaced. */
const parsed = new WeakMap<ViewDefinition, QueryExpression>();

function queryOf(view: ViewDefinition): QueryExpression {
  const known = parsed.get(view);
  if (known !== undefined) return known;
  const { statement } = parseStatement(view.text);
  if (statement.kind !== 'query') throw new EngineError('semantic-error', 'the text of a view is no query');
  parsed.set(view, statement.query);
  return statement.query;
}

const textOf = (name: QualifiedName): string => name.map((part) => part.text).join('.');

/** AS OF says which moment the whole view is about. What spans time would leave open which rows of its tables go together. */
function periodsOf(binder: Binder, clauses: readonly TemporalClause[], environment: QueryEnvironment): QueryEnvironment {
  const span = clauses.find(({ period }) => period.kind !== 'as-of');
  if (span !== undefined) {
    throw new EngineError('unsupported', `Views take FOR ${span.axis.toUpperCase()}_TIME AS OF only`, {
      position: span.start, ofState: true, hint: `Write the clause inside the view, or SETTING DEFAULT ${span.axis.toUpperCase()}_TIME … in front of the query.`,
    });
  }
  const { valid, system } = bindPeriods(binder, clauses, environment);
  return { ...NO_ENVIRONMENT, defaultValid: valid, defaultSystem: system };
}

/** Errors inside of it name the view and stand where it was named. Throws 42P19 for a view that reads itself. */
export function bindView(binder: Binder, view: ViewDefinition, name: QualifiedName, clauses: readonly TemporalClause[], environment: QueryEnvironment): QueryResult {
  const position = name[0]?.start;
  const { views } = binder;
  if (views.open.has(view)) throw new EngineError('invalid-recursion', `The view ${textOf(name)} reads itself`, { position, ofState: true });
  if (++views.useCount > USES_MAX) throw new EngineError('statement-too-complex', `the views of the statement stand for more than ${USES_MAX} views`, { position, ofState: true });
  const inside = periodsOf(binder, clauses, environment);
  views.open.add(view);
  try {
    const { plan, columns } = binder.query(queryOf(view), inside);
    return named(binder, view, { plan: standingAt(plan, position), columns });
  } catch (error) {
    if (!isEngineError(error)) throw error;
    throw new EngineError(error.code, `${error.message} (in the view ${textOf(name)})`, { position, hint: error.hint, detail: error.detail, ofState: true, cause: error });
  } finally {
    views.open.delete(view);
  }
}

/** What fails while rows are made fails where the view was named too: positions inside are those of another text. */
function standingAt(plan: LogicalPlan, position: number | undefined): LogicalPlan {
  return rewritePlan(plan, (part) => {
    const placed = mapPlanExpressions(part, (expression) => rewriteExpression(expression, (node) => {
      if (node.kind === 'subquery') return { ...node, plan: standingAt(node.plan, position), position };
      return node.kind === 'call' || node.kind === 'cast' || node.kind === 'quantified-list' ? { ...node, position } : node;
    }));
    return placed.kind === 'scan' ? { ...placed, position } : placed;
  });
}

function named(binder: Binder, { columns }: ViewDefinition, result: QueryResult): QueryResult {
  if (columns.length > result.columns.length) {
    throw new EngineError('invalid-column-reference', `CREATE VIEW names ${columns.length} columns and its query has ${result.columns.length}`, { ofState: true });
  }
  if (columns.length === 0) return result;
  const outputs = result.columns.map((column, index) => ({ expression: columnRef(column), output: binder.newColumn(columns[index] ?? column.name, column.type) }));
  return { plan: { kind: 'project', input: result.plan, columns: outputs }, columns: outputs.map(({ output }) => output) };
}
