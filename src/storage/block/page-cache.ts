/**
 * Verified bytes of column pages, up to a fixed number of bytes; the least recently used go first.
 *
 *   read ─▶ verify ─▶ admit (copies in)          copyOut (copies out) ─▶ decode
 *
 * Nobody ever holds cached bytes, so eviction needs no pins and nobody can damage what was verified.
 */
import { assert } from '../../base/assert.ts';

/** A column in one page of one file. */
export interface ColumnPageId { readonly file: string; readonly page: number; readonly column: number }

export interface PageCache {
  readonly bytes: number;
  /** Copies in. What does not fit at all is not kept. */
  admit(id: ColumnPageId, verified: Uint8Array): void;
  /** A copy of all bytes, or of [from, to); undefined if the page is not there. */
  copyOut(id: ColumnPageId, from?: number, to?: number): Uint8Array | undefined;
  /** Forgets a file that is gone or was found damaged. */
  dropFile(file: string): void;
}

/** What an entry costs beside its bytes. */
const ENTRY_BYTES = 200;

export function openPageCache(bytesMax: number): PageCache { return new LruPageCache(bytesMax); }

class LruPageCache implements PageCache {
  readonly #bytesMax: number;
  /** Least recently used first. */
  readonly #entries = new Map<string, Uint8Array>();
  bytes = 0;

  constructor(bytesMax: number) { this.#bytesMax = bytesMax; }

  admit(id: ColumnPageId, verified: Uint8Array): void {
    const key = keyOf(id);
    this.#remove(key);
    const cost = verified.length + ENTRY_BYTES;
    if (cost > this.#bytesMax) return;
    for (const oldest of this.#entries.keys()) {
      if (this.bytes + cost <= this.#bytesMax) break;
      this.#remove(oldest);
    }
    this.#entries.set(key, verified.slice());
    this.bytes += cost;
    assert(this.bytes <= this.#bytesMax, 'the cache stays within its size');
  }

  copyOut(id: ColumnPageId, from = 0, to?: number): Uint8Array | undefined {
    const key = keyOf(id);
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    return entry.slice(from, to);
  }

  dropFile(file: string): void {
    for (const key of this.#entries.keys()) if (key.startsWith(`${file}\0`)) this.#remove(key);
  }

  #remove(key: string): void {
    const entry = this.#entries.get(key);
    if (entry === undefined) return;
    this.#entries.delete(key);
    this.bytes -= entry.length + ENTRY_BYTES;
  }
}

const keyOf = ({ file, page, column }: ColumnPageId): string => `${file}\0${page}\0${column}`;
