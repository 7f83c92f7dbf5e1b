/** The sources of rows: `from` and `rel`. */
import type { EdnForm, EdnList, EdnMap } from './edn-form.ts';
import { describeForm, isSymbol } from './edn-form.ts';
import type { FromSource, RelSource, TemporalBounds } from './ast.ts';
import { malformed, unexpected } from './malformed.ts';
import type { TableName } from './name.ts';
import { tableName } from './name.ts';
import { isStar, parseColumnBindings } from './parse-binding.ts';
import type { ParseQuery } from './parse-expression.ts';
import { nameExpression, parseExpression, parseFields } from './parse-expression.ts';

/** `(from :table [bindings])` or `(from :table {:bind […] :for-valid-time … :for-system-time …})`. */
export function parseFrom(form: EdnList, query: ParseQuery): FromSource {
  const [, table, options, more] = form.items;
  if (more !== undefined) throw unexpected('Malformed from', 'the end of the form', more, more);
  const parsed = { kind: 'from' as const, table: parseTable(table, form), start: form.start };
  if (options?.kind === 'vector') return { ...parsed, ...parseBind(options.items, query), valid: undefined, system: undefined };
  if (options !== undefined && options.kind !== 'map') throw unexpected('Malformed table opts', 'a vector of bindings or a map of options', options, form);
  const given = options === undefined ? new Map<string, EdnForm>() : optionsOf(options, ['bind', 'for-valid-time', 'for-system-time']);
  const bind = given.get('bind');
  if (bind === undefined) throw malformed('Missing bind: (from :table […]) says which columns are wanted', options ?? form);
  if (bind.kind !== 'vector') throw unexpected('Malformed bind', 'a vector', bind, form);
  return { ...parsed, ...parseBind(bind.items, query), valid: boundsOf(given.get('for-valid-time'), query), system: boundsOf(given.get('for-system-time'), query) };
}

function parseTable(form: EdnForm | undefined, from: EdnList): TableName {
  if (form?.kind === 'keyword') return tableName(form.name);
  if (form?.kind !== 'map') throw malformed(`\`table\` must be a keyword or map, found ${describeForm(form)}`, form ?? from, isSymbol(form) ? `Write :${form.name}.` : undefined);
  const given = optionsOf(form, ['db', 'table']);
  const table = given.get('table');
  const database = given.get('db');
  if (table?.kind !== 'keyword') throw malformed('`table` key must be present in `table` map, as a keyword', table ?? form);
  if (database !== undefined && database.kind !== 'keyword') throw unexpected('Malformed from', 'a keyword as :db', database, form);
  return tableName(table.name, database === undefined ? undefined : tableName(database.name).table);
}

function parseBind(forms: readonly EdnForm[], query: ParseQuery): Pick<FromSource, 'bind' | 'star'> {
  return { bind: parseColumnBindings(forms.filter((item) => !isStar(item)), query, 'bind spec'), star: forms.some(isStar) };
}

/** The entries of a map of options. Throws 42601 for keys that are not among `known`. */
export function optionsOf(form: EdnMap, known: readonly string[]): ReadonlyMap<string, EdnForm> {
  const options = new Map<string, EdnForm>();
  for (const { key, value } of form.entries) {
    if (key.kind !== 'keyword' || !known.includes(key.name)) {
      throw malformed(`Invalid keys provided to option map: ${describeForm(key)}`, key, `Known are ${known.map((name) => `:${name}`).join(', ')}.`);
    }
    options.set(key.name, value);
  }
  return options;
}

/** `:all-time`, `(at t)`, `(in a b)`, `(from a)`, `(to b)`. */
function boundsOf(form: EdnForm | undefined, query: ParseQuery): TemporalBounds | undefined {
  if (form === undefined || (form.kind === 'value' && form.value === null)) return undefined;
  if (form.kind === 'keyword' && form.name === 'all-time') return { kind: 'all' };
  const [tag, ...args] = form.kind === 'list' ? form.items : [];
  const [first, second] = args.map((arg) => parseExpression(arg, query));
  if (isSymbol(tag) && first !== undefined) {
    if (tag.name === 'at' && args.length === 1) return { kind: 'at', at: first };
    if (tag.name === 'in' && args.length === 2) return { kind: 'in', from: first, to: second };
    if (tag.name === 'from' && args.length === 1) return { kind: 'in', from: first, to: undefined };
    if (tag.name === 'to' && args.length === 1) return { kind: 'in', from: undefined, to: first };
  }
  throw unexpected('Malformed temporal filter', ':all-time, (at t), (in a b), (from a) or (to b)', form, form);
}

/** `(rel [{…} …] [bindings])` or `(rel param [bindings])`. */
export function parseRel(form: EdnList, query: ParseQuery): RelSource {
  const [, rows, bind] = form.items;
  if (rows === undefined || bind === undefined || form.items.length !== 3) throw malformed('`rel` takes exactly 3 arguments: (rel documents bindings)', form);
  if (bind.kind !== 'vector') throw unexpected('Malformed bind', 'a vector', bind, form);
  return { kind: 'rel', rows: parseRows(rows, query), bind: parseColumnBindings(bind.items, query, 'bind spec'), start: form.start };
}

function parseRows(form: EdnForm, query: ParseQuery): RelSource['rows'] {
  if (form.kind === 'symbol') return { kind: 'list', list: nameExpression(form) };
  if (form.kind !== 'vector') throw unexpected('`rel` takes a param or an explicit relation', 'a parameter or a vector of maps', form, form);
  return { kind: 'documents', documents: form.items.map((item) => parseFields(item, query)) };
}
