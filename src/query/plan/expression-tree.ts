/**
 * Walking and rebuilding bound expressions. All functions are pure; an expression that does not change keeps its identity.
 */
import { BOOL, notNull, nullable } from '../../data/types/type.ts';
import type { ColumnType } from '../../data/types/type.ts';
import type { Value } from '../../data/types/value.ts';
import type { BoundExpression, ColumnId } from './expression.ts';

type Rewrite = (expression: BoundExpression) => BoundExpression;

/** The items rewritten; the same list if none changed. */
export function mapSame<T>(items: readonly T[], rewrite: (item: T) => T): readonly T[] {
  let mapped: T[] | undefined;
  for (let index = 0; index < items.length; index++) {
    const item = items[index] as T;
    const next = rewrite(item);
    if (next !== item) (mapped ??= [...items])[index] = next;
  }
  return mapped ?? items;
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
      const args = mapSame(expression.args, rewrite);
      return args === expression.args ? expression : { ...expression, args };
    }
    case 'cast': case 'not': case 'is-null': case 'is-truth': case 'field': return mapChild(expression, rewrite);
    case 'case': {
      const branches = mapSame(expression.branches, (branch) => {
        const when = rewrite(branch.when);
        const then = rewrite(branch.then);
        return when === branch.when && then === branch.then ? branch : { when, then };
      });
      const otherwise = rewrite(expression.otherwise);
      return branches === expression.branches && otherwise === expression.otherwise ? expression : { ...expression, branches, otherwise };
    }
    case 'in-list': {
      const arg = rewrite(expression.arg);
      const items = mapSame(expression.items, rewrite);
      return arg === expression.arg && items === expression.items ? expression : { ...expression, arg, items };
    }
    case 'list': {
      const items = mapSame(expression.items, rewrite);
      return items === expression.items ? expression : { ...expression, items };
    }
    case 'struct': {
      const fields = mapSame(expression.fields, (field) => {
        const value = rewrite(field.value);
        return value === field.value ? field : { name: field.name, value };
      });
      return fields === expression.fields ? expression : { ...expression, fields };
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
  const down = (node: BoundExpression): void => { visit(node); forEachChild(node, down); };
  down(expression);
}

/** Whether the test holds for a direct child; those behind are not asked. The plan of a subquery is not entered. */
export function someChild(expression: BoundExpression, test: (child: BoundExpression) => boolean): boolean {
  switch (expression.kind) {
    case 'literal': case 'parameter': case 'column': case 'input': return false;
    case 'call': case 'and': case 'or': case 'coalesce': return expression.args.some(test);
    case 'cast': case 'not': case 'is-null': case 'is-truth': case 'field': return test(expression.arg);
    default: return childExpressions(expression).some(test);
  }
}

export function anyExpression(expression: BoundExpression, test: (expression: BoundExpression) => boolean): boolean {
  const isFound = (node: BoundExpression): boolean => test(node) || someChild(node, isFound);
  return isFound(expression);
}

/** Whether its type follows from what tables hold. */
export const readsColumn = (expression: BoundExpression): boolean => expression.kind === 'column' || someChild(expression, readsColumn);

export const hasSubquery = (expression: BoundExpression): boolean => expression.kind === 'subquery' || someChild(expression, hasSubquery);

/** Conjuncts of a predicate, in the order in which they are evaluated. */
export function conjuncts(predicate: BoundExpression): readonly BoundExpression[] {
  if (predicate.kind !== 'and') return [predicate];
  return predicate.args.some((arg) => arg.kind === 'and') ? predicate.args.flatMap(conjuncts) : predicate.args;
}

/** Those of a condition that may not be there. */
export const conjunctsOf = (condition: BoundExpression | undefined): readonly BoundExpression[] => (condition === undefined ? [] : conjuncts(condition));

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
