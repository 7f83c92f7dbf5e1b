/** Joins of FROM: ON, USING, NATURAL, and whether the right side is correlated with the left. */
import { EngineError } from '../../base/errors.ts';
import { BOOL } from '../../data/types/type.ts';
import type { FromItem, JoinItem, Name } from '../sql/ast.ts';
import { coalesceType } from './coalesce-type.ts';
import { plainEnvironment } from './binder.ts';
import type { Binder, QueryEnvironment } from './binder.ts';
import { makeCall } from './call-type.ts';
import { conjunction, TRUE } from './expression-tree.ts';
import type { BoundExpression } from './expression.ts';
import { nullableEntries } from './from-result.ts';
import type { FromResult } from './from-result.ts';
import type { LogicalPlan } from './logical-plan.ts';
import { freeColumns, isOneRow, outputIds } from './plan-tree.ts';
import { requireBoolean } from './require-boolean.ts';
import { emptyScope, makeScope } from './scope.ts';
import type { Scope, ScopeEntry } from './scope.ts';

type BindSide = (item: FromItem, visible: Scope) => FromResult;

export function bindJoin(binder: Binder, item: JoinItem, visible: Scope, environment: QueryEnvironment, bindSide: BindSide): FromResult {
  const left = bindSide(item.left, visible);
  const outerSide = item.join === 'right' || item.join === 'full';
  const lateral = outerSide ? emptyScope(environment.outer) : makeScope([...visible.tables, ...left.tables], [...entriesOf(visible), ...left.entries], environment.outer);
  const right = bindSide(item.right, lateral);
  const kind = item.join === 'cross' ? 'inner' : item.join;
  for (const table of right.tables) {
    if (left.tables.some((other) => other.alias === table.alias && other.schema === table.schema)) {
      throw new EngineError('duplicate-alias', `The table name ${table.alias} stands twice in FROM`, { position: item.right.start, hint: 'Give one of them an alias.' });
    }
  }
  const { condition } = item;
  switch (condition.kind) {
    case 'none': return combine(left, right, kind, undefined);
    case 'on': {
      const scope = makeScope([...left.tables, ...right.tables], [...left.entries, ...right.entries], lateralOuter(visible, environment));
      const inside = { ...plainEnvironment(scope, environment, 'ON'), subqueries: item.join !== 'full' };
      return combine(left, right, kind, requireBoolean(binder.expression(condition.condition, inside, BOOL), condition.condition, 'ON'));
    }
    case 'using': return usingJoin(left, right, kind, condition.columns);
    case 'natural': {
      const shared = left.entries.filter((entry) => isVisible(entry) && right.entries.some((other) => isVisible(other) && other.name === entry.name));
      return usingJoin(left, right, kind, shared.map((entry) => ({ text: entry.name, quoted: false, start: item.start, end: item.end })));
    }
  }
}

const entriesOf = (scope: Scope): readonly ScopeEntry[] => scope.entries;
const isVisible = (entry: ScopeEntry): boolean => !entry.hidden && !entry.qualifiedOnly;

/** Inside ON, items to the left of the whole join are not in scope; only what is outside of FROM. */
const lateralOuter = (_visible: Scope, environment: QueryEnvironment): Scope | undefined => environment.outer;

type JoinType = 'inner' | 'left' | 'right' | 'full';

/** Both sides in one plan; a right side that reads columns of the left becomes an apply. */
export function combine(left: FromResult, right: FromResult, join: JoinType, condition: BoundExpression | undefined): FromResult {
  const tables = [...left.tables, ...right.tables];
  switch (join) {
    case 'inner': return { plan: joinPlans(left.plan, right.plan, 'inner', condition), tables, entries: [...left.entries, ...right.entries] };
    case 'left': return { plan: joinPlans(left.plan, right.plan, 'left', condition), tables, entries: [...left.entries, ...nullableEntries(right.entries)] };
    case 'right': return { plan: joinPlans(right.plan, left.plan, 'left', condition), tables, entries: [...nullableEntries(left.entries), ...right.entries] };
    case 'full': return { plan: { kind: 'join', join: 'full', left: left.plan, right: right.plan, condition }, tables, entries: [...nullableEntries(left.entries), ...nullableEntries(right.entries)] };
  }
}

function joinPlans(left: LogicalPlan, right: LogicalPlan, join: 'inner' | 'left', condition: BoundExpression | undefined): LogicalPlan {
  if (isOneRow(left) && join === 'inner' && condition === undefined) return right;
  const beside = besideInput(left, right, join, condition);
  if (beside !== undefined) return beside;
  const leftIds = outputIds(left);
  const isCorrelated = [...freeColumns(right)].some((id) => leftIds.has(id));
  return { kind: isCorrelated ? 'apply' : 'join', join, left, right, condition };
}

/** UNNEST and series stand beside the rows of their input, so that no join is needed. */
function besideInput(left: LogicalPlan, right: LogicalPlan, join: 'inner' | 'left', condition: BoundExpression | undefined): LogicalPlan | undefined {
  if (right.kind !== 'unnest' && right.kind !== 'series') return undefined;
  if (!isOneRow(right.input)) return undefined;
  // What refers to nothing is a table like any other: beside each row of its input it could only be filtered, not joined.
  if (join === 'inner' && freeColumns(right).size === 0) return undefined;
  if (join === 'inner') {
    const plan: LogicalPlan = { ...right, input: left };
    return condition === undefined ? plan : { kind: 'filter', input: plan, predicate: condition };
  }
  const always = condition === undefined || (condition.kind === 'literal' && condition.value === true);
  return right.kind === 'unnest' && always ? { ...right, input: left, outer: true } : undefined;
}

function usingJoin(left: FromResult, right: FromResult, join: JoinType, columns: readonly Name[]): FromResult {
  const pairs = columns.map((name) => ({ name, left: joinColumn(left, name, 'left'), right: joinColumn(right, name, 'right') }));
  const condition = conjunction(pairs.map((pair) => makeCall('=', [pair.left.expression(), pair.right.expression()], pair.name.start)));
  const joined = combine(left, right, join, pairs.length === 0 ? (join === 'inner' ? undefined : TRUE) : condition);
  const merged = pairs.map((pair): ScopeEntry => {
    const from = (side: ScopeEntry): BoundExpression => (joined.entries.find((entry) => entry.table === side.table && entry.name === side.name) ?? side).expression();
    const args = [from(pair.left), from(pair.right)];
    const expression = join === 'full' ? { kind: 'coalesce' as const, args, type: coalesceType(args) } : from(join === 'right' ? pair.right : pair.left);
    return { table: undefined, name: pair.name.text, expression: () => expression, hidden: false, qualifiedOnly: false };
  });
  const names = new Set(columns.map((name) => name.text));
  const rest = joined.entries.map((entry) => (names.has(entry.name) && !entry.hidden ? { ...entry, qualifiedOnly: true } : entry));
  return { ...joined, entries: [...merged, ...rest] };
}

function joinColumn(side: FromResult, name: Name, where: string): ScopeEntry {
  const found = side.entries.filter((entry) => entry.name === name.text && !entry.qualifiedOnly);
  const [entry] = found;
  if (entry === undefined) throw new EngineError('undefined-column', `Column not found: ${name.text}, on the ${where} side of USING`, { position: name.start, ofState: true });
  if (found.length > 1) throw new EngineError('ambiguous-column', `Ambiguous column reference: ${name.text}, on the ${where} side of USING`, { position: name.start, ofState: true });
  return entry;
}
