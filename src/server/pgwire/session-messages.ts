/**
 * The messages of a session: each is answered, or skipped after an error until Sync.
 *
 *   ready ──P B D E C──▶ ready        error ──▶ skipping ──Sync──▶ ready
 */
import { EngineError } from '../../base/errors.ts';
import { TimeSlice } from '../../base/turn.ts';
import type { Session } from '../../database/session.ts';
import { errorResponse, readyForQuery } from './backend-messages.ts';
import { asEngineError, errorFields } from './error-fields.ts';
import { ExtendedQuery } from './extended-query.ts';
import { printType } from './frame-reader.ts';
import type { FrameReader } from './frame-reader.ts';
import type { Output } from './output.ts';
import { runSimpleQuery } from './simple-query.ts';

const code = (letter: string): number => letter.charCodeAt(0);
const BIND = code('B');
const CLOSE = code('C');
const COPY_DATA = code('d');
const COPY_DONE = code('c');
const COPY_FAIL = code('f');
const DESCRIBE = code('D');
const EXECUTE = code('E');
const FLUSH = code('H');
const FUNCTION_CALL = code('F');
const PARSE = code('P');
const QUERY = code('Q');
const SYNC = code('S');

/** Told of faults of the server itself, which clients see as XX000. */
export type OnFault = (error: unknown) => void;

export class SessionMessages {
  readonly #session: Session;
  readonly #output: Output;
  readonly #extended: ExtendedQuery;
  readonly #onFault: OnFault;
  readonly #slice = new TimeSlice();
  #isSkipping = false;

  constructor(session: Session, output: Output, onFault: OnFault) {
    this.#session = session;
    this.#output = output;
    this.#extended = new ExtendedQuery(session, output);
    this.#onFault = onFault;
  }

  /** Handles the message that the reader has taken: at once, or until the promise resolves. Throws or rejects with what ends the connection. */
  handle(reader: FrameReader): Promise<void> | undefined {
    switch (reader.type) {
      case QUERY: return this.#query(reader);
      case SYNC: return this.#sync(reader);
      case PARSE: case BIND: case DESCRIBE: case EXECUTE: case CLOSE: case FLUSH:
        return this.#isSkipping ? undefined : this.#step(reader);
      // What is left of a COPY that was refused.
      case COPY_DATA: case COPY_DONE: case COPY_FAIL: return undefined;
      case FUNCTION_CALL: {
        this.#report(new EngineError('unsupported', 'the function call message is not supported', { hint: 'Use SELECT function(…).' }), undefined);
        this.#isSkipping = false;
        return this.#ready();
      }
      default: throw new EngineError('protocol-violation', `unknown message of type ${printType(reader.type)}`);
    }
  }

  /** Frees portals. The session itself is not closed. */
  async close(): Promise<void> { await this.#extended.dropPortals(); }

  #step(reader: FrameReader): Promise<void> | undefined {
    this.#extended.source = undefined;
    try {
      return this.#take(reader)?.catch((error: unknown) => { this.#skip(error); });
    } catch (error) {
      this.#skip(error);
      return undefined;
    }
  }

  #take(reader: FrameReader): Promise<void> | undefined {
    const extended = this.#extended;
    switch (reader.type) {
      case PARSE: return extended.parse(reader);
      case BIND: return extended.bind(reader);
      case DESCRIBE: return extended.describe(reader);
      case EXECUTE: return extended.execute(reader, this.#slice);
      case CLOSE: return extended.close(reader);
      default: return this.#flush();
    }
  }

  async #flush(): Promise<void> {
    await this.#extended.settle();
    this.#output.send();
  }

  #skip(error: unknown): void {
    this.#extended.forgetPending();
    this.#isSkipping = true;
    this.#report(error, this.#extended.source);
  }

  #sync(reader: FrameReader): Promise<void> | undefined {
    try {
      reader.end();
      const waiting = this.#settleForSync();
      if (waiting !== undefined) return waiting.catch((error: unknown) => { this.#failSync(error); }).then(() => this.#endSync());
    } catch (error) {
      this.#failSync(error);
    }
    return this.#endSync();
  }

  /** Does what was put off and drops the portals, which end with their transaction. */
  #settleForSync(): Promise<void> | undefined {
    const settling = this.#isSkipping ? undefined : this.#extended.settle();
    return settling === undefined ? this.#dropPortals() : settling.then(() => this.#dropPortals());
  }

  #dropPortals(): Promise<void> | undefined {
    return this.#session.transactionStatus === 'idle' ? this.#extended.dropPortals() : undefined;
  }

  #failSync(error: unknown): void {
    this.#extended.forgetPending();
    this.#report(error, this.#extended.source);
  }

  #endSync(): Promise<void> | undefined {
    this.#isSkipping = false;
    return this.#ready();
  }

  async #query(reader: FrameReader): Promise<void> {
    this.#isSkipping = false;
    let source: string | undefined;
    try {
      const text = reader.text();
      reader.end();
      await this.#extended.settle();
      source = text;
      await this.#extended.dropUnnamed();
      await runSimpleQuery(text, this.#session, this.#output, this.#slice, (statement) => this.#extended.forgetDeallocated(statement));
      if (this.#session.transactionStatus === 'idle') await this.#extended.dropPortals();
    } catch (error) {
      this.#extended.forgetPending();
      this.#report(error, source);
    }
    await this.#ready();
  }

  #ready(): Promise<void> | undefined {
    readyForQuery(this.#output.writer, this.#session.transactionStatus);
    this.#output.send();
    return this.#slice.isSpent ? this.#slice.pause() : undefined;
  }

  #report(error: unknown, source: string | undefined): void {
    const known = asEngineError(error);
    if (known.code === 'internal') this.#onFault(error);
    this.#output.writer.abandon();
    this.#session.fail();
    if (known.code === 'shutting-down' || known.code === 'connection-failure') throw known;
    errorResponse(this.#output.writer, errorFields(known, 'ERROR', source));
    // Sent at once: a client that asked with Flush waits for it, and its own Flush is skipped from here on.
    this.#output.send();
  }
}
