/** The messages of the server that are not rows, field by field. */
import type { ReportFields } from './error-fields.ts';
import type { MessageWriter } from './message-writer.ts';
import type { WireColumn } from './wire-type.ts';

const code = (letter: string): number => letter.charCodeAt(0);

const AUTHENTICATION = code('R');
const BACKEND_KEY_DATA = code('K');
const BIND_COMPLETE = code('2');
const CLOSE_COMPLETE = code('3');
const COMMAND_COMPLETE = code('C');
const EMPTY_QUERY_RESPONSE = code('I');
const ERROR_RESPONSE = code('E');
const NEGOTIATE_PROTOCOL_VERSION = code('v');
const NO_DATA = code('n');
const NOTICE_RESPONSE = code('N');
const PARAMETER_DESCRIPTION = code('t');
const PARAMETER_STATUS = code('S');
const PARSE_COMPLETE = code('1');
const PORTAL_SUSPENDED = code('s');
const READY_FOR_QUERY = code('Z');
const ROW_DESCRIPTION = code('T');

const STATUS_CODES = { idle: code('I'), open: code('T'), failed: code('E') } as const;

function empty(writer: MessageWriter, type: number): void {
  writer.begin(type);
  writer.end();
}

export const parseComplete = (writer: MessageWriter): void => empty(writer, PARSE_COMPLETE);
export const bindComplete = (writer: MessageWriter): void => empty(writer, BIND_COMPLETE);
export const closeComplete = (writer: MessageWriter): void => empty(writer, CLOSE_COMPLETE);
export const noData = (writer: MessageWriter): void => empty(writer, NO_DATA);
export const portalSuspended = (writer: MessageWriter): void => empty(writer, PORTAL_SUSPENDED);
export const emptyQueryResponse = (writer: MessageWriter): void => empty(writer, EMPTY_QUERY_RESPONSE);

export function authenticationOk(writer: MessageWriter): void {
  writer.begin(AUTHENTICATION);
  writer.int32(0);
  writer.end();
}

export function authenticationSasl(writer: MessageWriter, mechanism: string): void {
  writer.begin(AUTHENTICATION);
  writer.int32(10);
  writer.cstring(mechanism);
  writer.uint8(0);
  writer.end();
}

/** `stage` 11: the exchange goes on; 12: its last message. */
export function authenticationSaslData(writer: MessageWriter, stage: 11 | 12, data: string): void {
  writer.begin(AUTHENTICATION);
  writer.int32(stage);
  writer.text(data);
  writer.end();
}

export function negotiateProtocolVersion(writer: MessageWriter, version: number, unknownOptions: readonly string[]): void {
  writer.begin(NEGOTIATE_PROTOCOL_VERSION);
  writer.int32(version);
  writer.int32(unknownOptions.length);
  for (const option of unknownOptions) writer.cstring(option);
  writer.end();
}

export function backendKeyData(writer: MessageWriter, processId: number, secret: number): void {
  writer.begin(BACKEND_KEY_DATA);
  writer.int32(processId);
  writer.int32(secret);
  writer.end();
}

export function parameterStatus(writer: MessageWriter, name: string, value: string): void {
  writer.begin(PARAMETER_STATUS);
  writer.cstring(name);
  writer.cstring(value);
  writer.end();
}

export function readyForQuery(writer: MessageWriter, status: keyof typeof STATUS_CODES): void {
  writer.begin(READY_FOR_QUERY);
  writer.uint8(STATUS_CODES[status]);
  writer.end();
}

export function commandComplete(writer: MessageWriter, tag: string): void {
  writer.begin(COMMAND_COMPLETE);
  writer.cstring(tag);
  writer.end();
}

export function parameterDescription(writer: MessageWriter, oids: readonly number[]): void {
  writer.begin(PARAMETER_DESCRIPTION);
  writer.int16(oids.length);
  for (const oid of oids) writer.int32(oid);
  writer.end();
}

/** `formatOf` gives 0 (text) or 1 (binary) for a column's index. */
export function rowDescription(writer: MessageWriter, columns: readonly WireColumn[], formatOf: (index: number) => number): void {
  writer.begin(ROW_DESCRIPTION);
  writer.int16(columns.length);
  for (let index = 0; index < columns.length; index++) {
    const column = columns[index] as WireColumn;
    writer.cstring(column.name);
    writer.int32(0); // no table
    writer.int16(0);
    writer.int32(column.wire.oid);
    writer.int16(column.wire.size);
    writer.int32(-1); // no type modifier
    writer.int16(formatOf(index));
  }
  writer.end();
}

function report(writer: MessageWriter, type: number, fields: ReportFields): void {
  writer.begin(type);
  const field = (letter: string, value: string | undefined): void => {
    if (value === undefined) return;
    writer.uint8(code(letter));
    writer.cstring(value);
  };
  field('S', fields.severity);
  field('V', fields.severity);
  field('C', fields.sqlState);
  field('M', fields.message);
  field('D', fields.detail);
  field('H', fields.hint);
  field('P', fields.position === undefined ? undefined : String(fields.position));
  field('R', fields.routine);
  writer.uint8(0);
  writer.end();
}

export const errorResponse = (writer: MessageWriter, fields: ReportFields): void => report(writer, ERROR_RESPONSE, fields);
export const noticeResponse = (writer: MessageWriter, fields: ReportFields): void => report(writer, NOTICE_RESPONSE, fields);
