/**
 * Kernel templates → AssemblyScript.
 *
 *   body       out[k] = a[row] + y;
 *   becomes    store<i64>(out + (<usize>(k) << 3), load<i64>(a + (<usize>(row) << 3)) + y);
 *
 * A body is written in the intersection of TypeScript and AssemblyScript: columns are subscripted, scalars are typed locals, helpers are
 * calls. Subscripts of columns are all that is rewritten, so what a reader sees in a template is what runs.
 */

export type Scalar = 'i32' | 'i64' | 'u64' | 'f64';
type Element = Scalar | 'u8';

/** A parameter that is subscripted: it is passed as an address. */
export interface ColumnParameter { readonly column: Element }
export type Parameter = Scalar | ColumnParameter;

export interface KernelTemplate {
  readonly name: string;
  readonly parameters: Readonly<Record<string, Parameter>>;
  readonly result: Scalar | 'void';
  readonly body: string;
}

const SHIFT: Readonly<Record<Element, number>> = { u8: 0, i32: 2, i64: 3, u64: 3, f64: 3 };

export const column = (element: Element): ColumnParameter => ({ column: element });

const isColumn = (parameter: Parameter): parameter is ColumnParameter => typeof parameter === 'object';

/** Where the bracket closes that opens at `open`. */
function closingBracket(text: string, open: number): number {
  let depth = 0;
  for (let at = open; at < text.length; at++) {
    if (text[at] === '[') depth++;
    else if (text[at] === ']' && --depth === 0) return at;
  }
  throw new Error(`a bracket is not closed in: ${text}`);
}

/** The text with each `name[index]` of a column turned into a load, and each `name[index] = value;` into a store. */
function lowerSubscripts(text: string, columns: ReadonlyMap<string, Element>): string {
  if (columns.size === 0) return text;
  const found = new RegExp(`\\b(${[...columns.keys()].join('|')})\\[`).exec(text);
  if (found === null) return text;
  const name = found[1] as string;
  const element = columns.get(name) as Element;
  const open = found.index + name.length;
  const close = closingBracket(text, open);
  const index = lowerSubscripts(text.slice(open + 1, close), columns);
  const address = `${name} + (<usize>(${index}) << ${SHIFT[element]})`;
  const before = text.slice(0, found.index);
  const after = text.slice(close + 1);
  const assigned = /^\s*=(?!=)\s*([^;]*);/.exec(after);
  if (assigned === null) return `${before}load<${element}>(${address})${lowerSubscripts(after, columns)}`;
  const value = lowerSubscripts(assigned[1] as string, columns);
  return `${before}store<${element}>(${address}, ${value});${lowerSubscripts(after.slice(assigned[0].length), columns)}`;
}

export function lowerKernel({ name, parameters, result, body }: KernelTemplate): string {
  const entries = Object.entries(parameters);
  const columns = new Map(entries.flatMap(([parameter, type]): [string, Element][] => (isColumn(type) ? [[parameter, type.column]] : [])));
  const list = entries.map(([parameter, type]) => `${parameter}: ${isColumn(type) ? 'usize' : type}`).join(', ');
  return `export function ${name}(${list}): ${result} {${lowerSubscripts(body, columns)}}\n`;
}

/** Helpers that bodies call. */
const PRELUDE = `
@inline function flag(x: bool): i32 { return i32(x); }
@inline function bit(byte: u8, row: i32): i32 { return (<i32>byte >> (row & 7)) & 1; }
@inline function hash64(key: i64): i32 {
  let h: u64 = <u64>key;
  h ^= h >> 32;
  h *= 0x9E3779B97F4A7C15;
  h ^= h >> 32;
  return <i32>h;
}
@inline function addOverflows(x: i64, y: i64, r: i64): bool { return ((x ^ r) & (y ^ r)) < 0; }
@inline function subtractOverflows(x: i64, y: i64, r: i64): bool { return ((x ^ y) & (x ^ r)) < 0; }
@inline function multiplyOverflows(x: i64, y: i64, r: i64): bool {
  if (x == <i64><i32>x && y == <i64><i32>y) return false;
  if (x == 0 || y == 0) return false;
  if (x == -1) return y == i64.MIN_VALUE;
  return r / x != y;
}
`;

/** One AssemblyScript module with a function for each template. */
export const lowerModule = (templates: readonly KernelTemplate[]): string => PRELUDE + templates.map(lowerKernel).join('');
