/** What can be put in order: values of one class. A column of several classes has no order, and ORDER BY refuses it. */
import { EngineError } from '../../base/errors.ts';
import type { ColumnType, Type } from '../../data/types/type.ts';
import { typeName } from '../../data/types/type-names.ts';

const NUMBERS = new Set<Type['kind']>(['int', 'float', 'decimal', 'oid', 'regclass', 'regproc']);
const TIMES = new Set<Type['kind']>(['date', 'timestamp', 'timestamptz']);
const orderClass = (type: Type): string => (NUMBERS.has(type.kind) ? 'number' : TIMES.has(type.kind) ? 'time' : type.kind);

/** Throws 42804 for types whose values cannot be compared with one another. */
export function requireSortable(type: ColumnType, position: number | undefined): void {
  const [first, ...others] = type.legs;
  if (first === undefined) return;
  const other = others.find((leg) => orderClass(leg) !== orderClass(first));
  if (other === undefined) return;
  throw new EngineError('datatype-mismatch', `compare not applicable to types ${typeName(first)} and ${typeName(other)}`, {
    position, ofState: true, hint: 'The column holds values of both. Cast them to one type, or order by another column.',
  });
}
