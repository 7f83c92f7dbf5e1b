import type { Type } from './type.ts';

/** A type as SQL names it, with what only casts need: decimal without (p, s), interval qualifiers, fractional digits. */
export interface CastTarget {
  readonly type: Type;
  /** DECIMAL without precision: an existing decimal keeps its own. */
  readonly bare?: boolean | undefined;
  /** Fractional digits of TIME(p), TIMESTAMP(p), DURATION(p). */
  readonly precision?: number | undefined;
  readonly intervalQualifier?: IntervalQualifier | undefined;
}

export type IntervalField = 'year' | 'month' | 'day' | 'hour' | 'minute' | 'second';
export interface IntervalQualifier { readonly from: IntervalField; readonly to?: IntervalField | undefined; readonly precision?: number | undefined; readonly fractionalPrecision?: number | undefined }
