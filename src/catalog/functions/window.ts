/** Window functions by name: what binding needs. The window operator computes them; any aggregate may stand in a window as well. */
import { joinAll } from '../../data/types/column-type.ts';
import { FLOAT64, INT64, notNull, NULL_TYPE } from '../../data/types/type.ts';
import type { ColumnType } from '../../data/types/type.ts';

export interface WindowDefinition {
  readonly kind: 'window';
  readonly name: string;
  readonly aliases: readonly string[];
  readonly arity: readonly [number, number];
  /** Whether a frame clause has an effect. */
  readonly usesFrame: boolean;
  /** Whether IGNORE NULLS may stand after it. */
  readonly allowsIgnoreNulls: boolean;
  readonly result: (args: readonly ColumnType[]) => ColumnType;
  readonly signature: string;
  readonly doc: string;
  readonly example: string;
}

const counting = (name: string, doc: string): WindowDefinition => ({
  kind: 'window', name, aliases: [], arity: [0, 0], usesFrame: false, allowsIgnoreNulls: false, result: () => notNull(INT64),
  signature: `${name.toUpperCase()}() → bigint`, doc, example: `${name.toUpperCase()}() OVER (ORDER BY x)`,
});
const fraction = (name: string, doc: string): WindowDefinition => ({ ...counting(name, doc), result: () => notNull(FLOAT64), signature: `${name.toUpperCase()}() → double` });

const valueOf = (name: string, arity: readonly [number, number], usesFrame: boolean, signature: string, doc: string): WindowDefinition => ({
  kind: 'window', name, aliases: [], arity, usesFrame, allowsIgnoreNulls: true, signature, doc, example: `${name.toUpperCase()}(x${name === 'nth_value' ? ', 2' : ''}) OVER (ORDER BY y)`,
  result: ([value = NULL_TYPE, , fallback = NULL_TYPE]) => joinAll([value, fallback, NULL_TYPE]),
});

export const WINDOW_FUNCTIONS: readonly WindowDefinition[] = [
  counting('row_number', 'Number of the row within its partition, from 1.'),
  counting('rank', 'Number of rows before the first peer, plus 1.'),
  counting('dense_rank', 'Number of the peer group, from 1.'),
  fraction('percent_rank', '(rank - 1) / (rows - 1); 0 in a partition of one row.'),
  fraction('cume_dist', 'Share of the rows that are before the row or its peers.'),
  { ...counting('ntile', 'Number of the bucket when the partition is cut into n nearly equal ones.'), arity: [1, 1], signature: 'NTILE(n) → bigint', example: 'NTILE(4) OVER (ORDER BY x)' },
  valueOf('lead', [1, 3], false, 'LEAD(x [, n [, default]])', 'The value n rows later (1 unless given).'),
  valueOf('lag', [1, 3], false, 'LAG(x [, n [, default]])', 'The value n rows earlier (1 unless given).'),
  valueOf('first_value', [1, 1], true, 'FIRST_VALUE(x)', 'The value of the frame\'s first row.'),
  valueOf('last_value', [1, 1], true, 'LAST_VALUE(x)', 'The value of the frame\'s last row.'),
  valueOf('nth_value', [2, 2], true, 'NTH_VALUE(x, n)', 'The value of the frame\'s n-th row.'),
];
