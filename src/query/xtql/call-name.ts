/**
 * Names of functions in XTQL → names in the registry: kebab-case, predicates with `?`, and these.
 */
import { lookupScalar } from '../../catalog/registry.ts';
import { FLOAT32, FLOAT64, INT16, INT32, INT64, INT8, KEYWORD, TEXT, URI, UUID, BOOL } from '../../data/types/type.ts';
import type { Type } from '../../data/types/type.ts';

const OTHER_NAMES: ReadonlyMap<string, string> = new Map([
  ['not=', '<>'], ['!=', '<>'], ['==', '='], ['concat', '||'], ['pow', 'power'], ['bit-and', '&'], ['bit-or', '|'], ['bit-xor', '#'], ['bit-not', '~x'],
  ['bit-shift-left', '<<'], ['bit-shift-right', '>>'],
]);

/** Functions that are casts in SQL. */
export const CAST_FUNCTIONS: ReadonlyMap<string, Type> = new Map<string, Type>([
  ['double', FLOAT64], ['float', FLOAT32], ['long', INT64], ['int', INT32], ['short', INT16], ['byte', INT8], ['keyword', KEYWORD], ['uuid', UUID], ['uri', URI],
]);

/** Types of `(cast x :i64)`. */
export const CAST_TYPES: ReadonlyMap<string, Type> = new Map<string, Type>([
  ['i8', INT8], ['i16', INT16], ['i32', INT32], ['i64', INT64], ['f32', FLOAT32], ['f64', FLOAT64], ['utf8', TEXT], ['bool', BOOL], ['keyword', KEYWORD], ['uuid', UUID], ['uri', URI],
  ['date', { kind: 'date' }], ['instant', { kind: 'timestamptz', unit: 'us', zone: 'UTC' }], ['timestamp-tz', { kind: 'timestamptz', unit: 'us', zone: 'UTC' }],
  ['timestamp-local', { kind: 'timestamp', unit: 'us' }], ['time-local', { kind: 'time', unit: 'us' }], ['duration', { kind: 'duration', unit: 'us' }],
]);

/** Comparisons hold of a chain when they hold of each pair of neighbours: `(< a b c)`. */
export const CHAINED: ReadonlySet<string> = new Set(['=', '<>', '<', '<=', '>', '>=']);
/** Operators that take any number of arguments, from the left. */
export const FOLDED: ReadonlySet<string> = new Set(['+', '-', '*', '/', '||', '&', '|', '#']);
const PREFIX: ReadonlyMap<string, string> = new Map([['-', '-x'], ['+', '+x']]);

/** The registry's name, or the name in its snake form where the registry has none. */
export function registryName(name: string, argumentCount: number): string {
  if (argumentCount === 1 && PREFIX.has(name)) return PREFIX.get(name) as string;
  const other = OTHER_NAMES.get(name);
  if (other !== undefined) return other;
  if (lookupScalar(name) !== undefined) return name;
  return name.toLowerCase().replaceAll('-', '_').replace(/\?$/, '');
}

export interface AggregateName { readonly name: string; readonly distinct: boolean; readonly star: boolean }

/** `count-distinct` is COUNT(DISTINCT …), `row-count` is COUNT(*). */
export function aggregateName(name: string): AggregateName {
  if (name === 'row-count') return { name: 'count', distinct: false, star: true };
  const snake = name.toLowerCase().replaceAll('-', '_');
  if (snake.endsWith('_distinct')) return { name: snake.slice(0, -'_distinct'.length), distinct: true, star: false };
  return { name: snake.replace(/_all$/, ''), distinct: false, star: false };
}
