/**
 * Walking and rebuilding bound expressions. All functions are pure; an expression that does not change keeps its identity.
 */
import { BOOL, notNull, nullable } from '../../data/types/type.ts';
import type { ColumnType } from '../../data/types/type.ts';
import type { Value } from '../../data/types/value.ts';
import type { BoundExpression, ColumnId } from './expression.ts';

type Rewrite = (expression: BoundExpression) => BoundExpression;

function mapList(items: readonly BoundExpression[], rewrite: Rewrite): readonly BoundExpression[] {
  let changed = false;
  const mapped = items.map((item) => {
    const next = rewrite(item);
    if (next !== item) changed = true;
    return next;
  });
  return changed ? mapped : items;
}

function mapChild<E extends BoundExpression & { readonly arg: BoundExpression }>(expression: E, rewrite: Rewrite): E {
  const arg = rewrite(expression.arg);
  return arg === expression.arg ? expression : { ...expression, arg };
}

/** The expression with `rewrite` applied to each direct child. The plan of a subquery is not entered. */
export function mapChildExpressions(expression: BoundExpression, rewrite: Rewrite): BoundExpression {
  switch (expression.kind) {
    case 'literal': case 'parameter': case 'column': case 'input': return expression;
    case 'call': case 'and': case 'or': case 'coalesce': {
      const args = mapList(expression.args, rewrite);
      return args === expression.args ? expression : { ...expression, args };
    }
    case 'cast': case 'not': case 'is-null': case 'is-truth': case 'field': return mapChild(expression, rewrite);
    case 'case': {
      let changed = false;
      const branches = expression.branches.map((branch) => {
        const when = rewrite(branch.when);
        const then = rewrite(branch.then);
        if (when === branch.when && then === branch.then) return branch;
        changed = true;
        return { when, then };
      });
      const otherwise = rewrite(expression.otherwise);
      return changed || otherwise !== expression.otherwise ? { ...expression, branches: changed ? branches : expression.branches, otherwise } : expression;
    }
    case 'in-list': {
      const arg = rewrite(expression.arg);
      const items = mapList(expression.items, rewrite);
      return arg === expression.arg && items === expression.items ? expression : { ...expression, arg, items };
    }
    case 'list': {
      const items = mapList(expression.items, rewrite);
      return items === expression.items ? expression : { ...expression, items };
    }
    case 'struct': {
      let changed = false;
      const fields = expression.fields.map((field) => {
        const value = rewrite(field.value);
        if (value === field.value) return field;
        changed = true;
        return { name: field.name, value };
      });
      return changed ? { ...expression, fields } : expression;
    }
    case 'quantified-list': {
      const arg = rewrite(expression.arg);
      const list = rewrite(expression.list);
      return arg === expression.arg && list === expression.list ? expression : { ...expression, arg, list };
    }
    case 'subquery': {
      if (expression.form.kind !== 'quantified') return expression;
      const arg = rewrite(expression.form.arg);
      return arg === expression.form.arg ? expression : { ...expression, form: { ...expression.form, arg } };
    }
  }
}

export function childExpressions(expression: BoundExpression): readonly BoundExpression[] {
  switch (expression.kind) {
    case 'literal': case 'parameter': case 'column': case 'input': return [];
    case 'call': case 'and': case 'or': case 'coalesce': return expression.args;
    case 'cast': case 'not': case 'is-null': case 'is-truth': case 'field': return [expression.arg];
    case 'case': return [...expression.branches.flatMap((branch) => [branch.when, branch.then]), expression.otherwise];
    case 'in-list': return [expression.arg, ...expression.items];
    case 'list': return expression.items;
    case 'struct': return expression.fields.map((field) => field.value);
    case 'quantified-list': return [expression.arg, expression.list];
    case 'subquery': return expression.form.kind === 'quantified' ? [expression.form.arg] : [];
  }
}

/** Calls `visit` for each direct child, without making a list of them. */
export function forEachChild(expression: BoundExpression, visit: (child: BoundExpression) => void): void {
  switch (expression.kind) {
    case 'literal': case 'parameter': case 'column': case 'input': return;
    case 'call': case 'and': case 'or': case 'coalesce': for (const arg of expression.args) visit(arg); return;
    case 'cast': case 'not': case 'is-null': case 'is-truth': case 'field': visit(expression.arg); return;
    case 'case':
      for (const branch of expression.branches) { visit(branch.when); visit(branch.then); }
      visit(expression.otherwise);
      return;
    case 'in-list': visit(expression.arg); for (const item of expression.items) visit(item); return;
    case 'list': for (const item of expression.items) visit(item); return;
    case 'struct': for (const field of expression.fields) visit(field.value); return;
    case 'quantified-list': visit(expression.arg); visit(expression.list); return;
    case 'subquery': if (expression.form.kind === 'quantified') visit(expression.form.arg);
  }
}

/** Bottom-up rewrite. */
export function rewriteExpression(expression: BoundExpression, rewrite: Rewrite): BoundExpression {
  const down = (node: BoundExpression): BoundExpression => rewrite(mapChildExpressions(node, down));
  return down(expression);
}

export function visitExpression(expression: BoundExpression, visit: (expression: BoundExpression) => void): void {
  visit(expression);
  forEachChild(expression, (child) => { visitExpression(child, visit); });
}

export function anyExpression(expression: BoundExpression, test: (expression: BoundExpression) => boolean): boolean {
  switch (expression.kind) {
    case 'literal': case 'parameter': case 'column': case 'input': return test(expression);
    default: return test(expression) || childExpressions(expression).some((child) => anyExpression(child, test));
  }
}

/** Whether its type follows from what tables hold. */
export const readsColumn = (expression: BoundExpression): boolean => anyExpression(expression, (node) => node.kind === 'column');

export const hasSubquery = (expression: BoundExpression): boolean => anyExpression(expression, (node) => node.kind === 'subquery');

/** Conjuncts of a predicate, in the order in which they are evaluated. */
export function conjuncts(predicate: BoundExpression): readonly BoundExpression[] {
  return predicate.kind === 'and' ? predicate.args.flatMap(conjuncts) : [predicate];
}

export const booleanType = (isNullable: boolean): ColumnType => (isNullable ? nullable(BOOL) : notNull(BOOL));

/** AND of all; TRUE for none. */
export function conjunction(predicates: readonly BoundExpression[]): BoundExpression {
  const [first] = predicates;
  if (first === undefined) return TRUE;
  if (predicates.length === 1) return first;
  return { kind: 'and', args: predicates, type: booleanType(predicates.some((predicate) => predicate.type.nullable)) };
}

/** OR of all; FALSE for none. */
export function disjunction(predicates: readonly BoundExpression[]): BoundExpression {
  const [first] = predicates;
  if (first === undefined) return FALSE;
  if (predicates.length === 1) return first;
  return { kind: 'or', args: predicates, type: booleanType(predicates.some((predicate) => predicate.type.nullable)) };
}

export const negation = (arg: BoundExpression): BoundExpression => ({ kind: 'not', arg, type: booleanType(arg.type.nullable) });

export const literal = (value: Value, type: ColumnType): BoundExpression => ({ kind: 'literal', value, type });
export const TRUE: BoundExpression = literal(true, notNull(BOOL));
export const FALSE: BoundExpression = literal(false, notNull(BOOL));
export const isLiteral = (expression: BoundExpression, value: Value): boolean => expression.kind === 'literal' && expression.value === value;

/** `column` references renamed by id; ids that the map does not have stay. */
export function substituteColumns(expression: BoundExpression, map: ReadonlyMap<ColumnId, BoundExpression>): BoundExpression {
  if (map.size === 0) return expression;
  return rewriteExpression(expression, (node) => (node.kind === 'column' ? map.get(node.id) ?? node : node));
}
