/**
 * The log of a local directory. The files and their rules are `segment.ts` and `segment-writer.ts`; this is the main thread's end.
 */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { assert } from '../../base/assert.ts';
import { ByteWriter } from '../../base/bytes.ts';
import { EngineError } from '../../base/errors.ts';
import { sleep } from '../../base/timer.ts';
import { writeRecord } from './record-codec.ts';
import type { Log, LogEnd, LogRecord, RecordId } from './log.ts';
import type { LogPort, LogReply, LogRequest } from './log-host.ts';
import { LogWorker } from './log-worker.ts';
import { FRAME_HEADER_BYTES, RECORD_BYTES_MAX, recordsOf, segmentFileName } from './segment.ts';

/** How often an undecided group is tried again. */
const RECOVERY_INTERVAL_MS = 1000;
/** Memory that stays for the next record. */
const WRITER_BYTES_KEPT = 4 * 1024 * 1024;

export interface LocalLogOptions {
  /** Existing directories. */
  readonly logDirectory: string;
  readonly ownerDirectory: string;
  readonly incarnation: string;
  /** First position that is needed, and the id of the record before it: what the manifest says. */
  readonly from: bigint;
  readonly startId: RecordId;
}

async function askHost(port: LogPort, request: LogRequest): Promise<Exclude<LogReply, { kind: 'failed' }>> {
  const reply = await port.ask(request);
  if (reply.kind === 'failed') throw new EngineError(reply.code, reply.message);
  return reply;
}

class LocalLog implements Log {
  readonly #port: LogPort;
  readonly #directory: string;
  #end: LogEnd;
  #state: 'writable' | 'undecided' | 'not-owner' = 'writable';
  #closed = false;
  #listeners: (() => void)[] = [];
  readonly #writer = new ByteWriter(1024);

  constructor(port: LogPort, directory: string, end: LogEnd) {
    this.#port = port;
    this.#directory = directory;
    this.#end = end;
  }

  end(): LogEnd { return this.#end; }
  onDecided(listener: () => void): void { this.#listeners.push(listener); }

  async append(record: LogRecord): Promise<void> {
    assert(record.position === this.#end.position + 1n, 'a record follows the last one');
    assert(record.parentId === this.#end.recordId, 'a record names its parent');
    if (this.#state === 'not-owner') throw new EngineError('writes-refused', 'another process has taken over this directory');
    if (this.#state === 'undecided') throw new EngineError('writes-refused', 'the log could not be written and is being tried again', { hint: 'Reads go on. Writes will be accepted as soon as the volume takes them.' });
    const frame = this.#frameOf(record);
    const recordBytes = frame.length - FRAME_HEADER_BYTES;
    if (recordBytes > RECORD_BYTES_MAX) throw new EngineError('value-too-large', `a transaction of ${recordBytes} bytes is too large for one log record (${RECORD_BYTES_MAX})`, { hint: 'Write in several transactions.' });
    const reply = await askHost(this.#port, { kind: 'append', frame, recordId: record.recordId, cut: record.cut });
    assert(reply.kind === 'appended' && reply.outcome !== undefined, 'an append is answered by its outcome');
    const { outcome } = reply;
    switch (outcome.kind) {
      case 'durable': this.#end = { position: record.position, recordId: record.recordId }; return;
      case 'no-space': throw new EngineError('disk-full', 'the volume is full: the transaction was not written', { hint: 'Reads go on. Writes will be accepted as soon as there is space.' });
      case 'not-owner': this.#state = 'not-owner'; throw new EngineError('commit-unknown', 'another process has taken over this directory while the transaction was being written');
      case 'undecided':
        this.#state = 'undecided';
        void this.#recover({ position: record.position, recordId: record.recordId });
        throw new EngineError('commit-unknown', `the log could not be made durable (${outcome.reason}); the transaction is kept and tried again`);
    }
  }

  /** With room for its header. Valid until the next one. */
  #frameOf(record: LogRecord): Uint8Array {
    this.#writer.restart(FRAME_HEADER_BYTES, WRITER_BYTES_KEPT);
    writeRecord(this.#writer, record);
    return this.#writer.view();
  }

  /** Tries until the group is decided. It is the only one: nothing else is accepted meanwhile. */
  async #recover(end: LogEnd): Promise<void> {
    while (!this.#closed) {
      await sleep(RECOVERY_INTERVAL_MS);
      if (this.#closed) return;
      const reply = await askHost(this.#port, { kind: 'recover' }).catch(() => undefined);
      if (reply?.kind !== 'appended' || reply.outcome === undefined) continue;
      if (reply.outcome.kind === 'not-owner') { this.#state = 'not-owner'; return; }
      if (reply.outcome.kind !== 'durable') continue;
      this.#end = end;
      this.#state = 'writable';
      for (const listener of this.#listeners) listener();
      return;
    }
  }

  async *read(position: bigint): AsyncIterable<LogRecord> {
    const reply = await askHost(this.#port, { kind: 'chain' });
    assert(reply.kind === 'chain', 'a chain is asked for');
    const last = this.#end.position;
    let expected = position;
    for (const [i, { header, acceptedBytes }] of reply.chain.entries()) {
      const next = reply.chain[i + 1];
      if (next !== undefined && next.header.firstPosition <= position) continue;
      const object = `log/${segmentFileName(header.name)}`;
      let bytes: Uint8Array;
      try { bytes = await readFile(path.join(this.#directory, segmentFileName(header.name))); } catch (error) { throw new EngineError('io-error', `${object} cannot be read`, { cause: error }); }
      for (const record of recordsOf(bytes, acceptedBytes, object)) {
        if (record.position < position) continue;
        if (record.position > last) return;
        if (record.position !== expected) throw new EngineError('corrupt', `${object} is damaged: position ${record.position} where ${expected} should be`);
        expected += 1n;
        yield record;
      }
    }
  }

  async release(position: bigint): Promise<void> { await askHost(this.#port, { kind: 'release', position }); }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await askHost(this.#port, { kind: 'close' }).catch(() => undefined);
    await this.#port.end();
  }
}

/** Opens the log, recovers its end and takes ownership. Throws XX001 for damage below what was acknowledged, 58030 for a bad volume. */
export async function openLocalLog(options: LocalLogOptions, port: LogPort = new LogWorker()): Promise<Log> {
  try {
    const reply = await askHost(port, { kind: 'open', ...options });
    assert(reply.kind === 'opened', 'an open is answered by the end of the log');
    return new LocalLog(port, options.logDirectory, reply.end);
  } catch (error) {
    await port.end();
    throw error;
  }
}
