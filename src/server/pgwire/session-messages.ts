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

  /** Handles the message that the reader has taken. Throws only what ends the connection. */
  async handle(reader: FrameReader): Promise<void> {
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
  close(): Promise<void> { return this.#extended.dropPortals(); }

  async #step(reader: FrameReader): Promise<void> {
    const extended = this.#extended;
    extended.source = undefined;
    try {
      switch (reader.type) {
        case PARSE: await extended.parse(reader); break;
        case BIND: await extended.bind(reader); break;
        case DESCRIBE: await extended.describe(reader); break;
        case EXECUTE: await extended.execute(reader, this.#slice); break;
        case CLOSE: await extended.close(reader); break;
        default:
          await extended.settle();
          this.#output.send();
      }
    } catch (error) {
      extended.forgetPending();
      this.#isSkipping = true;
      this.#report(error, extended.source);
    }
  }

  async #sync(reader: FrameReader): Promise<void> {
    const extended = this.#extended;
    try {
      reader.end();
      if (!this.#isSkipping) await extended.settle();
      if (this.#session.transactionStatus === 'idle') await extended.dropPortals();
    } catch (error) {
      extended.forgetPending();
      this.#report(error, extended.source);
    }
    this.#isSkipping = false;
    await this.#ready();
  }

  async #query(reader: FrameReader): Promise<void> {
    this.#isSkipping = false;
    let source: string | undefined;
    try {
      await this.#extended.settle();
      const text = reader.text();
      reader.end();
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

  async #ready(): Promise<void> {
    readyForQuery(this.#output.writer, this.#session.transactionStatus);
    this.#output.send();
    if (this.#slice.isSpent) await this.#slice.pause();
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
