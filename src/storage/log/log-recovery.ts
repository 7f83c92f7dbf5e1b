/**
 * Opening the local log: which segments make it up, how far each counts, and what its end is.
 *
 *   last segment ◀─ found by name          its predecessor ◀─ named in its header, with the bytes that count          … ◀─
 *
 * Segments that no chain reaches are leftovers of failed creations. `from` is the first position that anybody needs: the chain is not
 * followed, nor checked, further back than that.
 */
import { must } from '../../base/assert.ts';
import { EngineError } from '../../base/errors.ts';
import { decodeRecordHead } from './record-codec.ts';
import { type LogEnd, type RecordId, ZERO_RECORD_ID } from './log.ts';
import type { LogFiles } from './log-files.ts';
import {
  type ChainLink, compareSegments, damagedFrame, decodeSegmentHeader, decodeSyncedTo, endOfContent, FRAME_HEADER_BYTES, frameAt, isSameSegment, parseSegmentFileName,
  SEGMENT_HEADER_BYTES, type SegmentHeader, type SegmentName, segmentFileName, type SyncedTo,
} from './segment.ts';
import { SYNCED_TO_FILE } from './segment-writer.ts';

export interface RecoveredLog {
  /** Oldest first. Empty for a new log. */
  readonly chain: readonly ChainLink[];
  /** End of what is proven durable: the next segment's header states this. */
  readonly proven: LogEnd;
  /** Records after that in the last segment, as bytes, oldest first. */
  readonly tail: readonly Uint8Array[];
  /** End including the tail. */
  readonly end: LogEnd;
}

export function recoverLog(files: LogFiles, incarnation: string, from: bigint, startId: RecordId): RecoveredLog {
  const names = files.list().map(parseSegmentFileName).filter((name) => name !== undefined).sort(compareSegments);
  const syncedTo = files.exists(SYNCED_TO_FILE) ? decodeSyncedTo(files.read(SYNCED_TO_FILE)) : undefined;
  const last = lastSegment(files, names, syncedTo);
  if (last === undefined) {
    const end = { position: from - 1n, recordId: from === 0n ? ZERO_RECORD_ID : startId };
    return { chain: [], proven: end, tail: [], end };
  }
  const chain = followChain(files, last, from);
  for (const { header } of chain) checkIncarnation(header, incarnation);
  const tail = classifyTail(files, must(chain.at(-1), 'the chain has the last segment').header, syncedTo);
  chain[chain.length - 1] = { header: last, acceptedBytes: tail.provenBytes };
  if (tail.end.position < from - 1n) {
    throw new EngineError('corrupt', `the log ends at position ${tail.end.position}, but files cover positions up to ${from - 1n}: a part of the log is lost`);
  }
  return { chain, proven: tail.proven, tail: tail.records, end: tail.end };
}

const objectOf = (name: SegmentName): string => `log/${segmentFileName(name)}`;

function readHeader(files: LogFiles, name: SegmentName): SegmentHeader {
  const object = objectOf(name);
  if (!files.exists(segmentFileName(name))) throw new EngineError('corrupt', `${object} is missing: the log names it as a part of itself`);
  const bytes = files.read(segmentFileName(name));
  if (bytes.length < SEGMENT_HEADER_BYTES) throw new EngineError('corrupt', `${object} is damaged at offset ${bytes.length}: the segment header is cut short`);
  const header = decodeSegmentHeader(bytes, object);
  if (!isSameSegment(header.name, name)) throw new EngineError('corrupt', `${object} is damaged at offset 8: it is segment ${segmentFileName(header.name)}`);
  return header;
}

/** The newest segment that was finished. One that was being created when the process died has no whole header, and nothing in it counts. */
function lastSegment(files: LogFiles, names: readonly SegmentName[], syncedTo: SyncedTo | undefined): SegmentHeader | undefined {
  for (let i = names.length - 1; i >= 0; i--) {
    const name = names[i] as SegmentName;
    try {
      return readHeader(files, name);
    } catch (error) {
      const wasNeverUsed = syncedTo !== undefined && compareSegments(syncedTo.segment, name) < 0;
      const isTheFirst = syncedTo === undefined && i === 0 && files.read(segmentFileName(name)).length < SEGMENT_HEADER_BYTES;
      if (!wasNeverUsed && !isTheFirst) throw error;
    }
  }
  if (syncedTo !== undefined) throw new EngineError('corrupt', `${objectOf(syncedTo.segment)} is missing: ${syncedTo.bytes} bytes of it were acknowledged`);
  return undefined;
}

function followChain(files: LogFiles, last: SegmentHeader, from: bigint): ChainLink[] {
  const chain: ChainLink[] = [{ header: last, acceptedBytes: 0 }];
  for (let header = last; header.firstPosition > from && header.predecessor !== undefined;) {
    const { acceptedBytes, ...name } = header.predecessor;
    header = readHeader(files, name);
    chain.unshift({ header, acceptedBytes });
  }
  const first = must(chain[0], 'a chain has a segment').header;
  if (first.firstPosition > from) {
    throw new EngineError('corrupt', `${objectOf(first.name)} begins at position ${first.firstPosition}: positions ${from} to ${first.firstPosition - 1n} are missing from the log`);
  }
  return chain;
}

function checkIncarnation(header: SegmentHeader, incarnation: string): void {
  if (header.incarnation !== incarnation) {
    throw new EngineError('corrupt', `${objectOf(header.name)} belongs to another life of this database (${header.incarnation}, not ${incarnation})`);
  }
}

interface Tail { readonly provenBytes: number; readonly proven: LogEnd; readonly records: readonly Uint8Array[]; readonly end: LogEnd }

function classifyTail(files: LogFiles, header: SegmentHeader, syncedTo: SyncedTo | undefined): Tail {
  const object = objectOf(header.name);
  const bytes = files.read(segmentFileName(header.name));
  const names = syncedTo === undefined ? undefined : compareSegments(syncedTo.segment, header.name);
  // A syncedTo of an older segment proves that this one was made; nothing in it was acknowledged yet. Of a newer one: that one is lost.
  if (names !== undefined && names > 0) throw new EngineError('corrupt', `${objectOf((syncedTo as SyncedTo).segment)} is missing: ${(syncedTo as SyncedTo).bytes} bytes of it were acknowledged`);
  const provenTo = syncedTo === undefined ? endOfContent(bytes) : names === 0 ? syncedTo.bytes : SEGMENT_HEADER_BYTES;
  let at = SEGMENT_HEADER_BYTES;
  let end: LogEnd = { position: header.firstPosition - 1n, recordId: header.parentId };
  let proven = end;
  let provenBytes = at;
  const records: Uint8Array[] = [];
  for (;;) {
    const frame = frameAt(bytes, at);
    if (frame === undefined) break;
    const record = decodeRecordHead(frame.record, object, at + FRAME_HEADER_BYTES);
    if (record.position !== end.position + 1n || record.parentId !== end.recordId) throw damagedFrame(object, at);
    end = { position: record.position, recordId: record.recordId };
    at = frame.to;
    if (at <= provenTo) { proven = end; provenBytes = at; } else records.push(frame.record);
  }
  if (at < provenTo) throw damagedFrame(object, at);
  return { provenBytes, proven, records, end };
}
