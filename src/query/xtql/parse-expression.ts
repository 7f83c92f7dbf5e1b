/** Expressions: EDN forms → tree. A list is a call; `exists?`, `q`, `pull`, `pull*`, `let`, `if-some` and `.` have forms of their own. */
import type { EdnForm, EdnList } from './edn-form.ts';
import { isSymbol } from './edn-form.ts';
import type { Field, NameExpression, Subquery, XtqlExpression, XtqlQuery } from './ast.ts';
import { paramsOf } from './ast.ts';
import { malformed, unexpected } from './malformed.ts';
import { columnName } from './name.ts';

/** The instant that stands for no end of a period. */
const END_OF_TIME = { kind: 'timestamptz', unit: 'us', value: 2n ** 63n - 1n, zone: 'UTC' } as const;

/** Queries and expressions contain one another; the parser of queries is handed in. */
export type ParseQuery = (form: EdnForm) => XtqlQuery;

const SUBQUERY_FORMS: ReadonlyMap<string, 'exists' | 'scalar' | 'nest-one' | 'nest-many'> = new Map([['exists?', 'exists'], ['q', 'scalar'], ['pull', 'nest-one'], ['pull*', 'nest-many']]);

export function parseExpression(form: EdnForm, query: ParseQuery): XtqlExpression {
  const { start } = form;
  switch (form.kind) {
    case 'value': return { kind: 'literal', value: form.value, start };
    case 'keyword': return { kind: 'literal', value: { kind: 'keyword', name: form.name }, start };
    case 'symbol': return form.name === 'xtdb/end-of-time' ? { kind: 'literal', value: END_OF_TIME, start } : nameExpression(form);
    case 'vector': return { kind: 'list', items: form.items.map((item) => parseExpression(item, query)), start };
    case 'set': return { kind: 'set', items: form.items.map((item) => parseExpression(item, query)), start };
    case 'map': return { kind: 'struct', fields: parseFields(form, query), start };
    case 'list': return parseCall(form, query);
  }
}

export const nameExpression = (symbol: { readonly name: string; readonly start: number }): NameExpression =>
  ({ kind: 'name', name: columnName(symbol.name), text: symbol.name, prefersVariable: false, start: symbol.start });

/** The entries of a map with keyword (or text) keys. */
export function parseFields(form: EdnForm, query: ParseQuery): Field[] {
  if (form.kind !== 'map') throw unexpected('Malformed document', 'a map', form, form);
  return form.entries.map(({ key, value }) => {
    const name = key.kind === 'keyword' ? columnName(key.name) : key.kind === 'value' && typeof key.value === 'string' ? key.value : undefined;
    if (name === undefined) throw unexpected('Malformed map', 'a keyword as key', key, key);
    return { name, value: parseExpression(value, query), start: key.start };
  });
}

function parseCall(form: EdnList, query: ParseQuery): XtqlExpression {
  const [head, ...args] = form.items;
  if (!isSymbol(head)) throw unexpected('Malformed call', 'the name of a function', head, form);
  const subquery = SUBQUERY_FORMS.get(head.name);
  if (subquery !== undefined) return { kind: 'subquery', form: subquery, subquery: parseSubqueryArgument(form, args, query), start: form.start };
  switch (head.name) {
    case '.': return parseGet(form, args, query);
    case 'let': case 'if-some': return parseLet(form, args, query, head.name === 'if-some');
    default: return { kind: 'call', function: head.name, args: args.map((arg) => parseExpression(arg, query)), start: form.start };
  }
}

function parseGet(form: EdnList, args: readonly EdnForm[], query: ParseQuery): XtqlExpression {
  const [value, field] = args;
  if (value === undefined || !isSymbol(field) || args.length !== 2) throw malformed('Malformed get: expected (. value field)', form);
  return { kind: 'field', arg: parseExpression(value, query), name: columnName(field.name), start: form.start };
}

function parseLet(form: EdnList, args: readonly EdnForm[], query: ParseQuery, isConditional: boolean): XtqlExpression {
  const [binding, body, otherwise] = args;
  const [name, value, more] = binding?.kind === 'vector' ? binding.items : [];
  if (!isSymbol(name) || value === undefined || more !== undefined || body === undefined || args.length > (isConditional ? 3 : 2)) {
    throw malformed(isConditional ? 'Malformed if-some: expected (if-some [name value] then else)' : 'Malformed let: expected (let [name value] body)', form);
  }
  return {
    kind: 'let', name: columnName(name.name), value: parseExpression(value, query), body: parseExpression(body, query),
    otherwise: otherwise === undefined ? undefined : parseExpression(otherwise, query), isConditional, start: form.start,
  };
}

function parseSubqueryArgument(form: EdnList, args: readonly EdnForm[], query: ParseQuery): Subquery {
  const [argument, ...more] = args;
  if (argument === undefined || more.length > 0) throw malformed('Malformed subquery: expected one query, or a vector of a query and its arguments', form);
  return parseSubquery(argument, query);
}

/**
 * `query`, `(fn [x] query)` or `[(fn [x y] query) arg arg]`. Without arguments, parameters are the variables of their names.
 * Throws 42601 when there are more or fewer arguments than parameters.
 */
export function parseSubquery(form: EdnForm, query: ParseQuery): Subquery {
  const [inner, ...given] = form.kind === 'vector' ? form.items : [form];
  if (inner === undefined) throw malformed('Malformed subquery: expected a query in the vector', form);
  const parsed = query(inner);
  const params = paramsOf(parsed);
  if (form.kind !== 'vector') return { query: parsed, args: params.map((name): XtqlExpression => ({ kind: 'name', name, text: name, prefersVariable: true, start: form.start })) };
  if (given.length !== params.length) {
    throw malformed(`Subquery arity error: the query takes ${params.length} arguments, found ${given.length}`, form);
  }
  return { query: parsed, args: given.map((arg) => parseExpression(arg, query)) };
}
