/** The numbers that Arrow's Schema.fbs gives to types and units. Positions in the arrays are the numbers. */
import type { TimeUnit } from '../types/value.ts';
import type { ArrowType } from './field.ts';

export const TYPE_CODES: Record<ArrowType['kind'], number> = {
  'null': 1, 'int': 2, 'float': 3, 'binary': 4, 'utf8': 5, 'bool': 6, 'decimal': 7, 'date': 8, 'time': 9, 'timestamp': 10,
  'interval': 11, 'list': 12, 'struct': 13, 'union': 14, 'fixed-binary': 15, 'fixed-list': 16, 'map': 17, 'duration': 18,
  'large-binary': 19, 'large-utf8': 20, 'large-list': 21,
};

export const TYPE_KINDS: ReadonlyMap<number, ArrowType['kind']> =
  new Map(Object.entries(TYPE_CODES).map(([kind, code]) => [code, kind as ArrowType['kind']]));

export const TIME_UNITS: readonly TimeUnit[] = ['s', 'ms', 'us', 'ns'];
/** Half floats (0) are not read. */
export const FLOAT_PRECISIONS: readonly (32 | 64 | null)[] = [null, 32, 64];
export const INTERVAL_UNITS: readonly ('year-month' | 'day-time' | 'month-day-nano')[] = ['year-month', 'day-time', 'month-day-nano'];

/** Version 5 of the metadata, the only one that is written; 4 has the same layout but for unions. */
export const METADATA_V4 = 3;
export const METADATA_V5 = 4;
export const HEADER_SCHEMA = 1;
export const HEADER_DICTIONARY = 2;
export const HEADER_BATCH = 3;
