/**
 * Random queries give the same rows whether subqueries run row by row or everything is optimised.
 *
 *   seed ─▶ SQL text ─┬─ lift only (applies) ─▶ rows ─┐
 *                     └─ all rules ───────────▶ rows ─┴─ equal as bags, or both raise the same code
 */
import { expect, test } from 'vitest';
import { EngineError } from '../../base/errors.ts';
import { SeededRandom } from '../../base/random.ts';
import type { Value } from '../../data/types/value.ts';
import { EVALUATION } from '../exec/test-support.ts';
import { rules } from './optimize.ts';
import { LIFT_SUBQUERIES } from './rules/lift-subqueries.ts';
import type { Rule } from './rules/rule.ts';
import { runRules } from './test-support.ts';

interface Table { readonly alias: string; readonly columns: readonly string[] }

/** Small tables: the naive plans take every combination of their rows. */
const STORED: Readonly<Record<string, readonly string[]>> = { docs: ['_id', 'a'], parts: ['_id', 'doc', 'v'] };
const AGGREGATES = ['COUNT', 'SUM', 'MIN', 'MAX'];
const COMPARISONS = ['=', '=', '=', '<', '<=', '>', '<>'];

class QueryGenerator {
  readonly #random: SeededRandom;
  #aliases = 0;
  constructor(seed: number) { this.#random = new SeededRandom(seed); }

  #below(count: number): number { return this.#random.integer(count); }
  #pick<T>(items: readonly T[]): T { return items[this.#below(items.length)] as T; }
  #chance(percent: number): boolean { return this.#below(100) < percent; }

  #table(): { readonly text: string; readonly table: Table } {
    const name = this.#pick(Object.keys(STORED));
    const alias = `t${++this.#aliases}`;
    return { text: `${name} AS ${alias}`, table: { alias, columns: STORED[name] ?? [] } };
  }

  #column(tables: readonly Table[]): string {
    const table = this.#pick(tables);
    return `${table.alias}.${this.#pick(table.columns)}`;
  }

  #value(tables: readonly Table[], depth: number): string {
    const roll = this.#below(10);
    if (roll < 6) return this.#column(tables);
    if (roll < 8 || depth === 0) return String(this.#below(12));
    return roll === 8 ? `(${this.#column(tables)} + ${this.#below(4)})` : this.#scalar(tables, depth - 1);
  }

  /** A subquery with one row at most. */
  #scalar(outer: readonly Table[], depth: number): string {
    const { text, table } = this.#table();
    const where = this.#where([...outer, table], [table], depth);
    if (this.#chance(70)) return `(SELECT ${this.#pick(AGGREGATES)}(${this.#column([table])}) FROM ${text}${where})`;
    return `(SELECT ${this.#column([table])} FROM ${text}${where} ORDER BY ${table.alias}._id LIMIT 1)`;
  }

  #where(visible: readonly Table[], own: readonly Table[], depth: number): string {
    const parts = Array.from({ length: this.#below(3) }, () => this.#condition(visible, depth));
    if (visible.length > own.length && this.#chance(80)) parts.push(`${this.#column(own)} ${this.#pick(COMPARISONS)} ${this.#column(visible)}`);
    return parts.length === 0 ? '' : ` WHERE ${parts.join(this.#chance(80) ? ' AND ' : ' OR ')}`;
  }

  #condition(tables: readonly Table[], depth: number): string {
    const roll = this.#below(depth > 0 ? 10 : 6);
    if (roll < 3) return `${this.#column(tables)} ${this.#pick(COMPARISONS)} ${this.#value(tables, depth)}`;
    if (roll === 3) return `${this.#column(tables)} IS ${this.#chance(50) ? 'NOT ' : ''}NULL`;
    if (roll === 4) return `NOT (${this.#condition(tables, 0)} OR ${this.#condition(tables, 0)})`;
    if (roll === 5) return `COALESCE(${this.#column(tables)}, 3) > ${this.#below(6)}`;
    const { text, table } = this.#table();
    const where = this.#where([...tables, table], [table], depth - 1);
    const negated = this.#chance(40) ? 'NOT ' : '';
    if (roll < 8) return `${negated}EXISTS (SELECT 1 FROM ${text}${where})`;
    if (roll === 8) return `${this.#column(tables)} ${negated}IN (SELECT ${this.#column([table])} FROM ${text}${where})`;
    return `${negated}${this.#column(tables)} ${this.#pick(COMPARISONS)} ${this.#pick(['ANY', 'ALL'])} (SELECT ${this.#column([table])} FROM ${text}${where})`;
  }

  query(): string {
    const first = this.#table();
    const tables = [first.table];
    let from = first.text;
    for (let count = this.#below(3); count > 0; count--) {
      const next = this.#table();
      const join = this.#pick(['JOIN', 'LEFT JOIN', 'RIGHT JOIN', 'FULL JOIN', 'JOIN']);
      const key = `${next.table.alias}.${this.#pick(next.table.columns)} = ${this.#column(tables)}`;
      const more = this.#chance(30) ? ` AND ${this.#condition([...tables, next.table], 0)}` : '';
      from += ` ${join} ${next.text} ON ${key}${more}`;
      tables.push(next.table);
    }
    const where = this.#where(tables, tables, 2);
    if (this.#chance(30)) {
      const key = this.#column(tables);
      const having = this.#chance(40) ? ` HAVING ${this.#pick([key, 'COUNT(*)'])} > ${this.#below(4)}` : '';
      return `SELECT ${key} AS k, COUNT(*) AS n, ${this.#pick(AGGREGATES)}(${this.#column(tables)}) AS s FROM ${from}${where} GROUP BY ${key}${having}`;
    }
    return `SELECT ${this.#chance(20) ? 'DISTINCT ' : ''}${this.#column(tables)} AS x, ${this.#value(tables, 2)} AS y FROM ${from}${where}`;
  }
}

const cell = (value: Value): string => (typeof value === 'number' ? value.toFixed(6) : String(value));

async function outcome(sql: string, list: readonly Rule[]): Promise<string[] | string> {
  try {
    return (await runRules(sql, list)).map((row) => row.map(cell).join(' | ')).sort();
  } catch (error) {
    if (error instanceof EngineError) return error.code;
    throw error;
  }
}

const ROUNDS = 400;

test('random queries give the same rows with and without the rules', async () => {
  for (let seed = 1; seed <= ROUNDS; seed++) {
    const sql = new QueryGenerator(seed).query();
    const naive = await outcome(sql, [LIFT_SUBQUERIES]);
    expect(await outcome(sql, rules(EVALUATION)), `seed ${seed}: ${sql}`).toEqual(naive);
  }
}, 120_000);
