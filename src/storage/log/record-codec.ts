/**
 * Log records as bytes. A record is what one group commit wrote.
 *
 *   version u8 │ flags u8 (1: cut) │ incarnation 16 │ position u64 │ recordId 16 │ parentId 16 │ writerId 16
 *   baseSystemTime i64 │ firstTxId i64 │ firstSeq i64 │ transactions: count, then each:
 *     txId − previous │ systemTime − previous │ changes: count, then each:
 *       kind u8 │ schema │ table │ nothing more for a drop
 *         declaration: columns │ view: text, names of columns │ events: column names of its documents │ count, then each:
 *           flags u8: op (2 bits) │ 4: validFrom = systemTime │ 8: validTo = ∞
 *           [validFrom i64] [validTo i64] │ put: fields as (column index, value) pairs; else: id
 *
 * A put's id is its document's `_id`. The framing (length, CRC) is the segment's, see `segment.ts`. Version 1 had all declarations of a
 * transaction, then its events, both without kinds.
 */
import { assert, must } from '../../base/assert.ts';
import { ByteReader, ByteWriter } from '../../base/bytes.ts';
import { MICROS_MAX, type ViewDefinition } from '../../catalog/table-source.ts';
import type { Value } from '../../data/types/value.ts';
import type { EventOp, ResolvedTransaction, RowEvent, TableChange, TableDeclaration, TableEvents } from '../event.ts';
import type { LogRecord } from './log.ts';
import { readValue, writeValue } from './value-codec.ts';

const VERSION = 2;
const VERSION_WITHOUT_KINDS = 1;
const FLAG_CUT = 1;
const KINDS: readonly TableChange['kind'][] = ['events', 'declare', 'drop', 'view'];
const OPS: readonly EventOp[] = ['put', 'delete', 'erase'];
const OP_CODES: Record<EventOp, number> = { put: 0, delete: 1, erase: 2 };
const OP_MASK = 3;
const FROM_SYSTEM_TIME = 4;
const TO_FOREVER = 8;
const ID_BYTES = 16;

export const idBytes = (hex: string): Uint8Array => {
  const bytes = Uint8Array.from(Buffer.from(hex, 'hex'));
  assert(bytes.length === ID_BYTES, 'ids have 16 bytes');
  return bytes;
};
export const idText = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

export function encodeRecord(record: LogRecord): Uint8Array {
  const writer = new ByteWriter(1024);
  writeRecord(writer, record);
  return writer.finish();
}

export function writeRecord(writer: ByteWriter, record: LogRecord): void {
  writer.u8(VERSION);
  writer.u8(record.cut ? FLAG_CUT : 0);
  writer.raw(idBytes(record.incarnation));
  writer.u64(record.position);
  for (const id of [record.recordId, record.parentId, record.writerId]) writer.raw(idBytes(id));
  writer.i64(record.baseSystemTime);
  writer.i64(record.firstTxId);
  writer.i64(record.firstSeq);
  writer.varint(record.transactions.length);
  let txId = record.firstTxId;
  let systemTime = record.baseSystemTime;
  for (const transaction of record.transactions) {
    writer.i64(transaction.txId - txId);
    writer.i64(transaction.systemTime - systemTime);
    ({ txId, systemTime } = transaction);
    writeTransaction(writer, transaction);
  }
}

function writeTransaction(writer: ByteWriter, transaction: ResolvedTransaction): void {
  writer.varint(transaction.changes.length);
  for (const change of transaction.changes) {
    writer.u8(KINDS.indexOf(change.kind));
    writer.text(change.schema);
    writer.text(change.table);
    if (change.kind === 'events') writeEvents(writer, change.events, transaction.systemTime);
    else if (change.kind === 'declare') writeColumns(writer, change.columns);
    else if (change.kind === 'view') writeView(writer, change.view);
  }
}

function writeColumns(writer: ByteWriter, columns: TableDeclaration['columns']): void {
  writer.varint(columns.length);
  for (const { name, typeName } of columns) {
    writer.text(name);
    writer.text(typeName ?? '');
  }
}

function writeView(writer: ByteWriter, { text, columns }: ViewDefinition): void {
  writer.text(text);
  writer.varint(columns.length);
  for (const column of columns) writer.text(column);
}

function writeEvents(writer: ByteWriter, events: readonly RowEvent[], systemTime: bigint): void {
  const columns = new Map<string, number>();
  for (const { document } of events) if (document !== null) for (const name of document.keys()) if (!columns.has(name)) columns.set(name, columns.size);
  writer.varint(columns.size);
  for (const name of columns.keys()) writer.text(name);
  writer.varint(events.length);
  for (const event of events) writeEvent(writer, event, systemTime, columns);
}

function writeEvent(writer: ByteWriter, event: RowEvent, systemTime: bigint, columns: ReadonlyMap<string, number>): void {
  const fromSystemTime = event.validFrom === systemTime;
  const toForever = event.validTo === MICROS_MAX;
  writer.u8(OP_CODES[event.op] | (fromSystemTime ? FROM_SYSTEM_TIME : 0) | (toForever ? TO_FOREVER : 0));
  if (!fromSystemTime) writer.i64(event.validFrom);
  if (!toForever) writer.i64(event.validTo);
  if (event.op !== 'put') { writeValue(writer, event.id); return; }
  const document = must(event.document, 'a put has a document');
  assert(document.has('_id'), 'a document has an _id');
  writer.varint(document.size);
  for (const [name, value] of document) {
    writer.varint(must(columns.get(name), 'every column of a document is named'));
    writeValue(writer, value);
  }
}

/** `object` and `base` say where the bytes are, for messages. Throws XX001. */
export function decodeRecord(bytes: Uint8Array, object: string, base: number): LogRecord {
  const reader = new ByteReader(bytes, object, base);
  const { version, ...head } = readHead(reader);
  const writerId = idText(reader.raw(ID_BYTES));
  const baseSystemTime = reader.i64();
  const firstTxId = reader.i64();
  const firstSeq = reader.i64();
  const count = reader.count(17);
  const transactions: ResolvedTransaction[] = [];
  let txId = firstTxId;
  let systemTime = baseSystemTime;
  for (let i = 0; i < count; i++) {
    txId += reader.i64();
    systemTime += reader.i64();
    const changes = version === VERSION_WITHOUT_KINDS ? readChangesWithoutKinds(reader, systemTime) : readChanges(reader, systemTime);
    transactions.push({ txId, systemTime, changes });
  }
  reader.end();
  return { ...head, writerId, baseSystemTime, firstTxId, firstSeq, transactions };
}

/** Where a record stands, without its transactions. */
export type RecordHead = Pick<LogRecord, 'incarnation' | 'position' | 'recordId' | 'parentId' | 'cut'>;

/** The head of a record, whatever follows it. Throws XX001. */
export const decodeRecordHead = (bytes: Uint8Array, object: string, base: number): RecordHead => readHead(new ByteReader(bytes, object, base));

function readHead(reader: ByteReader): RecordHead & { readonly version: number } {
  const version = reader.u8();
  if (version !== VERSION && version !== VERSION_WITHOUT_KINDS) throw reader.corrupt(`a record of format ${version}`);
  const flags = reader.u8();
  const id = (): string => idText(reader.raw(ID_BYTES));
  return { version, incarnation: id(), position: reader.u64(), recordId: id(), parentId: id(), cut: (flags & FLAG_CUT) !== 0 };
}

function readChanges(reader: ByteReader, systemTime: bigint): TableChange[] {
  const changes: TableChange[] = [];
  for (let left = reader.count(3); left > 0; left--) {
    const kind = KINDS[reader.u8()];
    if (kind === undefined) throw reader.corrupt('a change of no such kind');
    changes.push(readChange(reader, kind, systemTime));
  }
  return changes;
}

function readChangesWithoutKinds(reader: ByteReader, systemTime: bigint): TableChange[] {
  const changes: TableChange[] = [];
  for (const kind of ['declare', 'events'] as const) for (let left = reader.count(3); left > 0; left--) changes.push(readChange(reader, kind, systemTime));
  return changes;
}

function readChange(reader: ByteReader, kind: TableChange['kind'], systemTime: bigint): TableChange {
  const schema = reader.text();
  const table = reader.text();
  switch (kind) {
    case 'events': return { kind, schema, table, events: readEvents(reader, systemTime) };
    case 'declare': return { kind, schema, table, columns: readColumns(reader) };
    case 'drop': return { kind, schema, table };
    case 'view': return { kind, schema, table, view: readView(reader) };
  }
}

function readColumns(reader: ByteReader): TableDeclaration['columns'] {
  const columns: { name: string; typeName: string | null }[] = [];
  for (let left = reader.count(2); left > 0; left--) {
    const name = reader.text();
    const typeName = reader.text();
    columns.push({ name, typeName: typeName === '' ? null : typeName });
  }
  return columns;
}

function readView(reader: ByteReader): ViewDefinition {
  const text = reader.text();
  const columns: string[] = [];
  for (let left = reader.count(1); left > 0; left--) columns.push(reader.text());
  return { text, columns };
}

function readEvents(reader: ByteReader, systemTime: bigint): TableEvents['events'] {
  const columns: string[] = [];
  for (let left = reader.count(1); left > 0; left--) columns.push(reader.text());
  const events: RowEvent[] = [];
  for (let left = reader.count(2); left > 0; left--) events.push(readEvent(reader, systemTime, columns));
  return events;
}

function readEvent(reader: ByteReader, systemTime: bigint, columns: readonly string[]): RowEvent {
  const flags = reader.u8();
  const op = OPS[flags & OP_MASK];
  if (op === undefined || flags > 15) throw reader.corrupt('an event of no such kind');
  const validFrom = (flags & FROM_SYSTEM_TIME) !== 0 ? systemTime : reader.i64();
  const validTo = (flags & TO_FOREVER) !== 0 ? MICROS_MAX : reader.i64();
  if (validFrom >= validTo) throw reader.corrupt('an event whose valid time ends before it begins');
  if (op !== 'put') return { op, id: readValue(reader), validFrom, validTo, document: null };
  const document = new Map<string, Value>();
  for (let left = reader.count(2); left > 0; left--) {
    const name = columns[reader.varint()];
    if (name === undefined) throw reader.corrupt('a column that is not named');
    document.set(name, readValue(reader));
  }
  const id = document.get('_id');
  if (id === undefined || id === null) throw reader.corrupt('a document without _id');
  return { op, id, validFrom, validTo, document };
}
