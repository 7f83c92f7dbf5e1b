/**
 * The way out of a connection: messages are collected and sent in one write per round trip; a client that does not read
 * holds back its own query only.
 *
 *   writer ──(64 kB full, Sync, Flush)──▶ socket.write ──false──▶ wait for drain (or cancel, or close)
 */
import type { Socket } from 'node:net';
import { EngineError } from '../../base/errors.ts';
import { SEND_BYTES } from './message-writer.ts';
import { MessageWriter } from './message-writer.ts';
import type { BufferPool } from './message-writer.ts';

export class Output {
  readonly writer: MessageWriter;
  readonly #socket: Socket;
  readonly #pool: BufferPool;
  #blocked = false;
  #wake: (() => void) | undefined;

  constructor(socket: Socket, pool: BufferPool) {
    this.#socket = socket;
    this.#pool = pool;
    this.writer = new MessageWriter(pool);
    socket.on('drain', () => {
      this.#blocked = false;
      this.wake();
    });
  }

  /** The client reads slower than we write. */
  get isBlocked(): boolean { return this.#blocked; }
  /** Enough has been collected to be sent. */
  get isFull(): boolean { return this.writer.length >= SEND_BYTES; }

  /** Sends what was collected, whole messages only. */
  send(): void {
    if (this.writer.length === 0) return;
    const { buffer, length } = this.writer.detach();
    if (this.#socket.destroyed) return;
    this.#blocked = !this.#socket.write(buffer.bytes.subarray(0, length));
    // Nothing left in the stream means that the kernel has its copy: the buffer is free again.
    if (this.#socket.writableLength === 0) this.#pool.give(buffer);
  }

  /** Ends a wait for drain: after a cancel or the end of the connection. */
  wake(): void {
    const wake = this.#wake;
    this.#wake = undefined;
    wake?.();
  }

  /** Resolves when the client has caught up, or on `wake`. Throws 08006 when the connection is gone. */
  async drained(): Promise<void> {
    if (this.#blocked && !this.#socket.destroyed) await new Promise<void>((resolve) => { this.#wake = resolve; });
    if (this.#socket.destroyed) throw new EngineError('connection-failure', 'the client has closed the connection');
  }
}
