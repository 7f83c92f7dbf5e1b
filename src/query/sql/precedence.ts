/**
 * Binding powers, loosest first. A binary operator takes what binds tighter on its right.
 *
 * As XTDB has them, which is not as PostgreSQL has them: `IS TRUE` binds tighter than `=`; `||` and the arrows bind tighter than a sign;
 * `~x` takes a whole sum; patterns of LIKE and of `~` are primaries.
 */
import { K, T, tokenText } from './tokens.ts';

export const POWER = {
  OR: 1, AND: 2, NOT: 3, QUANTIFIED: 4, PERIOD: 5, DISTINCT_FROM: 6, IS_NULL: 7, LIKE: 8, IN: 9, COMPARISON: 10, IS_TRUTH: 11, BETWEEN: 12,
  /** The loosest that is no predicate: bounds of BETWEEN and of periods. */
  NUMERIC: 13,
  SHIFT: 13, BIT_OR: 14, BIT_AND: 15, BIT_NOT: 16, SUM: 17, PRODUCT: 18, SIGN: 19,
  /** Patterns. */
  PRIMARY: 20, CONCAT: 20, ARROW: 21, COLLATE: 22, POSTFIX: 23,
} as const;

/** Binary operators that are calls of their symbol. */
const BINARY: readonly (readonly [number, number])[] = [
  [T.EQUAL, POWER.COMPARISON], [T.NOT_EQUAL, POWER.COMPARISON], [T.LESS, POWER.COMPARISON], [T.LESS_EQUAL, POWER.COMPARISON], [T.GREATER, POWER.COMPARISON], [T.GREATER_EQUAL, POWER.COMPARISON],
  [T.TILDE, POWER.LIKE], [T.TILDE_STAR, POWER.LIKE], [T.NOT_TILDE, POWER.LIKE], [T.NOT_TILDE_STAR, POWER.LIKE],
  [T.SHIFT_LEFT, POWER.SHIFT], [T.SHIFT_RIGHT, POWER.SHIFT], [T.PIPE, POWER.BIT_OR], [T.HASH, POWER.BIT_OR], [T.AMPERSAND, POWER.BIT_AND],
  [T.PLUS, POWER.SUM], [T.MINUS, POWER.SUM], [T.STAR, POWER.PRODUCT], [T.SLASH, POWER.PRODUCT], [T.PERCENT, POWER.PRODUCT],
  [T.CONCAT, POWER.CONCAT], [T.ARROW, POWER.ARROW], [T.ARROW_TEXT, POWER.ARROW], [T.PATH_ARROW, POWER.ARROW], [T.PATH_ARROW_TEXT, POWER.ARROW],
];
const POWERS_BY_KIND = (() => {
  const powers = new Uint8Array(64);
  for (const [kind, power] of BINARY) powers[kind] = power;
  return powers;
})();

/** Power of a binary operator's token; 0 for every other token. */
export const binaryPower = (kind: number): number => (kind < 64 ? POWERS_BY_KIND[kind]! : 0);
/** What the right side of a binary operator must bind at least: patterns are primaries. */
export const rightPower = (kind: number): number => (binaryPower(kind) === POWER.LIKE ? POWER.PRIMARY : binaryPower(kind) + 1);

/** Powers by the name that a call has; for printing. */
export const BINARY_POWERS_BY_NAME: ReadonlyMap<string, { readonly power: number; readonly right: number }> = new Map(
  BINARY.map(([kind, power]) => [tokenText(kind), { power, right: rightPower(kind) }]));

export const PREFIX_POWERS_BY_NAME: ReadonlyMap<string, { readonly symbol: string; readonly power: number }> = new Map([
  ['-x', { symbol: '-', power: POWER.SIGN }], ['+x', { symbol: '+', power: POWER.SIGN }], ['~x', { symbol: '~', power: POWER.BIT_NOT }],
]);

/** Period predicates: word → the qualifiers that it may have in front of it. */
export const PERIOD_PREDICATES: ReadonlyMap<number, { readonly name: string; readonly strictly: boolean; readonly immediately: boolean }> = new Map([
  [K.OVERLAPS, { name: 'overlaps', strictly: true, immediately: false }],
  [K.EQUALS, { name: 'equals', strictly: false, immediately: false }],
  [K.CONTAINS, { name: 'contains', strictly: true, immediately: false }],
  [K.PRECEDES, { name: 'precedes', strictly: true, immediately: true }],
  [K.SUCCEEDS, { name: 'succeeds', strictly: true, immediately: true }],
  [K.LEADS, { name: 'leads', strictly: true, immediately: true }],
  [K.LAGS, { name: 'lags', strictly: true, immediately: true }],
]);
/** Names of the calls that period predicates are. */
export const PERIOD_CALL_NAMES: ReadonlySet<string> = new Set([...PERIOD_PREDICATES.values()].flatMap(({ name, strictly, immediately }) => [
  name, ...(strictly ? [`strictly_${name}`] : []), ...(immediately ? [`immediately_${name}`] : []),
]));
