/**
 * + - * into a column.
 *
 *   add_i64_vector_nulls_sel    out[row] = a[row] + b[row] for the rows of `sel`; the first that overflows, or -1
 *       │    │     │    └ dense without it: rows [0, n)
 *       │    │     └ NULL rows (by `valid`, of the result) do not overflow
 *       │    └ vector: a ∘ b    const: a ∘ y    mirrored: y ∘ a (only where that is something else)
 *       └ i64; i32 with bounds, for int8, int16 and int32; f64, which never fails and needs no validity
 */
import { column, type KernelTemplate, type Parameter } from './lower.ts';

export type ArithmeticName = 'add' | 'subtract' | 'multiply';
const SIGN: Readonly<Record<ArithmeticName, string>> = { add: '+', subtract: '-', multiply: '*' };

type Shape = 'vector' | 'const' | 'mirrored';
type Type = 'i32' | 'i64' | 'f64';

/** Reads x and y of the row, x on the left. */
function operands(type: Type, shape: Shape): string {
  const wide = type === 'i32' ? 'i64' : type;
  const cast = type === 'i32' ? '<i64>' : '';
  switch (shape) {
    case 'vector': return `const x: ${wide} = ${cast}a[row]; const z: ${wide} = ${cast}b[row];`;
    case 'const': return `const x: ${wide} = ${cast}a[row]; const z: ${wide} = ${cast}y;`;
    case 'mirrored': return `const x: ${wide} = ${cast}y; const z: ${wide} = ${cast}a[row];`;
  }
}

/** Stores the result; leaves the kernel at an overflow. */
function result(name: ArithmeticName, type: Type, nulls: boolean): string {
  const valid = nulls ? ' && bit(valid[row >> 3], row) != 0' : '';
  switch (type) {
    case 'f64': return `out[row] = x ${SIGN[name]} z;`;
    case 'i64': return `const r: i64 = x ${SIGN[name]} z;
    if (${name}Overflows(x, z, r)${valid}) return row;
    out[row] = r;`;
    case 'i32': return `const r: i64 = x ${SIGN[name]} z;
    if ((r < low || r > high)${valid}) return row;
    out[row] = <i32>r;`;
  }
}

function arithmeticTemplate(name: ArithmeticName, type: Type, shape: Shape, nulls: boolean, dense: boolean): KernelTemplate {
  const parameters: Record<string, Parameter> = { a: column(type) };
  parameters[shape === 'vector' ? 'b' : 'y'] = shape === 'vector' ? column(type) : type;
  if (nulls) parameters['valid'] = column('u8');
  if (!dense) parameters['sel'] = column('i32');
  if (type === 'i32') Object.assign(parameters, { low: 'i64', high: 'i64' });
  return {
    name: `${name}_${type}_${shape}${nulls ? '_nulls' : ''}${dense ? '' : '_sel'}`,
    parameters: { ...parameters, n: 'i32', out: column(type) },
    result: 'i32',
    body: `
  for (let k: i32 = 0; k < n; k++) {
    const row: i32 = ${dense ? 'k' : 'sel[k]'};
    ${operands(type, shape)}
    ${result(name, type, nulls)}
  }
  return -1;
`,
  };
}

/** out = a as doubles, each rounded once. */
const WIDEN: KernelTemplate = {
  name: 'widen_i64', parameters: { a: column('i64'), n: 'i32', out: column('f64') }, result: 'void',
  body: '\n  for (let k: i32 = 0; k < n; k++) out[k] = <f64>a[k];\n',
};

export function* arithmeticTemplates(): Generator<KernelTemplate> {
  yield WIDEN;
  for (const name of ['add', 'subtract', 'multiply'] as const) for (const type of ['i32', 'i64', 'f64'] as const) for (const shape of ['vector', 'const', 'mirrored'] as const) {
    if (shape === 'mirrored' && name !== 'subtract') continue;
    for (const nulls of type === 'f64' ? [false] : [false, true]) for (const dense of [true, false]) yield arithmeticTemplate(name, type, shape, nulls, dense);
  }
}
