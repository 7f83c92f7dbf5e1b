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
      const branches = expression.branches.map((branch) => ({ when: rewrite(branch.when), then: rewrite(branch.then) }));
      return { ...expression, branches, otherwise: rewrite(expression.otherwise) };
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
    case 'quantified-list': return { ...expression, arg: rewrite(expression.arg), list: rewrite(expression.list) };
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

/** Bottom-up rewrite. */
export function rewriteExpression(expression: BoundExpression, rewrite: Rewrite): BoundExpression {
  return rewrite(mapChildExpressions(expression, (child) => rewriteExpression(child, rewrite)));
}

export function visitExpression(expression: BoundExpression, visit: (expression: BoundExpression) => void): void {
  visit(expression);
  for (const child of childExpressions(expression)) visitExpression(child, visit);
}

export function anyExpression(expression: BoundExpression, test: (expression: BoundExpression) => boolean): boolean {
  return test(expression) || childExpressions(expression).some((child) => anyExpression(child, test));
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

/** Structural equality; positions in the text do not count. */
export function sameExpression(a: BoundExpression, b: BoundExpression): boolean {
  if (a === b) return true;
  if (a.kind !== b.kind) return false;
  return fingerprint(a) === fingerprint(b);
}

/** A text that is equal exactly for structurally equal expressions. Subqueries are equal only to themselves. */
export function fingerprint(expression: BoundExpression): string {
  return JSON.stringify(expression, (key, value: unknown) => {
    if (key === 'position' || key === 'type') return undefined;
    if (typeof value === 'bigint') return `${value}n`;
    if (typeof value === 'number' && !Number.isFinite(value)) return `#${value}`;
    if (Object.is(value, -0)) return '#-0';
    if (value instanceof Map) return [...(value as Map<unknown, unknown>)];
    if (value instanceof Uint8Array) return `x${value.join(',')}`;
    return value;
  });
}
