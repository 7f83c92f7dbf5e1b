import { describe, expect, test } from 'vitest';
import { SimulatedLogFiles } from '../../../test/storage/simulated-log-files.ts';
import { EngineError } from '../../base/errors.ts';
import { SeededRandom } from '../../base/random.ts';
import { type LogRecord, ZERO_RECORD_ID } from './log.ts';
import { recoverLog, type RecoveredLog } from './log-recovery.ts';
import { encodeRecord, idText } from './record-codec.ts';
import { FRAME_HEADER_BYTES, recordsOf, SEGMENT_HEADER_BYTES, segmentFileName } from './segment.ts';
import { ownerFileName, SegmentWriter } from './segment-writer.ts';

/** As the main thread sends it: with room for the header. */
const frameOf = (record: LogRecord): Uint8Array => Uint8Array.from([...new Uint8Array(FRAME_HEADER_BYTES), ...encodeRecord(record)]);

const INCARNATION = 'ab'.repeat(16);

/** A log over simulated files: opening and appending as the log thread does. */
class Bench {
  readonly files = new SimulatedLogFiles();
  readonly owners = new SimulatedLogFiles();
  readonly random = new SeededRandom(7);
  owner = 0n;
  writer!: SegmentWriter;
  end = { position: -1n, recordId: ZERO_RECORD_ID };

  open(): RecoveredLog {
    const recovered = recoverLog(this.files, INCARNATION, 0n, ZERO_RECORD_ID);
    this.owner += 1n;
    this.owners.create(ownerFileName(this.owner));
    const last = recovered.chain.at(-1);
    this.writer = new SegmentWriter(this.files, this.owners, {
      incarnation: INCARNATION, owner: this.owner, nextPosition: recovered.proven.position + 1n, parentId: recovered.proven.recordId,
      predecessor: last === undefined ? undefined : { ...last.header.name, acceptedBytes: last.acceptedBytes },
      tail: recovered.tail, tailEnd: { nextPosition: recovered.end.position + 1n, parentId: recovered.end.recordId },
    });
    this.end = recovered.end;
    return recovered;
  }

  record(): LogRecord {
    const position = this.end.position + 1n;
    return {
      incarnation: INCARNATION, position, recordId: idText(this.random.bytes(16)), parentId: this.end.recordId, writerId: '00'.repeat(16),
      baseSystemTime: position, firstTxId: position, firstSeq: position, cut: false,
      transactions: [{ txId: position, systemTime: position, changes: [] }],
    };
  }

  append(): string {
    const record = this.record();
    const outcome = this.writer.append(frameOf(record), record.recordId, record.cut);
    if (outcome.kind === 'durable') this.end = { position: record.position, recordId: record.recordId };
    return outcome.kind;
  }

  segmentFile(): { data: Uint8Array } {
    const file = this.files.files.get(segmentFileName(this.writer.segment));
    if (file === undefined) throw new Error('the segment is there');
    return file;
  }

  /** Positions that a reader finds after a fresh open. */
  positions(): bigint[] {
    return recoverLog(this.files, INCARNATION, 0n, ZERO_RECORD_ID).chain.flatMap(({ header, acceptedBytes }) => {
      const name = segmentFileName(header.name);
      return [...recordsOf(this.files.read(name), acceptedBytes, name)].map((record) => record.position);
    });
  }
}

const upTo = (n: number): bigint[] => Array.from({ length: n }, (_, i) => BigInt(i));

describe('a local log', () => {
  test('gives back after a kill what was acknowledged before it', () => {
    const bench = new Bench();
    bench.open();
    for (let i = 0; i < 5; i++) expect(bench.append()).toBe('durable');
    bench.files.kill();
    expect(bench.open().end.position).toBe(4n);
    expect(bench.append()).toBe('durable');
    expect(bench.positions()).toEqual(upTo(6));
  });

  test('keeps every acknowledged record through a power loss, also when syncedTo lagged', () => {
    const bench = new Bench();
    bench.open();
    for (let i = 0; i < 3; i++) bench.append();
    bench.files.powerLoss();
    bench.open();
    expect(bench.positions()).toEqual(upTo(3));
  });

  test('drops a torn record that was never acknowledged', () => {
    const bench = new Bench();
    bench.open();
    bench.append();
    bench.segmentFile().data.set([9, 0, 0, 0, 1, 2, 3], bench.writer.bytes);
    bench.files.kill();
    bench.open();
    expect(bench.append()).toBe('durable');
    expect(bench.positions()).toEqual(upTo(2));
  });

  test('writes records over zeros, and cuts the zeros off when a segment ends', () => {
    const bench = new Bench();
    bench.open();
    bench.append();
    const file = bench.segmentFile();
    const { length } = file.data;
    expect(length).toBeGreaterThan(100_000);
    expect(file.data.subarray(bench.writer.bytes).some((byte) => byte !== 0)).toBe(false);
    for (let i = 0; i < 100; i++) bench.append();
    expect(file.data.length).toBe(length);
    const { bytes } = bench.writer;
    bench.writer.rollIfPossible();
    expect(file.data.length).toBe(bytes);
    bench.append();
    const last = bench.segmentFile();
    bench.writer.close();
    expect(last.data.length).toBe(bench.writer.bytes);
    expect(bench.positions()).toEqual(upTo(102));
  });

  test('does without zeros on a volume that has no room for them', () => {
    const bench = new Bench();
    bench.open();
    const file = bench.segmentFile();
    let writes = 0;
    bench.files.fault = (operation) => (operation === 'write' && ++writes % 3 === 2 ? 'ENOSPC' : undefined);
    bench.files.partialBytes = 700;
    for (let i = 0; i < 3; i++) expect(bench.append()).toBe('durable');
    expect(file.data.length).toBe(bench.writer.bytes);
    bench.files.fault = () => undefined;
    bench.files.powerLoss();
    bench.open();
    expect(bench.positions()).toEqual(upTo(3));
  });

  test('finds its end before zeros, whether syncedTo is there or not', () => {
    for (const syncedTo of [true, false]) {
      const bench = new Bench();
      bench.open();
      for (let i = 0; i < 3; i++) bench.append();
      if (!syncedTo) bench.files.remove('synced-to');
      bench.files.kill();
      expect(bench.open().end.position).toBe(2n);
      expect(bench.positions()).toEqual(upTo(3));
    }
  });

  test('leaves what a successor may have taken over as it is', () => {
    const bench = new Bench();
    bench.open();
    bench.append();
    const file = bench.segmentFile();
    bench.owners.create(ownerFileName(bench.owner + 1n));
    expect(bench.append()).toBe('not-owner');
    const { length } = file.data;
    bench.writer.close();
    expect(file.data.length).toBe(length);
  });

  test('reports a flipped bit in an acknowledged record as corruption, wherever it is, and never loses the record silently', () => {
    const bench = new Bench();
    bench.open();
    for (let i = 0; i < 3; i++) bench.append();
    bench.files.kill();
    const file = bench.segmentFile();
    const good = file.data.slice();
    const acknowledged = bench.writer.bytes;
    for (let at = 0; at < acknowledged + 200; at++) {
      file.data = good.slice();
      file.data[at] = (good[at] as number) ^ (1 << (at % 8));
      let found: bigint[] | undefined;
      try { found = bench.positions(); } catch (error) {
        expect(error).toBeInstanceOf(EngineError);
        expect((error as EngineError).sqlState).toBe('XX001');
        expect((error as EngineError).message).toMatch(/damaged at offset \d+|another life/);
      }
      if (at >= acknowledged) expect(found).toEqual(upTo(3));
      else if (found !== undefined) throw new Error(`the flip of byte ${at} went unnoticed`);
    }
  });

  test('leaves a group out of the old segment when its sync failed, and writes it to a new one', () => {
    const bench = new Bench();
    bench.open();
    bench.append();
    let failures = 1;
    bench.files.fault = (operation) => (operation === 'sync' && failures-- > 0 ? 'EIO' : undefined);
    expect(bench.append()).toBe('durable');
    expect(bench.writer.segment.index).toBe(1);
    expect(bench.append()).toBe('durable');
    bench.files.powerLoss();
    bench.open();
    expect(bench.positions()).toEqual(upTo(3));
  });

  test('keeps a group undecided while no segment can be made, refuses others, and writes the same group when it can', () => {
    const bench = new Bench();
    bench.open();
    bench.append();
    bench.files.fault = (operation) => (operation === 'sync' ? 'EIO' : undefined);
    const record = bench.record();
    expect(bench.writer.append(frameOf(record), record.recordId, false).kind).toBe('undecided');
    expect(bench.append()).toBe('undecided');
    expect(bench.writer.recover()?.kind).toBe('undecided');
    bench.files.fault = () => undefined;
    expect(bench.writer.recover()?.kind).toBe('durable');
    bench.end = { position: record.position, recordId: record.recordId };
    expect(bench.append()).toBe('durable');
    bench.files.powerLoss();
    bench.open();
    expect(bench.positions()).toEqual(upTo(3));
  });

  test('refuses a record when the volume is full, and takes the next one when there is space', () => {
    const bench = new Bench();
    bench.open();
    bench.append();
    bench.files.fault = (operation) => (operation === 'write' ? 'ENOSPC' : undefined);
    bench.files.partialBytes = 11;
    expect(bench.append()).toBe('no-space');
    bench.files.fault = () => undefined;
    expect(bench.append()).toBe('durable');
    bench.files.powerLoss();
    bench.open();
    expect(bench.positions()).toEqual(upTo(2));
  });

  test('stops when another process has taken the directory', () => {
    const bench = new Bench();
    bench.open();
    bench.append();
    bench.owners.create(ownerFileName(bench.owner + 1n));
    expect(bench.append()).toBe('not-owner');
  });

  test('survives a death at every operation of opening and appending: acknowledged records are there, in order, without gaps', () => {
    for (let deadline = 0; deadline < 60; deadline++) {
      for (const loss of ['kill', 'powerLoss'] as const) {
        const bench = new Bench();
        bench.open();
        bench.append();
        let operations = 0;
        bench.files.fault = () => (operations++ >= deadline ? 'EIO' : undefined);
        let acknowledged = 1;
        try {
          for (let i = 0; i < 3; i++) if (bench.append() === 'durable') acknowledged += 1;
          bench.open();
          for (let i = 0; i < 3; i++) if (bench.append() === 'durable') acknowledged += 1;
        } catch { /* the machine is gone */ }
        bench.files.fault = () => undefined;
        bench.files[loss]();
        bench.open();
        const found = bench.positions();
        expect(found).toEqual(upTo(found.length));
        expect(found.length).toBeGreaterThanOrEqual(acknowledged);
      }
    }
  });

  test('a segment header has its stated length', () => {
    const bench = new Bench();
    bench.open();
    expect(bench.writer.bytes).toBe(SEGMENT_HEADER_BYTES);
  });
});
