import type { ObjectInfo, ObjectStore, PutOutcome } from './object-store.ts';
import { checkObjectName, checkObjectPrefix } from './object-name.ts';

/** An object store that lives as long as the process. */
export function openMemoryStore(): ObjectStore { return new MemoryStore(); }

class MemoryStore implements ObjectStore {
  readonly #objects = new Map<string, Uint8Array>();

  async get(name: string): Promise<Uint8Array | undefined> {
    checkObjectName(name);
    return this.#objects.get(name)?.slice();
  }

  async getRange(name: string, from: number, to: number): Promise<Uint8Array | undefined> {
    checkObjectName(name);
    return this.#objects.get(name)?.slice(from, to);
  }

  async putIfAbsent(name: string, bytes: Uint8Array): Promise<PutOutcome> {
    checkObjectName(name);
    if (this.#objects.has(name)) return 'exists';
    this.#objects.set(name, bytes.slice());
    return 'created';
  }

  async *list(prefix: string, after = ''): AsyncGenerator<ObjectInfo> {
    checkObjectPrefix(prefix);
    const names = [...this.#objects.keys()].filter((name) => name.startsWith(prefix) && name > after).sort();
    for (const name of names) {
      const bytes = this.#objects.get(name)?.length;
      if (bytes !== undefined) yield { name, bytes };
    }
  }

  async delete(name: string): Promise<void> {
    checkObjectName(name);
    this.#objects.delete(name);
  }

  async close(): Promise<void> { this.#objects.clear(); }
}
