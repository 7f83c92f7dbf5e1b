/**
 * Manifests as bytes: a line with version of the format, CRC-32 and length of the rest, then JSON in which 64-bit numbers are text. The CRC
 * covers the version and length too.
 *
 *   varve-manifest 2 7f3a09c2 1834
 *   {"version":12,…}
 */
import { crc32 } from '../../base/bytes.ts';
import { EngineError } from '../../base/errors.ts';
import { damaged } from '../../data/arrow/damage.ts';
import { readColumnType } from './column-type-json.ts';
import { JsonReader } from './json-reader.ts';
import { fileName } from './manifest.ts';
import type { FileEntry, FoldState, Manifest, ManifestColumns, ManifestTable } from './manifest.ts';
import type { BlockBounds } from './block-format.ts';

const MAGIC = 'varve-manifest';
/** Tables of format 1 were never dropped, and none was a view. */
const FORMAT = 2;
const HEAD_BYTES_MAX = 64;

const hex = (bytes: Uint8Array): string => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('hex');

export function encodeManifest(manifest: Manifest): Uint8Array {
  const json = JSON.stringify(manifest, (_, value: unknown) => (typeof value === 'bigint' ? value.toString() : value instanceof Uint8Array ? hex(value) : value));
  const body = new TextEncoder().encode(`${json}\n`);
  const head = new TextEncoder().encode(`${MAGIC} ${FORMAT} ${manifestChecksum(String(FORMAT), body)} ${body.length}\n`);
  const bytes = new Uint8Array(head.length + body.length);
  bytes.set(head);
  bytes.set(body, head.length);
  return bytes;
}

/** CRC-32 of the version as text, the length, and the rest. */
const manifestChecksum = (format: string, body: Uint8Array): string =>
  crc32(body, crc32(new TextEncoder().encode(`${format} ${body.length}`))).toString(16).padStart(8, '0');

/** `object` is the manifest's name, for errors: XX001 when damaged, 55000 when written by a newer version. */
export function decodeManifest(bytes: Uint8Array, object: string): Manifest {
  const lineEnd = bytes.subarray(0, HEAD_BYTES_MAX).indexOf(10);
  const [magic, format, crc, length] = lineEnd < 0 ? [] : Buffer.from(bytes.buffer, bytes.byteOffset, lineEnd).toString('latin1').split(' ');
  if (magic !== MAGIC || format === undefined || !/^\d{1,9}$/.test(format)) throw damaged(object, 0, 'this is no manifest');
  const body = bytes.subarray(lineEnd + 1);
  if (length !== String(body.length)) throw damaged(object, 0, `${body.length} bytes instead of ${length}`);
  if (crc !== manifestChecksum(format, body)) throw damaged(object, lineEnd + 1, 'the checksum does not match');
  if (Number(format) > FORMAT) throw new EngineError('incompatible-format', `${object} has format ${format}; this version knows ${FORMAT}`);
  return readManifest(JsonReader.parse(body, object, lineEnd + 1), Number(format));
}

function readManifest(json: JsonReader, format: number): Manifest {
  return {
    version: json.count('version'), manifestId: json.id('manifestId'), parentId: json.id('parentId'), incarnation: json.id('incarnation'),
    covered: readFoldState(json.part('covered')), floor: json.count('floor'), retain: json.count('retain'),
    thresholds: { rows: json.part('thresholds').count('rows'), bytes: json.part('thresholds').count('bytes'), ms: json.part('thresholds').count('ms') },
    tables: json.parts('tables').map((table) => readTable(table, format)),
  };
}

function readFoldState(json: JsonReader): FoldState {
  return { position: json.long('position'), recordId: json.id('recordId'), txId: json.long('txId'), systemTime: json.long('systemTime'), seq: json.count('seq') };
}

const readColumns = (columns: readonly JsonReader[]): ManifestColumns => columns.map((column) => ({ name: column.text('name'), type: readColumnType(column.part('type'), 0) }));

function readTable(json: JsonReader, format: number): ManifestTable {
  return {
    schema: json.text('schema'), name: json.text('name'),
    columns: readColumns(json.parts('columns')),
    declaredTypes: json.parts('declaredTypes').map((each) => ({ column: each.text('column'), typeName: each.text('typeName') })),
    isDropped: format >= 2 && json.flag('isDropped'), past: format >= 2 && !json.isNull('past') ? readPast(json.part('past')) : null,
    view: format >= 2 && !json.isNull('view') ? { text: json.part('view').text('text'), columns: json.part('view').texts('columns') } : null,
    seq: json.count('seq'), files: json.parts('files').map(readFile),
  };
}

function readPast(json: JsonReader): ManifestTable['past'] {
  return { columns: readColumns(json.parts('columns')), until: json.long('until'), seq: json.count('seq') };
}

function readFile(json: JsonReader): FileEntry {
  const id = { base: json.part('id').count('base'), uuid: json.part('id').id('uuid') };
  const location = json.part('location');
  const name = location.text('name');
  if (name !== fileName(id)) throw json.damaged('the name of a file that is not its id');
  json.oneOf('state', ['raw']);
  return {
    id, state: 'raw',
    location: { name, bytes: location.count('bytes'), footerBytes: location.count('footerBytes'), footerCrc: location.count('footerCrc') },
    bounds: readBounds(json.part('bounds')),
  };
}

function readBounds(json: JsonReader): BlockBounds {
  return {
    rowCount: json.count('rowCount'), minSeq: json.count('minSeq'), maxSeq: json.count('maxSeq'), firstKey: json.bytes('firstKey'), lastKey: json.bytes('lastKey'),
    minSystemFrom: json.long('minSystemFrom'), maxSystemFrom: json.long('maxSystemFrom'), minValidFrom: json.long('minValidFrom'), maxValidTo: json.long('maxValidTo'),
  };
}
