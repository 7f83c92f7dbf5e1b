/**
 * The main thread's end of the log thread.
 *
 *   append:  frame ─▶ shared memory │ byte count ─▶ log thread        others: posted as they are
 *
 * Frames go by memory that both threads keep: posted as messages, they would be garbage of the log thread, which collects seldom.
 */
import { Worker } from 'node:worker_threads';
import { assert, must } from '../../base/assert.ts';
import { EngineError } from '../../base/errors.ts';
import type { AppendRequest, LogPort, LogReply, LogRequest } from './log-host.ts';

/** An append whose frame is the first bytes of the memory that both share: of `memory`, once that was sent. */
export interface SharedAppend extends Omit<AppendRequest, 'kind' | 'frame'> { readonly kind: 'append-shared'; readonly memory: SharedArrayBuffer | undefined; readonly byteCount: number }
export type ThreadRequest = LogRequest | SharedAppend;

const SHARED_BYTES_MIN = 64 * 1024;
/** Larger frames are posted: they come seldom, and nobody wants to keep memory for them. */
const SHARED_BYTES_MAX = 4 * 1024 * 1024;

interface Waiting { readonly request: ThreadRequest['kind']; readonly resolve: (reply: LogReply) => void; readonly reject: (error: Error) => void }

/** A worker that answers one request at a time, in order. */
export class LogWorker implements LogPort {
  readonly #worker: Worker;
  readonly #waiting: Waiting[] = [];
  #failed: Error | undefined;
  #shared: Uint8Array = new Uint8Array(0);
  /** Whether the shared memory is the log thread's. */
  #isLent = false;

  constructor() {
    const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
    this.#worker = new Worker(new URL(`./log-thread.${extension}`, import.meta.url), { resourceLimits: { maxOldGenerationSizeMb: 64 } });
    this.#worker.unref();
    this.#worker.on('message', (reply: LogReply) => { this.#receive(reply); });
    const fail = (error: Error): void => {
      this.#failed = error;
      for (const { reject } of this.#waiting.splice(0)) reject(error);
    };
    this.#worker.on('error', (error) => { fail(new EngineError('internal', 'the log thread failed', { cause: error })); });
    this.#worker.on('exit', () => { fail(new EngineError('io-error', 'the log thread has ended')); });
  }

  ask(request: LogRequest): Promise<LogReply> {
    if (this.#failed !== undefined) return Promise.reject(this.#failed);
    return new Promise<LogReply>((resolve, reject) => {
      if (this.#waiting.length === 0) this.#worker.ref();
      const sent: ThreadRequest = request.kind === 'append' && request.frame.length <= SHARED_BYTES_MAX ? this.#lend(request) : request;
      this.#waiting.push({ request: sent.kind, resolve, reject });
      this.#worker.postMessage(sent);
    });
  }

  #lend({ frame, recordId, cut }: AppendRequest): SharedAppend {
    assert(!this.#isLent, 'one append at a time');
    this.#isLent = true;
    const byteCount = frame.length;
    let memory: SharedArrayBuffer | undefined;
    if (byteCount > this.#shared.length) {
      memory = new SharedArrayBuffer(Math.max(SHARED_BYTES_MIN, 2 ** Math.ceil(Math.log2(byteCount))));
      this.#shared = new Uint8Array(memory);
    }
    this.#shared.set(frame);
    return { kind: 'append-shared', memory, byteCount, recordId, cut };
  }

  #receive(reply: LogReply): void {
    const waiting = must(this.#waiting.shift(), 'a reply answers a request');
    if (waiting.request === 'append-shared') this.#isLent = false;
    if (this.#waiting.length === 0) this.#worker.unref();
    waiting.resolve(reply);
  }

  async end(): Promise<void> { await this.#worker.terminate(); }
}
