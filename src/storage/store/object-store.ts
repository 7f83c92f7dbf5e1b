/**
 * Object stores: where files and manifests live. The same rule everywhere: `putIfAbsent` succeeds exactly once for a name.
 */
export interface ObjectInfo { readonly name: string; readonly bytes: number }

export type PutOutcome = 'created' | 'exists';

/**
 * Names are relative paths of [a-z0-9._/-]. Errors are EngineError: `io-error` (58030, the store failed or timed out),
 * `disk-full` (53100). A missing object is `undefined`, never an error. Returned bytes belong to the caller.
 */
export interface ObjectStore {
  /** The whole object, or undefined if there is none. */
  get(name: string): Promise<Uint8Array | undefined>;
  /** Bytes [from, to). Shorter only when the object is shorter; undefined if there is none. */
  getRange(name: string, from: number, to: number): Promise<Uint8Array | undefined>;
  /** Creates the object durably, or tells that it exists. Never a part of it becomes visible. */
  putIfAbsent(name: string, bytes: Uint8Array): Promise<PutOutcome>;
  /** Objects whose name starts with `prefix`, by name, strictly after `after`. */
  list(prefix: string, after?: string): AsyncIterable<ObjectInfo>;
  /** Deleting what is not there succeeds. */
  delete(name: string): Promise<void>;
  close(): Promise<void>;
}
