/**
 * Random tables: `t0`, `t1`, … with a key `_id` and some columns of the common types, full of NULLs, duplicates and edges.
 */
import type { SeededRandom } from '../../src/base/random.ts';
import { node, type Node, type TwoSpellings, VALUE_SORTS, type ValueSort } from './tree.ts';

export interface Column { readonly name: string; readonly sort: ValueSort }
export interface Table { readonly name: string; readonly columns: readonly Column[]; readonly rows: readonly (readonly Node[])[] }

export const SQL_TYPES: Readonly<Record<ValueSort, string>> = {
  bigint: 'bigint', int: 'int', smallint: 'smallint', double: 'double precision', numeric: 'numeric(20, 2)', text: 'text', boolean: 'boolean',
  date: 'date', timestamp: 'timestamp', timestamptz: 'timestamp with time zone', uuid: 'uuid', bytea: 'bytea',
};

const TEXTS = ['', 'a', 'b', 'ab', 'abc', 'Abc', 'aab', 'zebra', 'a b', ' x ', 'ä', 'naïve', '日本', '😀', '10', '9', '%', 'a_c', 'AAAA'];
const BYTES = ['', '00', '41', '4142', 'ff', 'ff00', '0a0b0c'];
const DATES = ['2020-01-31', '2020-02-29', '2021-03-28', '1969-12-31', '1970-01-01', '2024-12-30', '2000-01-01'];
const TIMES = ['00:00:00', '01:30:00', '12:34:56', '23:59:59.999999', '02:15:30.25'];
const OFFSETS = ['+00:00', '+02:00', '-05:30'];
const LARGE = { bigint: ['9223372036854775807', '-9223372036854775808', '4611686018427387904'], int: ['2147483647', '-2147483648'], smallint: ['32767', '-32768'] } as const;

const quote = (text: string): string => `'${text.replaceAll("'", "''")}'`;
const cast = (text: string, sort: ValueSort): string => `CAST(${text} AS ${SQL_TYPES[sort]})`;

function wholeNumber(random: SeededRandom, sort: 'bigint' | 'int' | 'smallint', withEdges: boolean): string {
  const text = withEdges && random.unit() < 0.04 ? random.pick(LARGE[sort]) : String(random.integer(12) - 4);
  return cast(quote(text), sort);
}

/** A literal of the type that both databases read alike; `withEdges`: among them numbers that overflow. */
export function literal(random: SeededRandom, sort: ValueSort, withEdges = false): Node {
  switch (sort) {
    case 'bigint': case 'int': case 'smallint': return node(sort, wholeNumber(random, sort, withEdges));
    // Quarters: sums of them are exact in any order.
    case 'double': return node(sort, cast(quote(String((random.integer(80) - 30) / 4)), sort));
    case 'numeric': return node(sort, cast(quote(((random.integer(1000) - 300) / 100).toFixed(2)), sort));
    case 'text': { const text = quote(random.pick(TEXTS)); return node(sort, { varve: text, postgres: `CAST(${text} AS text)` }); }
    case 'boolean': return node(sort, random.pick(['TRUE', 'FALSE']));
    case 'date': return node(sort, `DATE '${random.pick(DATES)}'`);
    case 'timestamp': return node(sort, `TIMESTAMP '${random.pick(DATES)} ${random.pick(TIMES)}'`);
    case 'timestamptz': return node(sort, `TIMESTAMP WITH TIME ZONE '${random.pick(DATES)} ${random.pick(TIMES)}${random.pick(OFFSETS)}'`);
    case 'uuid': return node(sort, `CAST('${'0123456789abcdef'[random.integer(4)]?.repeat(8) ?? ''}-0000-4000-8000-00000000000${random.integer(3)}' AS uuid)`);
    case 'bytea': {
      const hex = random.pick(BYTES);
      const spellings: TwoSpellings = { varve: `X('${hex}')`, postgres: `CAST('\\x${hex}' AS bytea)` };
      return node(sort, spellings);
    }
  }
}

export const nullLiteral = (sort: ValueSort): Node => node(sort, `CAST(NULL AS ${SQL_TYPES[sort]})`);

const SHORT: Readonly<Record<ValueSort, string>> = {
  bigint: 'b', int: 'i', smallint: 's', double: 'd', numeric: 'n', text: 't', boolean: 'f', date: 'dt', timestamp: 'ts', timestamptz: 'tz', uuid: 'u', bytea: 'y',
};

function randomTable(random: SeededRandom, name: string, isLarge: boolean): Table {
  const some: Column[] = VALUE_SORTS.filter(() => random.unit() < 0.75).map((sort) => ({ name: SHORT[sort], sort }));
  if (random.unit() < 0.5) some.push({ name: 'b2', sort: 'bigint' }, { name: 't2', sort: 'text' });
  // SELECT * has them by name.
  const columns: Column[] = [{ name: '_id', sort: 'bigint' }, ...some.sort((a, b) => (a.name < b.name ? -1 : 1))];
  const rowCount = isLarge ? 1100 + random.integer(1200) : random.pick([0, 1, 3, 8, 15, 30]);
  const nulls = random.pick([0, 0.15, 0.5]);
  const emptyColumn = random.unit() < 0.15 ? random.pick(columns).name : undefined;
  const ids = Array.from({ length: rowCount }, (_, i) => i - 2);
  const rows = ids.map((id) => columns.map(({ name: column, sort }) => {
    if (column === '_id') return node('bigint', `CAST('${id}' AS bigint)`);
    return column === emptyColumn || random.unit() < nulls ? node(sort, 'NULL') : literal(random, sort, true);
  }));
  return { name, columns, rows };
}

/** `large`: the first has more rows than a batch. */
export function randomTables(random: SeededRandom, size: 'small' | 'large' = 'small', count = 4): Table[] {
  return Array.from({ length: count }, (_, i) => randomTable(random, `t${i}`, size === 'large' && i === 0));
}

export const createTable = (table: Table): Node => node('create', `CREATE TABLE ${table.name} (${table.columns.map(({ name, sort }) => `${name} ${SQL_TYPES[sort]}`).join(', ')})`);

export function insertRows(table: Table): Node | undefined {
  if (table.rows.length === 0) return undefined;
  const rows = table.rows.flatMap((row, i) => [i === 0 ? '(' : ', (', ...row.flatMap((cell, at) => (at === 0 ? [cell] : [', ', cell])), ')']);
  return node('insert', `INSERT INTO ${table.name} (${table.columns.map(({ name }) => name).join(', ')}) VALUES `, ...rows);
}
