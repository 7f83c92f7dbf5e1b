/**
 * Rows of a bound DML statement → events. Pure: no clock, no storage. What the rows' columns mean is in `query/plan/dml.ts`.
 *
 *   insert   put the document over [_valid_from or now, _valid_to or ∞)
 *   update   put the old document with the assigned columns over each piece that was matched and changed
 *   delete   delete over each piece
 *   erase    erase each entity once
 *   patch    over each piece: put old + patch; over each gap of the portion: put the patch alone
 */
import { assert, must } from '../base/assert.ts';
import { EngineError } from '../base/errors.ts';
import { MICROS_MAX, MICROS_MIN } from '../catalog/table-source.ts';
import { toInstant } from '../data/types/time/local.ts';
import { parseTimestamp } from '../data/types/time/parse.ts';
import { isStruct, isTagged, type StructValue, type Value } from '../data/types/value.ts';
import { type BoundDml, DELETE_COLUMNS, ERASE_COLUMNS, type InsertColumns, type InsertDocuments, PATCH_COLUMNS, type PatchDml, UPDATE_COLUMNS, type UpdateDml } from '../query/plan/dml.ts';
import type { RowEvent } from '../storage/event.ts';
import { checkId } from '../storage/key.ts';

export interface EventContext {
  /** The transaction's system time, µs: the default valid-from. */
  readonly systemTime: bigint;
  /** Zone in which local times are meant. */
  readonly zone: string;
}

type Row = readonly Value[];
/** Levels of lists and structs in one value. */
const NESTING_MAX = 100;
const PERIOD_COLUMNS = ['_valid_from', '_valid_to'] as const;

/** Events of all rows, in order. Throws EngineError for rows that cannot be written. */
export function eventsOf(dml: Exclude<BoundDml, { kind: 'assert' }>, rows: readonly Row[], context: EventContext): RowEvent[] {
  switch (dml.kind) {
    case 'insert': return rows.map((row) => (dml.form === 'columns' ? insertColumns(dml, row, context) : insertDocument(dml, row, context)));
    case 'update': return rows.flatMap((row) => update(dml, row));
    case 'delete': return rows.map((row) => ({ op: 'delete', ...piece(row, DELETE_COLUMNS), document: null }));
    case 'erase': return erase(rows);
    case 'patch': return patch(dml, rows);
  }
}

/** Instants as µs UTC; local dates and times, as values or as text, are meant in the transaction's zone. */
function instant(value: Value | undefined, column: string, context: EventContext): bigint | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'string') return toInstant(parseTimestamp(value), 'us', context.zone);
  if (isTagged(value) && (value.kind === 'timestamptz' || value.kind === 'timestamp' || value.kind === 'date')) return toInstant(value, 'us', context.zone);
  throw new EngineError('datatype-mismatch', `${column} must be a date or timestamp`);
}

/** The `_id` as keys have it: integers of every width are one kind. */
function idOf(value: Value | undefined): Value {
  if (value === undefined || value === null) throw new EngineError('missing-id', "missing '_id'", { hint: 'Every row needs an _id: text, an integer, a UUID or a keyword.' });
  checkId(value);
  return isTagged(value) && value.kind === 'int' ? BigInt(value.value) : value;
}

/** Whatever is written must be readable by everything that reads it: log, files, manifests. */
function checkDepth(value: Value, depth: number): void {
  if (value === null || typeof value !== 'object' || value instanceof Uint8Array) return;
  const items: Iterable<Value> = isStruct(value) ? value.values() : isTagged(value) ? (value.kind === 'set' ? value.items : []) : value;
  if (depth > NESTING_MAX) throw new EngineError('value-too-large', `a value is nested deeper than ${NESTING_MAX} levels`);
  for (const item of items) checkDepth(item, depth + 1);
}

function put(document: StructValue, validFrom: bigint, validTo: bigint): RowEvent {
  if (validFrom >= validTo) {
    throw new EngineError('invalid-valid-times', 'Invalid valid times: _valid_from must be before _valid_to', { detail: `_valid_from ${validFrom} µs, _valid_to ${validTo} µs` });
  }
  for (const value of document.values()) checkDepth(value, 1);
  return { op: 'put', id: idOf(document.get('_id')), validFrom, validTo, document };
}

function insertColumns(dml: InsertColumns, row: Row, context: EventContext): RowEvent {
  const document = new Map<string, Value>();
  let from: bigint | undefined;
  let to: bigint | undefined;
  for (const [i, name] of dml.documentColumns.entries()) {
    const value = row[i] ?? null;
    if (name === '_valid_from') from = instant(value, name, context);
    else if (name === '_valid_to') to = instant(value, name, context);
    else document.set(name, value);
  }
  return put(document, from ?? context.systemTime, to ?? MICROS_MAX);
}

/** Names that begin with `_` belong to the database, but for those allowed. */
function refuseReserved(record: StructValue, verb: 'put' | 'patch', allowed: readonly string[], hint: string): void {
  const reserved = [...record.keys()].filter((name) => name.startsWith('_') && !allowed.includes(name));
  if (reserved.length > 0) throw new EngineError('reserved-name', `Cannot ${verb} documents with columns: [${reserved.join(', ')}]`, { hint });
}

function insertDocument(dml: InsertDocuments, row: Row, context: EventContext): RowEvent {
  const record = row[0] ?? null;
  if (!isStruct(record)) throw new EngineError('datatype-mismatch', 'a record to insert must be a struct', { hint: "As in RECORDS {_id: 1, name: 'x'}; a parameter holds JSON text of an object." });
  const document = new Map<string, Value>();
  refuseReserved(record, 'put', ['_id', ...PERIOD_COLUMNS], 'Names that begin with _ are reserved, except _id, _valid_from and _valid_to.');
  for (const [name, value] of record) {
    if (PERIOD_COLUMNS.includes(name as '_valid_from')) continue;
    if (dml.only === undefined || dml.only.includes(name)) document.set(name, value);
  }
  const period = (name: string): bigint | undefined => (dml.only === undefined || dml.only.includes(name) ? instant(record.get(name), name, context) : undefined);
  return put(document, period('_valid_from') ?? context.systemTime, period('_valid_to') ?? MICROS_MAX);
}

function micros(value: Value | undefined, whenNull: bigint): bigint {
  if (value === undefined || value === null) return whenNull;
  assert(isTagged(value) && value.kind === 'timestamptz' && value.unit === 'us', 'times of pieces are µs instants');
  return value.value;
}

function piece(row: Row, columns: { readonly id: number; readonly validFrom: number; readonly validTo: number }): Pick<RowEvent, 'id' | 'validFrom' | 'validTo'> {
  return { id: idOf(row[columns.id]), validFrom: micros(row[columns.validFrom], MICROS_MIN), validTo: micros(row[columns.validTo], MICROS_MAX) };
}

function oldDocument(id: Value, columns: readonly string[], row: Row, at: number): Map<string, Value> {
  const document = new Map<string, Value>([['_id', id]]);
  for (const [i, name] of columns.entries()) {
    const value = row[at + i] ?? null;
    if (value !== null) document.set(name, value);
  }
  return document;
}

function update(dml: UpdateDml, row: Row): RowEvent[] {
  if (row[UPDATE_COLUMNS.changed] === false) return [];
  const { id, validFrom, validTo } = piece(row, UPDATE_COLUMNS);
  if (validFrom >= validTo) return [];
  const document = oldDocument(id, dml.documentColumns, row, UPDATE_COLUMNS.document);
  const assignedAt = UPDATE_COLUMNS.document + dml.documentColumns.length;
  for (const [i, name] of dml.assigned.entries()) document.set(name, row[assignedAt + i] ?? null);
  return [put(document, validFrom, validTo)];
}

/** One key for an id, across representations. */
const idKey = (id: Value): string => (isTagged(id) ? `${id.kind}:${id.kind === 'uuid' ? id.text : id.kind === 'keyword' ? id.name : ''}` : `${typeof id}:${String(id)}`);

function erase(rows: readonly Row[]): RowEvent[] {
  const ids = new Map<string, Value>();
  for (const row of rows) {
    const id = idOf(row[ERASE_COLUMNS.id]);
    ids.set(idKey(id), id);
  }
  return [...ids.values()].map((id) => ({ op: 'erase', id, validFrom: MICROS_MIN, validTo: MICROS_MAX, document: null }));
}

function patch(dml: PatchDml, rows: readonly Row[]): RowEvent[] {
  const events: RowEvent[] = [];
  for (let from = 0; from < rows.length;) {
    const ordinal = must(rows[from], 'a row')[PATCH_COLUMNS.ordinal];
    let to = from + 1;
    while (to < rows.length && (rows[to] as Row)[PATCH_COLUMNS.ordinal] === ordinal) to++;
    events.push(...patchRecord(dml, rows.slice(from, to)));
    from = to;
  }
  return events;
}

/** One record: its pieces in valid order, or one row without a piece. */
function patchRecord(dml: PatchDml, rows: readonly Row[]): RowEvent[] {
  const first = must(rows[0], 'a record has a row');
  const record = first[PATCH_COLUMNS.patch] ?? null;
  if (!isStruct(record)) throw new EngineError('datatype-mismatch', 'a record to patch with must be a struct');
  const id = idOf(record.get('_id'));
  refuseReserved(record, 'patch', ['_id'], 'Give the valid time as FOR VALID_TIME FROM … TO ….');
  const changes = new Map<string, Value>();
  for (const [name, value] of record) {
    if (value !== null) changes.set(name, value);
  }
  const portionFrom = micros(first[PATCH_COLUMNS.portionFrom], MICROS_MIN);
  const portionTo = micros(first[PATCH_COLUMNS.portionTo], MICROS_MAX);
  if (portionFrom >= portionTo) throw new EngineError('invalid-valid-times', 'Invalid valid times: the portion ends before it begins');
  const events: RowEvent[] = [];
  let at = portionFrom;
  const fillTo = (until: bigint): void => { if (at < until) events.push(put(changes, at, until)); };
  for (const row of rows) {
    if (row[PATCH_COLUMNS.matched] !== true) continue;
    const validFrom = max(micros(row[PATCH_COLUMNS.validFrom], MICROS_MIN), portionFrom);
    const validTo = min(micros(row[PATCH_COLUMNS.validTo], MICROS_MAX), portionTo);
    if (validFrom >= validTo) continue;
    fillTo(validFrom);
    const document = oldDocument(id, dml.documentColumns, row, PATCH_COLUMNS.document);
    for (const [name, value] of changes) document.set(name, value);
    events.push(put(document, validFrom, validTo));
    at = validTo;
  }
  fillTo(portionTo);
  return events;
}

const max = (a: bigint, b: bigint): bigint => (a > b ? a : b);
const min = (a: bigint, b: bigint): bigint => (a < b ? a : b);
