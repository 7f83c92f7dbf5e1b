/**
 * What transactions mean, written without the engine: tables are maps, statements are functions on them.
 *
 *   statement ── text ──▶ the database ──▶ what the client was told
 *       └────── run ───▶ the model    ──▶ what it should have been told
 */

/** `acc` and `log`: `_id` → columns; undefined while there is no such table. */
export interface Row { readonly n: number; readonly g: number }
type Rows = ReadonlyMap<number, Row>;
export type Tables = Readonly<Record<'acc' | 'log', Rows | undefined>>;
export type TableName = keyof Tables;
export const EMPTY: Tables = { acc: undefined, log: undefined };

/** What a client is told: rows as a sorted bag of texts, or how many rows were written, or the SQLSTATE of an error. */
export type Told = { readonly rows: readonly string[] } | { readonly count: number } | { readonly error: string };

export interface Outcome { readonly tables: Tables; readonly told: Told }

export interface Statement {
  readonly text: string;
  readonly kind: 'read' | 'write';
  readonly run: (tables: Tables) => Outcome;
}

export const rowText = (cells: readonly (number | null)[]): string => cells.map(String).join(',');
const told = (tables: Tables, rows: readonly (readonly (number | null)[])[]): Outcome => ({ tables, told: { rows: rows.map(rowText).sort() } });
const failed = (tables: Tables, error: string): Outcome => ({ tables, told: { error } });

type Test = (row: Row, id: number) => boolean;
/** A condition in SQL and in the model. */
export interface Condition { readonly text: string; readonly holds: Test }

const matching = (table: Rows, holds: Test): (readonly [number, Row])[] => [...table].filter(([id, row]) => holds(row, id));
const replaced = (tables: Tables, name: TableName, rows: Iterable<readonly [number, Row]>): Tables => ({ ...tables, [name]: new Map([...(tables[name] ?? []), ...rows]) });

/** A statement that names tables which must be there. */
function over(names: readonly TableName[], text: string, kind: Statement['kind'], run: (tables: Tables, ...rows: readonly Rows[]) => Outcome): Statement {
  return {
    text, kind,
    run: (tables) => {
      const found = names.map((name) => tables[name]);
      return found.every((rows) => rows !== undefined) ? run(tables, ...found) : failed(tables, '42P01');
    },
  };
}

export function count(name: TableName, { text, holds }: Condition): Statement {
  return over([name], `SELECT COUNT(*) FROM ${name} WHERE ${text}`, 'read', (tables, rows) => told(tables, [[matching(rows, holds).length]]));
}

export function sum(name: TableName, { text, holds }: Condition): Statement {
  return over([name], `SELECT SUM(n), MAX(g) FROM ${name} WHERE ${text}`, 'read', (tables, all) => {
    const rows = matching(all, holds).map(([, row]) => row);
    return told(tables, [rows.length === 0 ? [null, null] : [rows.reduce((total, { n }) => total + n, 0), Math.max(...rows.map(({ g }) => g))]]);
  });
}

export function read(name: TableName, { text, holds }: Condition): Statement {
  return over([name], `SELECT _id, n, g FROM ${name} WHERE ${text}`, 'read', (tables, rows) => told(tables, matching(rows, holds).map(([id, { n, g }]) => [id, n, g])));
}

/** Pairs of rows of both tables with the same `g`. */
export function joined(): Statement {
  return over(['acc', 'log'], 'SELECT a._id, l._id AS other, a.n + l.n AS total FROM acc AS a JOIN log AS l ON a.g = l.g', 'read',
    (tables, acc, log) => told(tables, [...acc].flatMap(([a, x]) => [...log].filter(([, y]) => x.g === y.g).map(([b, y]) => [a, b, x.n + y.n]))));
}

/** An upsert of whole rows. */
export function insert(name: TableName, rows: readonly (readonly [number, Row])[]): Statement {
  return {
    text: `INSERT INTO ${name} (_id, n, g) VALUES ${rows.map(([id, { n, g }]) => `(${id}, ${n}, ${g})`).join(', ')}`, kind: 'write',
    run: (tables) => ({ tables: replaced(tables, name, rows), told: { count: rows.length } }),
  };
}

/** Copies from one table into the other, under ids of their own. */
export function copy(from: TableName, to: TableName, { text, holds }: Condition): Statement {
  return over([from], `INSERT INTO ${to} (_id, n, g) SELECT _id + 10, n * 2, g FROM ${from} WHERE ${text}`, 'write', (tables, all) => {
    const rows = matching(all, holds).map(([id, { n, g }]) => [id + 10, { n: n * 2, g }] as const);
    // Without a row nothing is written, and so no table made.
    return { tables: rows.length === 0 ? tables : replaced(tables, to, rows), told: { count: rows.length } };
  });
}

export function add(name: TableName, amount: number, { text, holds }: Condition): Statement {
  return over([name], `UPDATE ${name} SET n = n + ${amount} WHERE ${text}`, 'write', (tables, all) => {
    const rows = matching(all, holds).map(([id, row]) => [id, { ...row, n: row.n + amount }] as const);
    return { tables: replaced(tables, name, rows), told: { count: rows.length } };
  });
}

/** Sets `n` to what the other table adds up to. */
export function setToSum(name: TableName, other: TableName, { text, holds }: Condition): Statement {
  return over([name, other], `UPDATE ${name} SET n = COALESCE((SELECT SUM(o.n) FROM ${other} AS o), 0) + 1000 + n WHERE ${text} RETURNING _id, n`, 'write', (tables, all, summed) => {
    const total = [...summed.values()].reduce((sumOf, { n }) => sumOf + n, 0);
    const rows = matching(all, holds).map(([id, row]) => [id, { ...row, n: total + 1000 + row.n }] as const);
    return { tables: replaced(tables, name, rows), told: { rows: rows.map(([id, { n }]) => rowText([id, n])).sort() } };
  });
}

/** Fails where a row has this `n`. */
export function divide(name: TableName, by: number, { text, holds }: Condition): Statement {
  return over([name], `UPDATE ${name} SET n = n + 100 + 10 / (n - ${by}) WHERE ${text}`, 'write', (tables, all) => {
    const rows = matching(all, holds);
    if (rows.some(([, { n }]) => n === by)) return failed(tables, '22012');
    return { tables: replaced(tables, name, rows.map(([id, row]) => [id, { ...row, n: row.n + 100 + Math.trunc(10 / (row.n - by)) }] as const)), told: { count: rows.length } };
  });
}

export function remove(name: TableName, { text, holds }: Condition): Statement {
  return over([name], `DELETE FROM ${name} WHERE ${text}`, 'write', (tables, all) => {
    const gone = new Set(matching(all, holds).map(([id]) => id));
    return { tables: { ...tables, [name]: new Map([...all].filter(([id]) => !gone.has(id))) }, told: { count: gone.size } };
  });
}

export function truncate(name: TableName): Statement {
  return over([name], `TRUNCATE ${name}`, 'write', (tables) => ({ tables: { ...tables, [name]: new Map() }, told: { count: 0 } }));
}

export function drop(name: TableName, ifExists: boolean): Statement {
  const dropped = (tables: Tables): Outcome => ({ tables: { ...tables, [name]: undefined }, told: { count: 0 } });
  return ifExists ? { text: `DROP TABLE IF EXISTS ${name}`, kind: 'write', run: dropped } : over([name], `DROP TABLE ${name}`, 'write', dropped);
}

export function patch(name: TableName, id: number, n: number): Statement {
  return {
    text: `PATCH INTO ${name} RECORDS {_id: ${id}, n: ${n}, g: ${id % 3}}`, kind: 'write',
    run: (tables) => ({ tables: replaced(tables, name, [[id, { n, g: id % 3 }]]), told: { count: 1 } }),
  };
}

export function assertFewer(name: TableName, limit: number, { text, holds }: Condition): Statement {
  return over([name], `ASSERT (SELECT COUNT(*) FROM ${name} WHERE ${text}) < ${limit}`, 'write',
    (tables, rows) => (matching(rows, holds).length < limit ? { tables, told: { count: 0 } } : failed(tables, 'P0004')));
}
