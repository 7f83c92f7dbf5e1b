/**
 * Folds: the rows of a column into running states.
 *
 *   sum_i64_nulls_sel            one state:     low, high: the exact sum as 128 bits; counts: rows that were not NULL
 *   sum_i64_grouped_nulls_sel    a state each for groups[row]
 *   sum_f64                      total, counts
 *   min_i64  max_f64 …           best, counts; NaN is above everything, of equal values the first stays
 *   count_nulls                  counts
 *
 * Rows are added in order, so a sum of doubles is the same as in any other loop over the same rows.
 */
import { column, type KernelTemplate, type Parameter } from './lower.ts';

interface Shape { readonly grouped: boolean; readonly nulls: boolean; readonly dense: boolean }

const SHAPES: readonly Shape[] = [false, true].flatMap((grouped) => [false, true].flatMap((nulls) => [true, false].map((dense) => ({ grouped, nulls, dense }))));
const suffix = ({ grouped, nulls, dense }: Shape): string => `${grouped ? '_grouped' : ''}${nulls ? '_nulls' : ''}${dense ? '' : '_sel'}`;

/** A loop over the rows that are not NULL; `each` may use row and g, the number of its state. */
function foldTemplate(name: string, input: 'i64' | 'f64' | undefined, states: Readonly<Record<string, Parameter>>, shape: Shape, each: string): KernelTemplate {
  const parameters: Record<string, Parameter> = {};
  if (input !== undefined) parameters['a'] = column(input);
  if (shape.nulls) parameters['aValid'] = column('u8');
  if (!shape.dense) parameters['sel'] = column('i32');
  parameters['n'] = 'i32';
  if (shape.grouped) parameters['groups'] = column('i32');
  return {
    name: name + suffix(shape),
    parameters: { ...parameters, ...states, counts: column('f64') },
    result: 'void',
    body: `
  for (let k: i32 = 0; k < n; k++) {
    const row: i32 = ${shape.dense ? 'k' : 'sel[k]'};
    ${shape.nulls ? 'if (bit(aValid[row >> 3], row) == 0) continue;' : ''}
    const g: i32 = ${shape.grouped ? 'groups[row]' : '0'};
    ${each}
  }
`,
  };
}

const COUNT = 'counts[g] = counts[g] + 1.0;';
const SUM_I64 = `const x: i64 = a[row];
    const before: u64 = low[g];
    const after: u64 = before + <u64>x;
    low[g] = after;
    high[g] = high[g] + (x >> 63) + i64(after < before);
    ${COUNT}`;
const SUM_F64 = `total[g] = total[g] + a[row];
    ${COUNT}`;

/** Whether x beats the best so far. */
const BEATS = {
  min_i64: 'x < old', max_i64: 'x > old',
  min_f64: 'x < old || (old != old && x == x)', max_f64: 'x > old || (x != x && old == old)',
} as const;

function extreme(name: keyof typeof BEATS, shape: Shape): KernelTemplate {
  const type = name.endsWith('i64') ? 'i64' : 'f64';
  return foldTemplate(name, type, { best: column(type) }, shape, `const x: ${type} = a[row];
    const old: ${type} = best[g];
    if (counts[g] == 0.0 || ${BEATS[name]}) best[g] = x;
    ${COUNT}`);
}

export function* foldTemplates(): Generator<KernelTemplate> {
  for (const shape of SHAPES) {
    yield foldTemplate('sum_i64', 'i64', { low: column('u64'), high: column('i64') }, shape, SUM_I64);
    yield foldTemplate('sum_f64', 'f64', { total: column('f64') }, shape, SUM_F64);
    yield foldTemplate('count', undefined, {}, shape, COUNT);
    for (const name of Object.keys(BEATS) as (keyof typeof BEATS)[]) yield extreme(name, shape);
  }
}
