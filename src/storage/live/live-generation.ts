/**
 * One table's events between two block cuts.
 *
 *   newest: key ─▶ row 7 ──previous──▶ row 3 ──previous──▶ row 0          chunks of 4,096 rows, the last one open
 *
 * A snapshot at `seq` P reads rows with born ≤ P; a row is its entity's newest event there iff P < died.
 */
import { assert, must } from '../../base/assert.ts';
import type { Value } from '../../data/types/value.ts';
import type { EventOp, RowEvent } from '../event.ts';
import type { MapKey } from '../key.ts';
import { OP_DELETE, OP_ERASE, OP_PUT } from '../temporal/resolve.ts';
import { LiveChunk, NO_OLDER, OLDER_ELSEWHERE } from './live-chunk.ts';

const CHUNK_SHIFT = 12;
const CHUNK_MASK = 4095;
/** Rough cost of a hash-map entry. */
const MAP_ENTRY_BYTES = 48;

const OP_CODES: Record<EventOp, number> = { put: OP_PUT, delete: OP_DELETE, erase: OP_ERASE };

export class LiveGeneration {
  readonly chunks: LiveChunk[] = [];
  readonly #newest = new Map<MapKey, number>();
  rowCount = 0;

  get keyCount(): number { return this.#newest.size; }

  chunkOf(row: number): LiveChunk { return must(this.chunks[row >> CHUNK_SHIFT], 'a row of this generation'); }

  has(key: MapKey): boolean { return this.#newest.has(key); }

  /** Adds one event. `isOlderElsewhere`: an older generation (or what a staged one stands on) holds events of the entity. */
  append(event: RowEvent, key: MapKey, seq: number, systemFrom: bigint, isOlderElsewhere: boolean): void {
    assert(event.validFrom < event.validTo, 'an event has a valid range');
    assert(event.document === null || event.document.has('_id'), 'a document has an _id');
    assert((event.op === 'put') === (event.document !== null), 'puts, and only puts, have a document');
    const newest = this.#newest.get(key);
    if (newest !== undefined) this.chunkOf(newest).kill(newest & CHUNK_MASK, seq);
    const previous = newest ?? (isOlderElsewhere ? OLDER_ELSEWHERE : NO_OLDER);
    let chunk = this.chunks[this.chunks.length - 1];
    if (chunk === undefined || chunk.isFull) {
      chunk?.seal();
      chunk = new LiveChunk();
      this.chunks.push(chunk);
    }
    const row = chunk.append(seq, systemFrom, event.validFrom, event.validTo, OP_CODES[event.op], previous);
    chunk.putDocument(row, event.id, event.document);
    this.#newest.set(key, this.rowCount);
    this.rowCount += 1;
  }

  /** Marks this generation's newest event of the entity as superseded by a later generation's. Whether it has one. */
  supersede(key: MapKey, seq: number): boolean {
    const row = this.#newest.get(key);
    if (row === undefined) return false;
    const chunk = this.chunkOf(row);
    if (chunk.died[row & CHUNK_MASK] === Infinity) chunk.kill(row & CHUNK_MASK, seq);
    return true;
  }

  /** The entity's newest row with seq ≤ `seq`, or NO_OLDER. */
  find(key: MapKey, seq: number): number {
    let row = this.#newest.get(key) ?? NO_OLDER;
    while (row >= 0 && this.seqOf(row) > seq) row = this.previousOf(row);
    return row >= 0 ? row : NO_OLDER;
  }

  /** Whether the row is a put, and the only event of its entity in all generations. */
  isLone(row: number): boolean {
    const chunk = this.chunkOf(row);
    const at = row & CHUNK_MASK;
    return chunk.previous[at] === NO_OLDER && chunk.died[at] === Infinity && chunk.op[at] === OP_PUT;
  }

  seqOf(row: number): number { return this.chunkOf(row).seq[row & CHUNK_MASK] as number; }
  previousOf(row: number): number { return this.chunkOf(row).previous[row & CHUNK_MASK] as number; }
  idOf(row: number): Value { return this.chunkOf(row).valueAt('_id', row & CHUNK_MASK); }

  get bytes(): number {
    let bytes = this.#newest.size * MAP_ENTRY_BYTES;
    for (const chunk of this.chunks) bytes += chunk.bytes;
    return bytes;
  }
}

export const chunkIndexOf = (row: number): number => row >> CHUNK_SHIFT;
export const rowInChunk = (row: number): number => row & CHUNK_MASK;
