/**
 * What transactions mean, written without the engine: tables are maps, statements are functions on them.
 *
 *   statement ── text ──▶ the database ──▶ what the client was told
 *       └────── run ───▶ the model    ──▶ what it should have been told
 */

/** `acc` and `log`: `_id` → columns. */
export interface Row { readonly n: number; readonly g: number }
export type Tables = Readonly<Record<'acc' | 'log', ReadonlyMap<number, Row>>>;
export type TableName = keyof Tables;
export const EMPTY: Tables = { acc: new Map(), log: new Map() };

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

const matching = (table: ReadonlyMap<number, Row>, holds: Test): (readonly [number, Row])[] => [...table].filter(([id, row]) => holds(row, id));
const replaced = (tables: Tables, name: TableName, rows: Iterable<readonly [number, Row]>): Tables => ({ ...tables, [name]: new Map([...tables[name], ...rows]) });

export function count(name: TableName, { text, holds }: Condition): Statement {
  return { text: `SELECT COUNT(*) FROM ${name} WHERE ${text}`, kind: 'read', run: (tables) => told(tables, [[matching(tables[name], holds).length]]) };
}

export function sum(name: TableName, { text, holds }: Condition): Statement {
  return {
    text: `SELECT SUM(n), MAX(g) FROM ${name} WHERE ${text}`, kind: 'read',
    run: (tables) => {
      const rows = matching(tables[name], holds).map(([, row]) => row);
      return told(tables, [rows.length === 0 ? [null, null] : [rows.reduce((total, { n }) => total + n, 0), Math.max(...rows.map(({ g }) => g))]]);
    },
  };
}

export function read(name: TableName, { text, holds }: Condition): Statement {
  return { text: `SELECT _id, n, g FROM ${name} WHERE ${text}`, kind: 'read', run: (tables) => told(tables, matching(tables[name], holds).map(([id, { n, g }]) => [id, n, g])) };
}

/** Pairs of rows of both tables with the same `g`. */
export function joined(): Statement {
  return {
    text: 'SELECT a._id, l._id AS other, a.n + l.n AS total FROM acc AS a JOIN log AS l ON a.g = l.g', kind: 'read',
    run: (tables) => told(tables, [...tables.acc].flatMap(([a, x]) => [...tables.log].filter(([, y]) => x.g === y.g).map(([b, y]) => [a, b, x.n + y.n]))),
  };
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
  return {
    text: `INSERT INTO ${to} (_id, n, g) SELECT _id + 10, n * 2, g FROM ${from} WHERE ${text}`, kind: 'write',
    run: (tables) => {
      const rows = matching(tables[from], holds).map(([id, { n, g }]) => [id + 10, { n: n * 2, g }] as const);
      return { tables: replaced(tables, to, rows), told: { count: rows.length } };
    },
  };
}

export function add(name: TableName, amount: number, { text, holds }: Condition): Statement {
  return {
    text: `UPDATE ${name} SET n = n + ${amount} WHERE ${text}`, kind: 'write',
    run: (tables) => {
      const rows = matching(tables[name], holds).map(([id, row]) => [id, { ...row, n: row.n + amount }] as const);
      return { tables: replaced(tables, name, rows), told: { count: rows.length } };
    },
  };
}

/** Sets `n` to what the other table adds up to. */
export function setToSum(name: TableName, other: TableName, { text, holds }: Condition): Statement {
  return {
    text: `UPDATE ${name} SET n = COALESCE((SELECT SUM(o.n) FROM ${other} AS o), 0) + 1000 + n WHERE ${text} RETURNING _id, n`, kind: 'write',
    run: (tables) => {
      const total = [...tables[other].values()].reduce((sumOf, { n }) => sumOf + n, 0);
      const rows = matching(tables[name], holds).map(([id, row]) => [id, { ...row, n: total + 1000 + row.n }] as const);
      return { tables: replaced(tables, name, rows), told: { rows: rows.map(([id, { n }]) => rowText([id, n])).sort() } };
    },
  };
}

/** Fails where a row has this `n`. */
export function divide(name: TableName, by: number, { text, holds }: Condition): Statement {
  return {
    text: `UPDATE ${name} SET n = n + 100 + 10 / (n - ${by}) WHERE ${text}`, kind: 'write',
    run: (tables) => {
      const rows = matching(tables[name], holds);
      if (rows.some(([, { n }]) => n === by)) return failed(tables, '22012');
      return { tables: replaced(tables, name, rows.map(([id, row]) => [id, { ...row, n: row.n + 100 + Math.trunc(10 / (row.n - by)) }] as const)), told: { count: rows.length } };
    },
  };
}

export function remove(name: TableName, { text, holds }: Condition): Statement {
  return {
    text: `DELETE FROM ${name} WHERE ${text}`, kind: 'write',
    run: (tables) => {
      const gone = new Set(matching(tables[name], holds).map(([id]) => id));
      return { tables: { ...tables, [name]: new Map([...tables[name]].filter(([id]) => !gone.has(id))) }, told: { count: gone.size } };
    },
  };
}

export function patch(name: TableName, id: number, n: number): Statement {
  return {
    text: `PATCH INTO ${name} RECORDS {_id: ${id}, n: ${n}, g: ${id % 3}}`, kind: 'write',
    run: (tables) => ({ tables: replaced(tables, name, [[id, { n, g: id % 3 }]]), told: { count: 1 } }),
  };
}

export function assertFewer(name: TableName, limit: number, { text, holds }: Condition): Statement {
  return {
    text: `ASSERT (SELECT COUNT(*) FROM ${name} WHERE ${text}) < ${limit}`, kind: 'write',
    run: (tables) => (matching(tables[name], holds).length < limit ? { tables, told: { count: 0 } } : failed(tables, 'P0004')),
  };
}
