/**
 * Bound DML: one query whose rows say what to write, and a description of its columns.
 *
 *   columns of `source.columns`, by position
 *   insert, columns     the document's columns as named in `documentColumns`, in that order; then RETURNING
 *   insert, documents   0 the document, a struct; then RETURNING
 *   update              0 _id  1 _valid_from  2 _valid_to  3 changed  4… old `documentColumns`  then `assigned`  then RETURNING
 *   delete              0 _id  1 _valid_from  2 _valid_to  then RETURNING
 *   erase               0 _id  then RETURNING; an _id may come more than once
 *   patch               0 ordinal  1 patch (struct)  2 portion_from  3 portion_to  4 matched  5 _valid_from  6 _valid_to
 *                       7… old `documentColumns`  then RETURNING
 *   assert              0 the condition (BOOLEAN), exactly one row
 *
 * Times are µs instants (`timestamptz`, UTC). `_valid_to` and `portion_to` are NULL for ∞, `portion_from` is NULL for the beginning of time.
 * Update and delete give one row for each stored piece that meets the extent, its valid time already cut to the extent.
 */
import type { BoundQuery } from './bound-query.ts';

export interface Returning {
  /** Position in `source.columns` of the first RETURNING column; all from there on are RETURNING's. */
  readonly firstColumn: number;
}

interface DmlTarget { readonly schema: string; readonly table: string }

interface DmlBase extends DmlTarget {
  readonly source: BoundQuery;
  readonly returning: Returning | undefined;
}

/**
 * INSERT with a column list or from a query. `documentColumns` has `_id` and may have `_valid_from` and `_valid_to`
 * (NULL: the transaction's time, ∞), which are not part of the document. A NULL `_id` is `missing-id`.
 * Values of date or local timestamp in the two are already cast to `timestamptz`.
 */
export interface InsertColumns extends DmlBase { readonly kind: 'insert'; readonly form: 'columns'; readonly documentColumns: readonly string[] }

/**
 * INSERT … RECORDS: each row is a struct that may hold `_id`, `_valid_from`, `_valid_to` and nothing else that begins with `_`;
 * the writer checks this, since keys of parameters are known only then. `only`: keep no other keys (a column list was given).
 */
export interface InsertDocuments extends DmlBase { readonly kind: 'insert'; readonly form: 'documents'; readonly only: readonly string[] | undefined }

/**
 * The new document of a row is the old one (columns 4…, NULL = absent) with the assigned ones put in. Rows with `changed` FALSE
 * are matched but write nothing.
 */
export interface UpdateDml extends DmlBase { readonly kind: 'update'; readonly documentColumns: readonly string[]; readonly assigned: readonly string[] }

/** Ends the validity of each row's piece over [_valid_from, _valid_to). */
export interface DeleteDml extends DmlBase { readonly kind: 'delete' }

/** Every version of every `_id` that comes goes. */
export interface EraseDml extends DmlBase { readonly kind: 'erase' }

/**
 * Rows come ordered by (ordinal, _valid_from); `ordinal` numbers the records from 0. A record without stored pieces in the portion
 * comes as one row with `matched` FALSE and NULL times. For each record: where pieces are, the old document with the patch's
 * non-NULL keys put in; where the portion has gaps between them, the patch as a new document.
 */
export interface PatchDml extends DmlBase { readonly kind: 'patch'; readonly documentColumns: readonly string[] }

/** Anything but one row with TRUE is `assert-failed`. */
export interface AssertDml { readonly kind: 'assert'; readonly source: BoundQuery; readonly message: string | undefined }

export type BoundDml = InsertColumns | InsertDocuments | UpdateDml | DeleteDml | EraseDml | PatchDml | AssertDml;

/** Positions of the fixed columns, so that nobody counts. */
export const UPDATE_COLUMNS = { id: 0, validFrom: 1, validTo: 2, changed: 3, document: 4 } as const;
export const DELETE_COLUMNS = { id: 0, validFrom: 1, validTo: 2 } as const;
export const ERASE_COLUMNS = { id: 0 } as const;
export const PATCH_COLUMNS = { ordinal: 0, patch: 1, portionFrom: 2, portionTo: 3, matched: 4, validFrom: 5, validTo: 6, document: 7 } as const;
