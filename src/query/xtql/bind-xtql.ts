/**
 * Entry of XTQL: the `XTQL ('…', args)` of a statement → logical plan.
 *
 *     text ─ parseXtql ─▶ tree ─ here, bind-source, bind-tail, bind-unify ─▶ LogicalPlan, as SQL's binder makes it
 *     args ─ SQL expressions ─▶ locals for the parameters of (fn [params] …)
 */
import { EngineError, isEngineError } from '../../base/errors.ts';
import { plainEnvironment } from '../plan/binder.ts';
import type { Binder, QueryEnvironment, QueryResult } from '../plan/binder.ts';
import type { Operand } from '../plan/operands.ts';
import { outputColumns } from '../plan/plan-tree.ts';
import { emptyScope } from '../plan/scope.ts';
import type { XtqlQuery as XtqlStatement } from '../sql/ast.ts';
import type { Expression } from '../sql/ast-expression.ts';
import type { XtqlQuery } from './ast.ts';
import { paramsOf } from './ast.ts';
import { bindFrom, bindRel } from './bind-source.ts';
import { bindTail } from './bind-tail.ts';
import { bindUnify } from './bind-unify.ts';
import { parseXtql } from './parse-xtql.ts';
import { projectTo } from './rows.ts';
import type { Locals, Rows, XtqlBinder } from './scope.ts';

/** Throws 42601 for text that is not XTQL, 42P02 where arguments are missing or left over, and whatever binding throws. */
export function bindXtql(binder: Binder, statement: XtqlStatement, environment: QueryEnvironment): QueryResult {
  const position = placesIn(statement);
  const xtql: XtqlBinder = {
    binder, environment, position,
    expansion: { depth: 0, nodes: 0 },
    query: (query, locals) => bindQuery(xtql, query, locals),
  };
  const query = parseAt(statement.text, position);
  const plan = projectTo(bindQuery(xtql, query, topLocals(binder, statement, paramsOf(query), environment)));
  return { plan, columns: outputColumns(plan) };
}

/** Places in the literal's text → places in the statement: behind `$tag$`, or behind the quote and with every quote inside doubled. */
function placesIn({ textWritten: literal, textStart: literalStart }: XtqlStatement): (offset: number) => number {
  const dollars = /^\$[^$]*\$/.exec(literal)?.[0];
  if (dollars !== undefined) return (offset) => literalStart + dollars.length + offset;
  return (offset) => {
    let at = 1;
    for (let left = offset; left > 0; left--) at += literal.startsWith("''", at) ? 2 : 1;
    return literalStart + at;
  };
}

function parseAt(text: string, place: (offset: number) => number): XtqlQuery {
  try {
    return parseXtql(text);
  } catch (error) {
    if (!isEngineError(error)) throw error;
    const { code, message, position, hint, detail } = error;
    throw new EngineError(code, message, { position: place(position ?? 0), hint, detail, cause: error });
  }
}

function topLocals(binder: Binder, statement: XtqlStatement, params: readonly string[], environment: QueryEnvironment): Locals {
  const { args } = statement;
  if (params.length !== args.length) {
    throw new EngineError('undefined-parameter', `XTQL takes ${params.length} arguments, as many as its fn has parameters; found ${args.length}`, { position: statement.start });
  }
  const inside = plainEnvironment(emptyScope(environment.outer), environment, 'an argument of XTQL');
  const operandOf = (arg: Expression): Operand => ({
    isOpen: () => arg.kind === 'parameter' && binder.parameters.isOpen(arg.index),
    bind: (expected) => binder.expression(arg, inside, expected),
  });
  // Bound once even where the query does not use it, so that it is checked and known to the statement.
  for (const arg of args) binder.expression(arg, inside);
  return new Map(params.map((name, index) => [name, operandOf(args[index] as Expression)]));
}

function bindQuery(xtql: XtqlBinder, query: XtqlQuery, locals: Locals): Rows {
  switch (query.kind) {
    case 'fn': return bindQuery(xtql, query.body, locals);
    case 'from': return bindFrom(xtql, query, locals);
    case 'rel': return bindRel(xtql, query, locals);
    case 'unify': return bindUnify(xtql, query, locals);
    case 'pipeline': return query.tails.reduce((rows, tail) => bindTail(xtql, tail, rows, locals), bindQuery(xtql, query.head, locals));
  }
}
