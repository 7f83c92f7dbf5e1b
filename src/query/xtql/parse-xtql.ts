/**
 * XTQL text → tree. EDN is read first (`edn-reader.ts`); here lists become queries, tails and clauses by their first symbol.
 *
 *     "(-> (from :docs [x]) (limit 1))"  ─ readEdn ─▶  list(-> list(from …) list(limit 1))  ─▶  pipeline { head: from, tails: [limit] }
 */
import type { EdnForm, EdnList } from './edn-form.ts';
import { describeForm, isSymbol } from './edn-form.ts';
import { readEdn } from './edn-reader.ts';
import type { FunctionQuery, JoinClause, SortSpec, Tail, Unify, UnifyClause, UnnestClause, WhereClause, XtqlQuery } from './ast.ts';
import { DEPTH_MAX, malformed, tooComplex, unexpected } from './malformed.ts';
import { columnName } from './name.ts';
import { parseColumnBindings, parseVariableBindings } from './parse-binding.ts';
import { parseExpression, parseSubquery } from './parse-expression.ts';
import { optionsOf, parseFrom, parseRel } from './parse-source.ts';
import { EngineError } from '../../base/errors.ts';

/** The query that a text states. Throws 42601 with an offset in the text. */
export const parseXtql = (text: string): XtqlQuery => parseQuery(readEdn(text));

/** The list and the name of its operator. */
function operatorOf(form: EdnForm, what: string): { readonly list: EdnList; readonly operator: string } {
  if (form.kind !== 'list') throw unexpected(`Malformed ${what}`, 'a list such as (from :table [column])', form, form);
  const [head] = form.items;
  if (!isSymbol(head)) throw unexpected(`Malformed ${what}`, 'the name of an operator', head, form);
  return { list: form, operator: head.name };
}

function parseQuery(form: EdnForm): XtqlQuery {
  const { list, operator } = operatorOf(form, 'query');
  switch (operator) {
    case 'fn': case 'fn*': return parseFunction(list);
    case 'from': return parseFrom(list, parseQuery);
    case 'rel': return parseRel(list, parseQuery);
    case 'unify': return parseUnify(list);
    case '->': {
      const [, head, ...tails] = list.items;
      if (head === undefined) throw malformed('Pipeline must contain at least one operator', list);
      if (tails.length > DEPTH_MAX) throw tooComplex('Too many tails in a pipeline', list.start);
      return { kind: 'pipeline', head: parseQuery(head), tails: tails.map(parseTail), start: list.start };
    }
    case 'union-all': throw new EngineError('unsupported', 'union-all is not available', { position: list.start, hint: 'Use UNION ALL of SQL over two XTQL queries.' });
    default: throw malformed(`Unknown query op: ${operator}`, list, 'Queries begin with from, rel, unify, -> or fn.');
  }
}

function parseFunction(form: EdnList): FunctionQuery {
  const [, params, body, more] = form.items;
  if (params?.kind !== 'vector' || !params.items.every((param) => isSymbol(param))) throw unexpected('Malformed fn params', 'a vector of symbols', params, form);
  if (body === undefined || more !== undefined) throw malformed('Malformed fn: expected (fn [params] query)', more ?? form);
  return { kind: 'fn', params: params.items.map((param) => (isSymbol(param) ? columnName(param.name) : '')), body: parseQuery(body), start: form.start };
}

function parseTail(form: EdnForm): Tail {
  const { list, operator } = operatorOf(form, 'query tail');
  const { start } = list;
  const args = list.items.slice(1);
  switch (operator) {
    case 'where': return parseWhere(list);
    case 'with': return { kind: 'with', bindings: parseColumnBindings(args, parseQuery, 'col spec'), start };
    case 'return': case 'aggregate': return { kind: operator, bindings: parseColumnBindings(args, parseQuery, 'col spec'), start };
    case 'without': return { kind: 'without', columns: args.map(withoutColumn), start };
    case 'unnest': return parseUnnest(list, parseColumnBindings);
    case 'order-by': return { kind: 'order-by', specs: args.map(parseSortSpec), start };
    case 'limit': case 'offset': {
      const [count, more] = args;
      if (count === undefined || more !== undefined) throw malformed(`${operator === 'limit' ? 'Limit' : 'Offset'} can only take a single value, found ${args.length}`, list);
      return { kind: operator, count: parseExpression(count, parseQuery), start };
    }
    default: throw malformed(`Unknown query tail: ${operator}`, list, 'Tails are where, with, without, return, aggregate, order-by, limit, offset and unnest.');
  }
}

function withoutColumn(form: EdnForm): string {
  if (form.kind !== 'keyword') throw malformed(`Columns must be keywords in without, found ${describeForm(form)}`, form);
  return columnName(form.name);
}

function parseSortSpec(form: EdnForm): SortSpec {
  if (form.kind !== 'map') return { expression: parseExpression(form, parseQuery), descending: false, nulls: undefined };
  const given = optionsOf(form, ['val', 'dir', 'nulls']);
  const value = given.get('val');
  if (value === undefined) throw malformed('order-by :val missing', form);
  const direction = wordOf(given.get('dir'), ['asc', 'desc'], 'Malformed order-by direction');
  return { expression: parseExpression(value, parseQuery), descending: direction === 'desc', nulls: wordOf(given.get('nulls'), ['first', 'last'], 'Malformed order-by nulls') };
}

/** One of a few keywords, or undefined for none. */
function wordOf<W extends string>(form: EdnForm | undefined, words: readonly W[], what: string): W | undefined {
  if (form === undefined || (form.kind === 'value' && form.value === null)) return undefined;
  const found = form.kind === 'keyword' ? words.find((word) => word === form.name) : undefined;
  if (found === undefined) throw unexpected(what, words.map((word) => `:${word}`).join(' or '), form, form);
  return found;
}

function parseWhere(form: EdnList): WhereClause {
  if (form.items.length < 2) throw malformed('Where must contain at least one predicate', form);
  return { kind: 'where', predicates: form.items.slice(1).map((predicate) => parseExpression(predicate, parseQuery)), start: form.start };
}

function parseUnnest(form: EdnList, bindings: typeof parseColumnBindings): UnnestClause {
  const [, map, more] = form.items;
  const [binding, second] = map?.kind === 'map' && more === undefined ? bindings([map], parseQuery, 'unnest') : [];
  if (binding === undefined || second !== undefined) throw malformed('Unnest takes only a single binding', form);
  return { kind: 'unnest', binding, start: form.start };
}

function parseUnify(form: EdnList): Unify {
  const clauses = form.items.slice(1);
  if (clauses.length === 0) throw malformed('Unify must contain at least one sub clause', form);
  if (clauses.length > DEPTH_MAX) throw tooComplex('Too many clauses in unify', form.start);
  return { kind: 'unify', clauses: clauses.map(parseClause), start: form.start };
}

function parseClause(form: EdnForm): UnifyClause {
  const { list, operator } = operatorOf(form, 'unify clause');
  switch (operator) {
    case 'from': {
      const from = parseFrom(list, parseQuery);
      if (from.star) throw malformed('* is not a valid in from when inside a unify context', list, 'Name the columns: variables of one name are joined.');
      return from;
    }
    case 'rel': return parseRel(list, parseQuery);
    case 'where': return parseWhere(list);
    case 'with': return { kind: 'with', bindings: parseVariableBindings(list.items.slice(1), parseQuery, 'var spec'), start: list.start };
    case 'unnest': return parseUnnest(list, parseVariableBindings);
    case 'join': case 'left-join': return parseJoin(list, operator);
    default: throw malformed(`Unknown unify clause: ${operator}`, list, 'Clauses are from, rel, where, with, unnest, join and left-join.');
  }
}

function parseJoin(form: EdnList, kind: 'join' | 'left-join'): JoinClause {
  const [, subquery, bind, more] = form.items;
  if (subquery === undefined || more !== undefined) throw malformed(`Malformed ${kind}: expected (${kind} query [bindings])`, form);
  if (bind !== undefined && bind.kind !== 'vector') throw unexpected('Malformed bind', 'a vector', bind, form);
  return { kind, subquery: parseSubquery(subquery, parseQuery), bind: parseColumnBindings(bind?.items ?? [], parseQuery, 'bind spec'), start: form.start };
}
