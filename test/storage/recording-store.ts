import type { ObjectInfo, ObjectStore, PutOutcome } from '../../src/storage/store/object-store.ts';

/** A store that writes down what it was asked: `get a/b`, `get a/b 0..10`, `put a/b`, `list a/`, `delete a/b`. */
export class RecordingStore implements ObjectStore {
  readonly #inner: ObjectStore;
  readonly calls: string[] = [];

  constructor(inner: ObjectStore) { this.#inner = inner; }

  get(name: string): Promise<Uint8Array | undefined> { this.calls.push(`get ${name}`); return this.#inner.get(name); }
  getRange(name: string, from: number, to: number): Promise<Uint8Array | undefined> {
    this.calls.push(`get ${name} ${from}..${to}`);
    return this.#inner.getRange(name, from, to);
  }
  putIfAbsent(name: string, bytes: Uint8Array): Promise<PutOutcome> { this.calls.push(`put ${name}`); return this.#inner.putIfAbsent(name, bytes); }
  list(prefix: string, after?: string): AsyncIterable<ObjectInfo> { this.calls.push(`list ${prefix}`); return this.#inner.list(prefix, after); }
  delete(name: string): Promise<void> { this.calls.push(`delete ${name}`); return this.#inner.delete(name); }
  close(): Promise<void> { return this.#inner.close(); }
}
