/**
 * What may raise meets no row that an earlier condition rejected.
 *
 *   seed ─▶ query of guarded divisions ─┬─ 60 / (c - k)            ─▶ rows ─┐
 *                                       └─ 60 / NULLIF(c - k, 0)   ─▶ rows ─┴─ equal
 *
 * Every division stands behind a condition that rejects c = k: in CASE, AND, OR or COALESCE, in the WHERE of its subquery or of the
 * query around it, in ON, or by the correlation itself. So both texts mean the same, and neither raises.
 */
import { expect, test } from 'vitest';
import { SeededRandom } from '../../base/random.ts';
import type { Value } from '../../data/types/value.ts';
import { EVALUATION } from '../exec/test-support.ts';
import { rules } from './optimize.ts';
import { runRules } from './test-support.ts';

/** A column, and a number among its values. */
interface Divisor { readonly column: string; readonly zero: number }

class GuardedQuery {
  readonly #random: SeededRandom;
  readonly #isTotal: boolean;
  #aliases = 0;
  constructor(seed: number, isTotal: boolean) {
    this.#random = new SeededRandom(seed);
    this.#isTotal = isTotal;
  }

  #pick<T>(items: readonly T[]): T { return items[this.#random.integer(items.length)] as T; }
  #chance(percent: number): boolean { return this.#random.integer(100) < percent; }

  #divide({ column, zero }: Divisor): string {
    const divisor = this.#isTotal ? `NULLIF(${column} - ${zero}, 0)` : `(${column} - ${zero})`;
    return `60 / ${divisor}`;
  }

  #alias(): string { return `t${++this.#aliases}`; }
  #of(alias: string, table: 'docs' | 'parts'): Divisor {
    return table === 'docs'
      ? this.#pick([{ column: `${alias}._id`, zero: 3 }, { column: `${alias}._id`, zero: 1 }, { column: `${alias}.a`, zero: 10 }])
      : this.#pick([{ column: `${alias}._id`, zero: 2 }, { column: `${alias}.doc`, zero: 1 }, { column: `${alias}.doc`, zero: 3 }]);
  }

  /** Correlation of `inner`, a row of parts, with a row of docs. */
  #correlation(inner: string, outer: string): string {
    return this.#pick([`${inner}.doc = ${outer}._id`, `${inner}.doc < ${outer}._id`, `${inner}._id = ${outer}._id AND ${inner}.doc < 9`, `${inner}.doc = ${outer}.a - 9`]);
  }

  /** A value for each row of docs that may divide by `safe` of that row and raises for no other row. */
  #value(outer: string, safe: Divisor): string {
    const inner = this.#alias();
    const where = this.#correlation(inner, outer);
    const own = this.#of(inner, 'parts');
    const guard = `${own.column} <> ${own.zero}`;
    const quotient = this.#divide(safe);
    switch (this.#random.integer(6)) {
      case 0: return quotient;
      case 1: return `(SELECT ${this.#pick(['MAX', 'SUM', 'COUNT'])}(${quotient}) FROM parts AS ${inner} WHERE ${where})`;
      case 2: return `(SELECT MIN(${this.#divide(own)}) FROM parts AS ${inner} WHERE ${guard} AND ${where})`;
      case 3: return `(SELECT MIN(${this.#divide(own)} + ${inner}._id) FROM parts AS ${inner} WHERE ${where} AND ${guard} AND ${this.#divide(own)} < 50)`;
      case 4: return `(SELECT ${quotient} FROM parts AS ${inner} WHERE ${inner}._id = ${outer}._id AND ${guard} AND ${this.#divide(own)} < 50)`;
      default: return `(SELECT ${inner}._id + ${quotient} FROM parts AS ${inner} WHERE ${where} ORDER BY ${this.#divide(safe)}, ${inner}._id LIMIT 1)`;
    }
  }

  #condition(outer: string, safe: Divisor): string {
    const inner = this.#alias();
    const where = this.#correlation(inner, outer);
    const negated = this.#pick(['', 'NOT ']);
    switch (this.#random.integer(4)) {
      case 0: return `${this.#value(outer, safe)} > ${this.#random.integer(20)}`;
      case 1: return `${negated}EXISTS (SELECT 1 FROM parts AS ${inner} WHERE ${where} AND ${this.#divide(safe)} > ${inner}._id)`;
      case 2: return `${this.#divide(safe)} ${negated}IN (SELECT ${inner}.${this.#pick(['_id', 'doc'])} FROM parts AS ${inner} WHERE ${where})`;
      default: return `${outer}._id ${this.#pick(['=', '<', '>='])} ${this.#pick(['ANY', 'ALL'])} (SELECT ${this.#divide(safe)} FROM parts AS ${inner} WHERE ${where})`;
    }
  }

  /** `value` or `condition` behind what rejects the zero of a column of the row. */
  #guarded(outer: string): string {
    const safe = this.#of(outer, 'docs');
    const good = `${safe.column} <> ${safe.zero}`;
    const bad = `${safe.column} = ${safe.zero}`;
    switch (this.#random.integer(5)) {
      case 0: return `CASE WHEN ${good} THEN ${this.#value(outer, safe)} ELSE 0 END`;
      case 1: return `CASE WHEN ${bad} THEN 1 WHEN ${this.#condition(outer, safe)} THEN 2 ELSE ${this.#value(outer, safe)} END`;
      case 2: return `COALESCE(CASE WHEN ${bad} THEN 7 END, ${this.#value(outer, safe)})`;
      case 3: return `(${good} AND ${this.#condition(outer, safe)} AND ${this.#condition(outer, safe)})`;
      default: return `(${bad} OR ${this.#condition(outer, safe)})`;
    }
  }

  text(): string {
    const outer = this.#alias();
    const safe = this.#of(outer, 'docs');
    const other = this.#alias();
    const own = this.#of(other, 'parts');
    const from = this.#pick([
      '', '',
      ` LEFT JOIN parts AS ${other} ON ${other}.doc = ${outer}._id AND ${own.column} <> ${own.zero} AND ${this.#divide(own)} < 40`,
      ` LEFT JOIN parts AS ${other} ON ${outer}._id <> 3 AND ${this.#divide({ column: `${outer}._id`, zero: 3 })} > ${other}._id`,
      `, LATERAL (SELECT ${this.#divide(safe)} AS d) AS ${other}`,
      ` JOIN parts AS ${other} ON ${own.column} <> ${own.zero} AND ${outer}._id = ${this.#divide(own)}`,
    ]);
    const where = this.#chance(60) ? ` AND ${this.#condition(outer, safe)}` : '';
    return `SELECT ${outer}._id AS i, ${this.#guarded(outer)} AS x, ${this.#guarded(outer)} AS y FROM docs AS ${outer}${from} WHERE ${safe.column} <> ${safe.zero}${where}`;
  }
}

const cell = (value: Value): string => (typeof value === 'number' ? value.toFixed(6) : String(value));
const run = async (sql: string): Promise<string[]> => (await runRules(sql, rules(EVALUATION))).map((row) => row.map(cell).join(' | ')).sort();

const ROUNDS = 200;

test('guarded divisions raise for no row', async () => {
  let found = 0;
  for (let seed = 1; seed <= ROUNDS; seed++) {
    const sql = new GuardedQuery(seed, false).text();
    const rows = await run(sql).catch((error: unknown) => { throw new Error(`seed ${seed}: ${sql}`, { cause: error }); });
    expect(rows, `seed ${seed}: ${sql}`).toEqual(await run(new GuardedQuery(seed, true).text()));
    found += rows.length;
  }
  expect(found).toBeGreaterThan(ROUNDS);
}, 120_000);
