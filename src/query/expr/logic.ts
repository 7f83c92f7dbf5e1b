/**
 * Three-valued logic and conditional evaluation.
 *
 *   undecided rows ──branch 1──▶ decided, leave │ undecided ──branch 2──▶ …
 *
 * A branch is evaluated only under the selection of the rows that reach it, so that it cannot raise for any other row.
 */
import { equalSql } from '../../data/types/equality.ts';
import type { ColumnType } from '../../data/types/type.ts';
import type { Value } from '../../data/types/value.ts';
import { type Batch, selectionOf, withSelection } from '../../data/vector/batch.ts';
import type { Scope } from '../../data/vector/kernel-memory.ts';
import { nullReader, vectorReader } from '../../data/vector/reader.ts';
import { constantVector, type Vector, valuesVector } from '../../data/vector/vector.ts';
import type { Evaluator, Predicate } from './evaluator.ts';

/** A vector made by asking a function for each selected row. */
export function mapRows(batch: Batch, compute: (row: number) => Value): Vector {
  const rows = selectionOf(batch);
  const out = new Array<Value>(batch.rowCount);
  for (let k = 0; k < rows.length; k++) { const row = rows[k] as number; out[row] = compute(row); }
  return valuesVector(out);
}

/** AND (`decisive` false) and OR (`decisive` true) after Kleene: the decisive value wins, else NULL, else the other. */
export function kleeneEvaluator(type: ColumnType, args: readonly Evaluator[], decisive: boolean): Evaluator {
  return {
    type,
    evaluate(batch, scope): Vector {
      const out = new Array<Value>(batch.rowCount);
      let rest = selectionOf(batch);
      for (let k = 0; k < rest.length; k++) out[rest[k] as number] = !decisive;
      for (const arg of args) {
        if (rest.length === 0) break;
        rest = decide(arg, withSelection(batch, rest), scope, decisive, out);
      }
      return valuesVector(out);
    },
  };
}

/** Marks rows that an argument decides or makes NULL; gives back those that are not decided. */
function decide(arg: Evaluator, batch: Batch, scope: Scope | null, decisive: boolean, out: Value[]): Int32Array {
  const read = vectorReader(arg.evaluate(batch, scope));
  return selectionOf(batch).filter((row) => {
    const value = read(row);
    if (value === decisive) { out[row] = decisive; return false; }
    if (value === null) out[row] = null;
    return true;
  });
}

export const notEvaluator = (type: ColumnType, arg: Evaluator): Evaluator => ({
  type,
  evaluate(batch, scope): Vector {
    const read = vectorReader(arg.evaluate(batch, scope));
    return mapRows(batch, (row) => { const value = read(row); return value === null ? null : value !== true; });
  },
});

export const isNullEvaluator = (type: ColumnType, arg: Evaluator, negated: boolean): Evaluator => ({
  type,
  evaluate(batch, scope): Vector {
    const isNull = nullReader(arg.evaluate(batch, scope));
    return isNull === null ? constantVector(negated) : mapRows(batch, (row) => isNull(row) !== negated);
  },
});

export function isTruthEvaluator(type: ColumnType, arg: Evaluator, truth: 'true' | 'false' | 'unknown', negated: boolean): Evaluator {
  const wanted = truth === 'unknown' ? null : truth === 'true';
  return {
    type,
    evaluate(batch, scope): Vector {
      const read = vectorReader(arg.evaluate(batch, scope));
      return mapRows(batch, (row) => (read(row) === wanted) !== negated);
    },
  };
}

export function caseEvaluator(type: ColumnType, branches: readonly { readonly when: Predicate; readonly then: Evaluator }[], otherwise: Evaluator): Evaluator {
  return {
    type,
    evaluate(batch, scope): Vector {
      const out = new Array<Value>(batch.rowCount);
      const taken = new Uint8Array(batch.rowCount);
      let rest = selectionOf(batch);
      for (const { when, then } of branches) {
        if (rest.length === 0) break;
        const chosen = when.select(withSelection(batch, rest), scope);
        if (chosen.length === 0) continue;
        scatter(then, withSelection(batch, chosen), scope, out);
        for (let k = 0; k < chosen.length; k++) taken[chosen[k] as number] = 1;
        rest = rest.filter((row) => taken[row] === 0);
      }
      if (rest.length > 0) scatter(otherwise, withSelection(batch, rest), scope, out);
      return valuesVector(out);
    },
  };
}

function scatter(evaluator: Evaluator, batch: Batch, scope: Scope | null, out: Value[]): void {
  const read = vectorReader(evaluator.evaluate(batch, scope));
  const rows = selectionOf(batch);
  for (let k = 0; k < rows.length; k++) { const row = rows[k] as number; out[row] = read(row); }
}

export function coalesceEvaluator(type: ColumnType, args: readonly Evaluator[]): Evaluator {
  return {
    type,
    evaluate(batch, scope): Vector {
      const out = new Array<Value>(batch.rowCount);
      let rest = selectionOf(batch);
      for (const arg of args) {
        if (rest.length === 0) break;
        scatter(arg, withSelection(batch, rest), scope, out);
        rest = rest.filter((row) => out[row] === null);
      }
      return valuesVector(out);
    },
  };
}

/** x IN (…): TRUE on a match, else NULL if x or an item is NULL (or a comparison is), else FALSE. */
export function inListEvaluator(type: ColumnType, arg: Evaluator, items: readonly Evaluator[], negated: boolean): Evaluator {
  return {
    type,
    evaluate(batch, scope): Vector {
      const read = vectorReader(arg.evaluate(batch, scope));
      const contains = membership(items.map((item) => vectorReader(item.evaluate(batch, scope))(0)));
      return mapRows(batch, (row) => { const found = contains(read(row)); return found === null ? null : found !== negated; });
    },
  };
}

/** Texts and int64s are looked up; whatever else is compared one by one. */
function membership(items: readonly Value[]): (value: Value) => boolean | null {
  const simple = new Set<Value>(items.filter((item) => typeof item === 'string' || typeof item === 'bigint'));
  const others = items.filter((item) => item !== null && !simple.has(item));
  const otherwise = items.includes(null) ? null : false;
  const hasText = items.some((item) => typeof item === 'string');
  return (value) => {
    if (value === null) return items.length === 0 ? false : null;
    if (simple.has(value)) return true;
    let result: boolean | null = otherwise;
    for (const item of typeof value === 'bigint' || (typeof value === 'string' && hasText) ? others : items) {
      const equal = item === null ? null : equalSql(value, item);
      if (equal === true) return true;
      if (equal === null) result = null;
    }
    return result;
  };
}
