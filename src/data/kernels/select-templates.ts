/**
 * Comparison → selection.
 *
 *   select_lt_i64_const_nulls_sel     rows of `sel` whose a is not NULL and below y, to `out`; their count
 *          │   │    │     │    └ dense without it: rows [0, n)
 *          │   │    │     └ bitmaps of validity are read
 *          │   │    └ const: against y         vector: against b
 *          └───┴ meaning: SQL's, where NaN equals nothing, is below and above nothing, and is different from everything; -0 = 0
 */
import { column, type KernelTemplate, type Parameter } from './lower.ts';

export const COMPARISON_NAMES = ['eq', 'ne', 'lt', 'le', 'gt', 'ge'] as const;
const MEANING: Readonly<Record<(typeof COMPARISON_NAMES)[number], string>> = { eq: 'x == y', ne: 'x != y', lt: 'x < y', le: 'x <= y', gt: 'x > y', ge: 'x >= y' };

function selectTemplate(comparison: (typeof COMPARISON_NAMES)[number], type: 'i32' | 'i64' | 'f64', shape: 'const' | 'vector', nulls: boolean, dense: boolean): KernelTemplate {
  const parameters: Record<string, Parameter> = { a: column(type) };
  if (nulls) parameters['aValid'] = column('u8');
  parameters[shape === 'const' ? 'y' : 'b'] = shape === 'const' ? type : column(type);
  if (nulls && shape === 'vector') parameters['bValid'] = column('u8');
  if (!dense) parameters['sel'] = column('i32');
  const valid = !nulls ? '' : shape === 'const' ? ' & bit(aValid[row >> 3], row)' : ' & bit(aValid[row >> 3] & bValid[row >> 3], row)';
  return {
    name: `select_${comparison}_${type}_${shape}${nulls ? '_nulls' : ''}${dense ? '' : '_sel'}`,
    parameters: { ...parameters, n: 'i32', out: column('i32') },
    result: 'i32',
    body: `
  let count: i32 = 0;
  for (let k: i32 = 0; k < n; k++) {
    const row: i32 = ${dense ? 'k' : 'sel[k]'};
    const x: ${type} = a[row];
    ${shape === 'vector' ? `const y: ${type} = b[row];` : ''}
    out[count] = row;
    count += flag(${MEANING[comparison]})${valid};
  }
  return count;
`,
  };
}

export function* selectTemplates(): Generator<KernelTemplate> {
  for (const comparison of COMPARISON_NAMES) for (const type of ['i32', 'i64', 'f64'] as const) for (const shape of ['const', 'vector'] as const) {
    for (const nulls of [false, true]) for (const dense of [true, false]) yield selectTemplate(comparison, type, shape, nulls, dense);
  }
}
