/**
 * Folds: the rows of a column into running states.
 *
 *   sum_i64_nulls_sel            one state:  low += the low 32 bits as unsigned, high += the high 32 bits, both as doubles; counts += 1
 *   sum_i64_grouped_nulls_sel    a state each for groups[row]
 *   sum_f64, mean_i64            totals += a, as a double
 *   min_i64, max_f64 …           best = a if it is the first or beats it; NaN is above everything, of equal values the first stays
 *   count                        counts += 1
 *
 * A sum of int64 is exact as long as its caller carries from low to high every 2^20 rows. Rows are added in order, so a sum of doubles is the
 * same as in any other loop over the same rows.
 */
import { column, type KernelTemplate, type Parameter, type Scalar } from './lower.ts';

interface Shape { readonly grouped: boolean; readonly nulls: boolean; readonly dense: boolean }

interface Fold {
  readonly name: string;
  readonly input: 'i64' | 'f64' | undefined;
  /** Columns of states beside the counts; `each` uses them as locals of the same name. */
  readonly states: Readonly<Record<string, Scalar>>;
  readonly each: string;
}

const FOLDS: readonly Fold[] = [
  { name: 'sum_i64', input: 'i64', states: { low: 'f64', high: 'f64' }, each: 'low += <f64>(<u64>x & 0xffffffff); high += <f64>(x >> 32);' },
  { name: 'sum_f64', input: 'f64', states: { total: 'f64' }, each: 'total += x;' },
  { name: 'mean_i64', input: 'i64', states: { total: 'f64' }, each: 'total += <f64>x;' },
  { name: 'count', input: undefined, states: {}, each: '' },
  { name: 'min_i64', input: 'i64', states: { best: 'i64' }, each: 'if (count == 0.0 || x < best) best = x;' },
  { name: 'max_i64', input: 'i64', states: { best: 'i64' }, each: 'if (count == 0.0 || x > best) best = x;' },
  { name: 'min_f64', input: 'f64', states: { best: 'f64' }, each: 'if (count == 0.0 || x < best || (best != best && x == x)) best = x;' },
  { name: 'max_f64', input: 'f64', states: { best: 'f64' }, each: 'if (count == 0.0 || x > best || (x != x && best == best)) best = x;' },
];

function foldTemplate({ name, input, states, each }: Fold, { grouped, nulls, dense }: Shape): KernelTemplate {
  const all: Readonly<Record<string, Scalar>> = { ...states, count: 'f64' };
  const at = grouped ? 'g' : '0';
  const loads = Object.entries(all).map(([state, type]) => `let ${state}: ${type} = ${state}At[${at}];`).join(' ');
  const stores = Object.keys(all).map((state) => `${state}At[${at}] = ${state};`).join(' ');
  const parameters: Record<string, Parameter> = {};
  if (input !== undefined) parameters['a'] = column(input);
  if (nulls) parameters['aValid'] = column('u8');
  if (!dense) parameters['sel'] = column('i32');
  parameters['n'] = 'i32';
  if (grouped) parameters['groups'] = column('i32');
  for (const [state, type] of Object.entries(all)) parameters[`${state}At`] = column(type);
  return {
    name: `${name}${grouped ? '_grouped' : ''}${nulls ? '_nulls' : ''}${dense ? '' : '_sel'}`,
    parameters,
    result: 'void',
    body: `
  ${grouped ? '' : loads}
  for (let k: i32 = 0; k < n; k++) {
    const row: i32 = ${dense ? 'k' : 'sel[k]'};
    ${nulls ? 'if (bit(aValid[row >> 3], row) == 0) continue;' : ''}
    ${grouped ? `const g: i32 = groups[row]; ${loads}` : ''}
    ${input === undefined ? '' : `const x: ${input} = a[row];`}
    ${each}
    count += 1.0;
    ${grouped ? stores : ''}
  }
  ${grouped ? '' : stores}
`,
  };
}

export function* foldTemplates(): Generator<KernelTemplate> {
  for (const fold of FOLDS) for (const grouped of [false, true]) for (const nulls of [false, true]) for (const dense of [true, false]) {
    yield foldTemplate(fold, { grouped, nulls, dense });
  }
}
