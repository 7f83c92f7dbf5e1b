/** Conditions as selections: only TRUE passes, and a row that one conjunct rejected is never shown to the next. */
import { type Batch, selectionOf, withSelection } from '../../data/vector/batch.ts';
import { vectorReader } from '../../data/vector/reader.ts';
import { dataOf, type Vector } from '../../data/vector/vector.ts';
import { isValid } from '../../data/vector/chunk.ts';
import type { Evaluator, Predicate } from './evaluator.ts';

const NOTHING = new Int32Array(0);

/** The rows whose boolean is `wanted`. */
export function selectBoolean(vector: Vector, batch: Batch, wanted: boolean): Int32Array {
  const rows = selectionOf(batch);
  if (vector.form === 'constant') return vector.value === wanted ? rows : NOTHING;
  const out = new Int32Array(rows.length);
  let count = 0;
  if (vector.form === 'flat' && vector.physical === 'bool') {
    const data = dataOf(vector) as Uint8Array;
    const byte = wanted ? 1 : 0;
    for (let k = 0; k < rows.length; k++) {
      const row = rows[k] as number;
      if (data[row] === byte && isValid(vector.validity, row)) out[count++] = row;
    }
    return out.subarray(0, count);
  }
  const read = vectorReader(vector);
  for (let k = 0; k < rows.length; k++) if (read(rows[k] as number) === wanted) out[count++] = rows[k] as number;
  return out.subarray(0, count);
}

export const predicateOf = (evaluator: Evaluator): Predicate =>
  ({ select: (batch, scope) => selectBoolean(evaluator.evaluate(batch, scope), batch, true) });

/** NOT x is TRUE exactly where x is FALSE. */
export const notPredicate = (evaluator: Evaluator): Predicate =>
  ({ select: (batch, scope) => selectBoolean(evaluator.evaluate(batch, scope), batch, false) });

export function andPredicate(parts: readonly Predicate[]): Predicate {
  return {
    select(batch, scope): Int32Array {
      let current = batch;
      for (const part of parts) {
        const selected = part.select(current, scope);
        if (selected.length === 0) return NOTHING;
        current = withSelection(current, selected);
      }
      return selectionOf(current);
    },
  };
}

export function orPredicate(parts: readonly Predicate[]): Predicate {
  return {
    select(batch, scope): Int32Array {
      const passed = new Uint8Array(batch.rowCount);
      let rest = selectionOf(batch);
      for (const part of parts) {
        if (rest.length === 0) break;
        const selected = part.select(withSelection(batch, rest), scope);
        if (selected.length === 0) continue;
        for (let k = 0; k < selected.length; k++) passed[selected[k] as number] = 1;
        rest = rowsWhere(rest, passed, 0);
      }
      return rowsWhere(selectionOf(batch), passed, 1);
    },
  };
}

/** `rows.filter(…)` without a call for each row and a list in between. */
function rowsWhere(rows: Int32Array, marks: Uint8Array, wanted: number): Int32Array {
  const out = new Int32Array(rows.length);
  let count = 0;
  for (let k = 0; k < rows.length; k++) {
    const row = rows[k] as number;
    if (marks[row] === wanted) out[count++] = row;
  }
  return out.subarray(0, count);
}
