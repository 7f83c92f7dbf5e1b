/**
 * One client: bytes in, messages handled one after the other, bytes out.
 *
 *   socket data ─▶ FrameReader ─▶ Handshake ─▶ SessionMessages ─▶ Output ─▶ socket
 *
 * A connection is `busy` while it handles a message. Input beyond a limit waits in the kernel meanwhile.
 */
import type { Socket } from 'node:net';
import { EngineError, isEngineError } from '../../base/errors.ts';
import type { Eventual } from '../../base/eventual.ts';
import type { Notice, Session } from '../../database/session.ts';
import { backendKeyData, errorResponse, noticeResponse, parameterStatus, readyForQuery } from './backend-messages.ts';
import type { CancelKey, CancelKeys } from './cancel-keys.ts';
import { errorFields } from './error-fields.ts';
import { FrameReader } from './frame-reader.ts';
import { Handshake } from './handshake.ts';
import type { HandshakeContext, Start } from './handshake.ts';
import { Output } from './output.ts';
import type { BufferPool } from './message-writer.ts';
import type { OpenSession, WireLimits } from './server-options.ts';
import { SessionMessages } from './session-messages.ts';
import type { OnFault } from './session-messages.ts';

const TERMINATE = 'X'.charCodeAt(0);
const KEEP_ALIVE_MS = 60_000;
/** Input that may wait in memory while a message is handled. */
const INPUT_BYTES_MAX = 1 << 20;
/** How long a refused client may go on sending before it is cut off: enough to read why. */
const LINGER_MS = 1_000;

/** What PostgreSQL clients want to know at the start, in its spelling. */
const REPORTED_SETTINGS = ['server_version', 'server_encoding', 'client_encoding', 'search_path', 'DateStyle', 'IntervalStyle', 'TimeZone', 'integer_datetimes', 'standard_conforming_strings', 'application_name'];

export interface ConnectionContext extends Omit<HandshakeContext, 'cancel'> {
  readonly openSession: OpenSession;
  readonly limits: WireLimits;
  readonly readOnly: boolean;
  readonly pool: BufferPool;
  readonly cancelKeys: CancelKeys;
  readonly onFault: OnFault;
}

export class Connection {
  readonly #socket: Socket;
  readonly #context: ConnectionContext;
  readonly #reader = new FrameReader();
  readonly #output: Output;
  #handshake: Handshake | undefined;
  #messages: SessionMessages | undefined;
  #session: Session | undefined;
  #key: CancelKey | undefined;
  #timer: NodeJS.Timeout | undefined;
  #isBusy = false;
  #isStopping = false;
  #isClosed = false;
  #isReleased = false;
  readonly #released: () => void;
  /** Resolves when the connection is gone and its session closed. */
  readonly closed: Promise<void>;

  constructor(socket: Socket, context: ConnectionContext) {
    this.#socket = socket;
    this.#context = context;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.closed = promise;
    this.#released = resolve;
    this.#output = new Output(socket, context.pool);
    const cancel = (processId: number, secret: number): void => context.cancelKeys.cancel(processId, secret);
    this.#handshake = new Handshake({ ...context, cancel }, this.#output, socket.remoteAddress);
    this.#timer = setTimeout(() => this.#fatal(new EngineError('invalid-authorization', 'the client did not authenticate in time')), context.limits.authenticationMs);
    socket.setNoDelay(true);
    socket.setKeepAlive(true, KEEP_ALIVE_MS);
    socket.on('data', (chunk: Buffer) => this.#onData(chunk));
    socket.on('error', () => { /* 'close' follows and says all there is to do */ });
    socket.on('close', () => this.#teardown());
  }

  /** Ends the connection: now if it is idle, else after the message that it handles. */
  stop(): void {
    this.#isStopping = true;
    if (!this.#isBusy) this.#fatal(shutdown());
  }

  /** Cancels what runs. */
  cancel(): void {
    this.#session?.cancel();
    this.#output.wake();
  }

  /** Cuts the connection without a word. */
  destroy(): void { this.#socket.destroy(); }

  #onData(chunk: Buffer): void {
    if (this.#isClosed) return;
    this.#reader.append(chunk);
    if (!this.#isBusy) void this.#pump();
    else if (this.#reader.buffered > INPUT_BYTES_MAX) this.#socket.pause();
  }

  /** Handles messages until there is no whole one left. */
  async #pump(): Promise<void> {
    this.#isBusy = true;
    try {
      while (!this.#isClosed) {
        const wasHandled = this.#handleNext();
        if (!(wasHandled instanceof Promise ? await wasHandled : wasHandled)) break;
      }
    } catch (error) {
      this.#fatal(error);
    }
    this.#isBusy = false;
    if (this.#isClosed) await this.#release();
    else if (this.#isStopping) this.#fatal(shutdown());
    else {
      if (this.#reader.buffered === 0) this.#reader.clear();
      if (this.#socket.isPaused()) this.#socket.resume();
    }
  }

  /** Whether there was a message to handle. */
  #handleNext(): Eventual<boolean> {
    if (this.#messages === undefined) return this.#handleHandshake();
    if (this.#isStopping || !this.#reader.next(this.#context.limits.messageBytesMax)) return false;
    if (this.#reader.type === TERMINATE) {
      this.#socket.end();
      this.#teardown();
      return false;
    }
    const waiting = this.#messages.handle(this.#reader);
    return waiting === undefined ? true : waiting.then(() => true);
  }

  async #handleHandshake(): Promise<boolean> {
    const handshake = this.#handshake as Handshake;
    const bytesMax = this.#context.limits.startupBytesMax;
    if (!(handshake.isStarted ? this.#reader.next(bytesMax) : this.#reader.nextStartup(bytesMax))) return false;
    if (handshake.isStarted && this.#reader.type === TERMINATE) {
      this.#socket.destroy();
      return false;
    }
    const step = await handshake.handle(this.#reader);
    if (step.kind === 'close') this.#socket.end();
    if (step.kind === 'start') await this.#begin(step.start);
    return step.kind !== 'close';
  }

  async #begin(start: Start): Promise<void> {
    const session = await this.#context.openSession({
      user: start.user,
      database: start.database,
      parameters: start.parameters,
      readOnly: this.#context.readOnly,
      onNotice: (notice) => this.#onNotice(notice),
      onParameter: (name, value) => this.#onParameter(name, value),
    });
    clearTimeout(this.#timer);
    this.#session = session;
    if (this.#isClosed) return;
    const { writer } = this.#output;
    for (const name of REPORTED_SETTINGS) {
      const value = session.setting(name.toLowerCase());
      if (value !== undefined) parameterStatus(writer, name, value);
    }
    this.#key = this.#context.cancelKeys.issue(() => this.cancel());
    backendKeyData(writer, this.#key.processId, this.#key.secret);
    readyForQuery(writer, session.transactionStatus);
    this.#messages = new SessionMessages(session, this.#output, this.#context.onFault);
    this.#handshake = undefined;
    this.#output.send();
  }

  #onNotice(notice: Notice): void {
    if (this.#isClosed || isUnwanted(notice, this.#session?.setting('client_min_messages'))) return;
    noticeResponse(this.#output.writer, notice);
    if (!this.#isBusy) this.#output.send();
  }

  #onParameter(name: string, value: string): void {
    // Before the start-up is answered the values are read from the session.
    if (this.#isClosed || this.#messages === undefined || !REPORTED_SETTINGS.includes(name)) return;
    parameterStatus(this.#output.writer, name, value);
    if (!this.#isBusy) this.#output.send();
  }

  /** Says why and closes; the client has a moment to read it. */
  #fatal(error: unknown): void {
    if (this.#isClosed) return;
    if (!isEngineError(error)) this.#context.onFault(error);
    this.#output.writer.abandon();
    errorResponse(this.#output.writer, errorFields(error, 'FATAL'));
    this.#output.send();
    this.#socket.end();
    this.#teardown();
  }

  #teardown(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    clearTimeout(this.#timer);
    if (this.#key !== undefined) this.#context.cancelKeys.withdraw(this.#key);
    this.#reader.clear();
    if (!this.#socket.destroyed) {
      this.#socket.resume();
      setTimeout(() => this.#socket.destroy(), LINGER_MS).unref();
    }
    this.cancel();
    if (!this.#isBusy) void this.#release();
  }

  async #release(): Promise<void> {
    if (this.#isReleased) return;
    this.#isReleased = true;
    try {
      await this.#messages?.close();
      await this.#session?.close();
    } catch (error) {
      this.#context.onFault(error);
    }
    this.#released();
  }
}

/** Whether the client has asked for more serious messages only. */
const isUnwanted = (notice: Notice, minimum = 'notice'): boolean =>
  /^(?:error|fatal|panic)$/i.test(minimum) || (notice.severity === 'NOTICE' && minimum.toLowerCase() === 'warning');

const shutdown = (): EngineError => new EngineError('shutting-down', 'terminating connection because the server is stopping');
