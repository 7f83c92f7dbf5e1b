import { EngineError } from '../../src/base/errors.ts';
import type { ObjectInfo, ObjectStore, PutOutcome } from '../../src/storage/store/object-store.ts';

export type StoreCall = { readonly op: 'get' | 'put' | 'list' | 'delete'; readonly name: string };

/** What happens to a call: it works, fails before it has an effect, or has its effect while the answer is lost. */
export type Fate = 'ok' | 'fail' | 'answer-lost';

/** A store whose calls meet the fate that `decide` gives them. */
export class FailingStore implements ObjectStore {
  readonly #inner: ObjectStore;
  /** Changed by tests at any time. */
  decide: (call: StoreCall) => Fate;
  /** Changes what is read. */
  mutate: ((name: string, bytes: Uint8Array, from: number) => Uint8Array) | undefined;

  constructor(inner: ObjectStore, decide: (call: StoreCall) => Fate = () => 'ok') {
    this.#inner = inner;
    this.decide = decide;
  }

  async #run<T>(call: StoreCall, task: () => Promise<T>): Promise<T> {
    const fate = this.decide(call);
    if (fate === 'fail') throw new EngineError('io-error', `${call.op} ${call.name}: failed by the test`);
    const result = await task();
    if (fate === 'answer-lost') throw new EngineError('io-error', `${call.op} ${call.name}: answer lost by the test`);
    return result;
  }

  #seen(name: string, bytes: Uint8Array | undefined, from: number): Uint8Array | undefined {
    return bytes === undefined || this.mutate === undefined ? bytes : this.mutate(name, bytes, from);
  }

  get(name: string): Promise<Uint8Array | undefined> { return this.#run({ op: 'get', name }, async () => this.#seen(name, await this.#inner.get(name), 0)); }
  getRange(name: string, from: number, to: number): Promise<Uint8Array | undefined> {
    return this.#run({ op: 'get', name }, async () => this.#seen(name, await this.#inner.getRange(name, from, to), from));
  }
  putIfAbsent(name: string, bytes: Uint8Array): Promise<PutOutcome> { return this.#run({ op: 'put', name }, () => this.#inner.putIfAbsent(name, bytes)); }
  async *list(prefix: string, after?: string): AsyncGenerator<ObjectInfo> {
    await this.#run({ op: 'list', name: prefix }, () => Promise.resolve());
    yield* this.#inner.list(prefix, after);
  }
  delete(name: string): Promise<void> { return this.#run({ op: 'delete', name }, () => this.#inner.delete(name)); }
  close(): Promise<void> { return this.#inner.close(); }
}
