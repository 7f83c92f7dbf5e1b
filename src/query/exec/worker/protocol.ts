/**
 * What a query's thread and the thread that asked for it say to each other, over one MessagePort a query. All of it is plain data.
 *
 *   asker                                worker
 *   start: plan, parameters, … ────────▶
 *   pull ──────────────────────────────▶
 *        ◀──────────────────────────────  open-scan, next-chunk, close-scan     (the tables stay with the asker)
 *   chunk, scan-end, scan-error ───────▶
 *        ◀──────────────────────────────  batch, … , end or error
 *   cancel, stop ──────────────────────▶
 */
import type { MessagePort } from 'node:worker_threads';
import type { CancelReason } from '../../../base/cancel.ts';
import { EngineError, type ErrorCode, isEngineError } from '../../../base/errors.ts';
import type { ScanRequest } from '../../../catalog/table-source.ts';
import type { Value } from '../../../data/types/value.ts';
import type { RowChunk } from '../../../data/vector/chunk.ts';
import type { PhysicalPlan } from '../../plan/physical-plan.ts';
import type { Basis } from '../context.ts';

/** An evaluation context without its functions. */
export interface EvaluationFacts {
  readonly clockMicros: bigint;
  readonly zone: string;
  readonly user: string;
  readonly database: string;
  readonly searchPath: string;
  /** By name; `set-setting` changes them. */
  readonly settings: ReadonlyMap<string, string>;
  readonly snapshotToken: string;
  readonly awaitToken: string;
  /** OIDs by name, with and without schema and database. */
  readonly tableOids: ReadonlyMap<string, number>;
  /** Queries of views by OID. */
  readonly viewTexts: ReadonlyMap<number, string>;
}

export interface Start {
  readonly plan: PhysicalPlan;
  readonly parameters: readonly Value[];
  readonly evaluation: EvaluationFacts;
  readonly basis: Basis;
  readonly blocksMax: number | undefined;
  readonly bytesMax: number | undefined;
  readonly recursionRowsMax: number | undefined;
  readonly port: MessagePort;
}

export type ToWorker =
  | { readonly kind: 'pull' }
  | { readonly kind: 'chunk'; readonly scan: number; readonly chunk: RowChunk }
  | { readonly kind: 'scan-end'; readonly scan: number }
  | { readonly kind: 'scan-error'; readonly scan: number; readonly error: ErrorMessage }
  | { readonly kind: 'cancel'; readonly reason: CancelReason }
  | { readonly kind: 'stop' };

export type FromWorker =
  | { readonly kind: 'batch'; readonly chunk: RowChunk }
  | { readonly kind: 'end' }
  | { readonly kind: 'error'; readonly error: ErrorMessage }
  | { readonly kind: 'set-setting'; readonly name: string; readonly value: string }
  | { readonly kind: 'open-scan'; readonly scan: number; readonly schema: string; readonly table: string; readonly request: ScanRequest }
  | { readonly kind: 'next-chunk'; readonly scan: number }
  | { readonly kind: 'close-scan'; readonly scan: number };

/** Errors of the user keep all they say; others their text. */
export type ErrorMessage =
  | { readonly kind: 'engine'; readonly code: ErrorCode; readonly message: string; readonly position: number | undefined; readonly hint: string | undefined; readonly detail: string | undefined }
  | { readonly kind: 'fault'; readonly message: string; readonly stack: string | undefined };

export function errorMessage(error: unknown): ErrorMessage {
  if (isEngineError(error)) return { kind: 'engine', code: error.code, message: error.message, position: error.position, hint: error.hint, detail: error.detail };
  return error instanceof Error ? { kind: 'fault', message: error.message, stack: error.stack } : { kind: 'fault', message: String(error), stack: undefined };
}

export function errorOf(message: ErrorMessage): Error {
  if (message.kind === 'engine') return new EngineError(message.code, message.message, { position: message.position, hint: message.hint, detail: message.detail });
  const error = new Error(message.message);
  if (message.stack !== undefined) error.stack = message.stack;
  return error;
}

/** Messages that arrive when they do, read when they are wanted. */
export class Mailbox<T> {
  readonly #messages: T[] = [];
  #waiting: { readonly resolve: (message: T) => void; readonly reject: (error: Error) => void } | undefined;
  #failure: Error | undefined;

  put(message: T): void {
    if (this.#waiting === undefined) { this.#messages.push(message); return; }
    this.#waiting.resolve(message);
    this.#waiting = undefined;
  }

  /** Whoever waits, or comes later, gets the error. */
  fail(error: Error): void {
    this.#failure = error;
    this.#waiting?.reject(error);
    this.#waiting = undefined;
  }

  take(): Promise<T> {
    const [message] = this.#messages.splice(0, 1);
    if (message !== undefined) return Promise.resolve(message);
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    return new Promise((resolve, reject) => { this.#waiting = { resolve, reject }; });
  }
}
