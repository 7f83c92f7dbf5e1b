/**
 * The writing end of the local log: synchronous, single-threaded, no promises. Everything that can go wrong with a disk ends here.
 *
 *   append: write (over zeros, or with zeros behind it) ─▶ sync ─▶ still the owner? ─▶ syncedTo ─▶ durable
 *              │        └ failed: the kernel may have dropped the pages and say yes next time, so this file is never synced again:
 *              │          the group goes into a new segment whose header leaves it out of the old one; if that fails too, `undecided`
 *              └ no space: the file is cut back to what was accepted; the record is not in the log
 */
import { assert, must } from '../../base/assert.ts';
import type { LogFiles } from './log-files.ts';
import {
  type ChainLink, encodeFrame, encodeSegmentHeader, encodeSyncedTo, FRAME_HEADER_BYTES, sealFrame, SEGMENT_HEADER_BYTES, type SegmentHeader, type SegmentName, segmentFileName,
} from './segment.ts';

/** A segment is closed when it has this many bytes. */
const SEGMENT_BYTES_MAX = 64 * 1024 * 1024;
/**
 * Zeros that are written behind a record for which there were none left. A sync that changes the length of the file costs the file
 * system's journal besides the data, twice the time of one that does not.
 */
const ZEROS = new Uint8Array(128 * 1024);
/** Larger records would double what is written, and their own time is long. */
const RECORD_BYTES_WITH_ZEROS = 16 * 1024;
export const SYNCED_TO_FILE = 'synced-to';

/** How an append ended. `undecided`: the group is kept and `recover` writes it again; nothing else is accepted before. */
export type AppendOutcome = { readonly kind: 'durable' } | { readonly kind: 'no-space' } | { readonly kind: 'undecided'; readonly reason: string } | { readonly kind: 'not-owner' };

export interface WriterStart {
  readonly incarnation: string;
  readonly owner: bigint;
  /** Position and parent of the next record. */
  readonly nextPosition: bigint;
  readonly parentId: string;
  readonly predecessor: SegmentName & { readonly acceptedBytes: number } | undefined;
  /** Records of the predecessor's unproven tail, which the first segment begins with. */
  readonly tail: readonly Uint8Array[];
  readonly tailEnd: { readonly nextPosition: bigint; readonly parentId: string };
}

const codeOf = (error: unknown): string => (error instanceof Error && 'code' in error ? String(error.code) : String(error));
const isNoSpace = (error: unknown): boolean => ['ENOSPC', 'EDQUOT'].includes(codeOf(error));

export class SegmentWriter {
  readonly #files: LogFiles;
  readonly #owners: LogFiles;
  readonly #incarnation: string;
  readonly #owner: bigint;
  #file = -1;
  #syncedToFile = -1;
  #header: SegmentHeader | undefined;
  #closed: ChainLink[] = [];
  #name: SegmentName;
  #bytes = 0;
  /** Length of the file: zeros from `#bytes` on. */
  #length = 0;
  #nextPosition: bigint;
  #parentId: string;
  /** The group whose fate is open: it is written again before anything else. */
  #undecided: { readonly frame: Uint8Array; readonly recordId: string } | undefined;

  /** Creates the first segment durably. Throws what the file system throws. */
  constructor(files: LogFiles, owners: LogFiles, start: WriterStart) {
    this.#files = files;
    this.#owners = owners;
    this.#incarnation = start.incarnation;
    this.#owner = start.owner;
    this.#name = { owner: start.owner, index: -1 };
    this.#nextPosition = start.nextPosition;
    this.#parentId = start.parentId;
    this.#roll(start.predecessor, start.tail);
    this.#nextPosition = start.tailEnd.nextPosition;
    this.#parentId = start.tailEnd.parentId;
  }

  get segment(): SegmentName { return this.#name; }
  get bytes(): number { return this.#bytes; }
  /** The segments made here, oldest first; the last one counts up to what was accepted so far. */
  get chain(): ChainLink[] { return [...this.#closed, { header: must(this.#header, 'a writer has a segment'), acceptedBytes: this.#bytes }]; }

  /** The oldest segments of the chain were removed. */
  forget(count: number): void { this.#closed = this.#closed.slice(count); }

  /** `frame` has room for its header; it is the caller's again afterwards. */
  append(frame: Uint8Array, recordId: string, cut: boolean): AppendOutcome {
    if (this.#undecided !== undefined) return { kind: 'undecided', reason: 'an earlier group is not decided yet' };
    sealFrame(frame);
    try {
      this.#files.write(this.#file, frame, this.#bytes);
    } catch (error) {
      return this.#afterFailedWrite(error, frame, recordId);
    }
    if (this.#bytes + frame.length > this.#length) this.#writeZeros(this.#bytes + frame.length, frame.length);
    try {
      this.#files.sync(this.#file);
    } catch (error) {
      return this.#writeElsewhere(error, frame, recordId);
    }
    if (!this.isOwner()) return { kind: 'not-owner' };
    this.#accept(frame, recordId);
    if (this.#bytes >= SEGMENT_BYTES_MAX || cut) this.rollIfPossible();
    return { kind: 'durable' };
  }

  /** Tries to write an undecided group into a new segment. Undefined when there is none. */
  recover(): AppendOutcome | undefined {
    const group = this.#undecided;
    if (group === undefined) return undefined;
    return this.#writeElsewhere(undefined, group.frame, group.recordId);
  }

  /** A new segment at a boundary; a failure only means that the old one goes on. */
  rollIfPossible(): void {
    this.#cutZeros();
    try { this.#roll({ ...this.#name, acceptedBytes: this.#bytes }, []); } catch { /* the current segment stays good */ }
  }

  isOwner(): boolean { return !this.#owners.exists(ownerFileName(this.#owner + 1n)); }

  close(): void {
    // What stands behind the accepted bytes may count for a successor.
    if (this.#undecided === undefined && this.isOwner()) this.#cutZeros();
    if (this.#file >= 0) this.#files.close(this.#file);
    if (this.#syncedToFile >= 0) this.#files.close(this.#syncedToFile);
    this.#file = -1;
    this.#syncedToFile = -1;
  }

  /** `end`: of the record that was just written. What cannot be had is gone without. */
  #writeZeros(end: number, recordBytes: number): void {
    this.#length = end;
    if (recordBytes > RECORD_BYTES_WITH_ZEROS) return;
    try {
      this.#files.write(this.#file, ZEROS, end);
      this.#length = end + ZEROS.length;
    } catch {
      try { this.#files.truncate(this.#file, end); } catch { /* some zeros are there: they are no frame */ }
    }
  }

  /** Leaves the segment as long as its records are. */
  #cutZeros(): void {
    if (this.#length === this.#bytes) return;
    this.#length = this.#bytes;
    try { this.#files.truncate(this.#file, this.#bytes); } catch { /* zeros are no frame */ }
  }

  #afterFailedWrite(error: unknown, frame: Uint8Array, recordId: string): AppendOutcome {
    if (!isNoSpace(error)) return this.#writeElsewhere(error, frame, recordId);
    this.#length = this.#bytes;
    try { this.#files.truncate(this.#file, this.#bytes); } catch (truncateError) { return this.#writeElsewhere(truncateError, frame, recordId); }
    return { kind: 'no-space' };
  }

  #writeElsewhere(error: unknown, frame: Uint8Array, recordId: string): AppendOutcome {
    this.#undecided ??= { frame: frame.slice(), recordId };
    try {
      this.#roll({ ...this.#name, acceptedBytes: this.#bytes }, [frame.subarray(FRAME_HEADER_BYTES)]);
    } catch (second) {
      return { kind: 'undecided', reason: `${codeOf(error)}, then ${codeOf(second)}` };
    }
    if (!this.isOwner()) return { kind: 'not-owner' };
    this.#undecided = undefined;
    this.#nextPosition += 1n;
    this.#parentId = recordId;
    return { kind: 'durable' };
  }

  #accept(frame: Uint8Array, recordId: string): void {
    this.#bytes += frame.length;
    this.#nextPosition += 1n;
    this.#parentId = recordId;
    this.#writeSyncedTo();
  }

  /** Creates the next segment with `records` in it, durably, and makes it the current one. Throws and changes nothing on failure. */
  #roll(predecessor: SegmentHeader['predecessor'], records: readonly Uint8Array[]): void {
    let name: SegmentName = { owner: this.#owner, index: this.#name.index + 1 };
    while (this.#files.exists(segmentFileName(name))) name = { owner: this.#owner, index: name.index + 1 };
    const segment: SegmentHeader = { name, incarnation: this.#incarnation, firstPosition: this.#nextPosition, parentId: this.#parentId, predecessor };
    const header = encodeSegmentHeader(segment);
    assert(header.length === SEGMENT_HEADER_BYTES, 'headers have a fixed length');
    const file = this.#files.create(segmentFileName(name));
    let bytes = header.length;
    try {
      this.#files.write(file, header, 0);
      for (const record of records) {
        const frame = encodeFrame(record);
        this.#files.write(file, frame, bytes);
        bytes += frame.length;
      }
      this.#files.sync(file);
      this.#files.syncDirectory();
    } catch (error) {
      this.#discard(file, name);
      throw error;
    }
    const old = this.#file;
    if (this.#header !== undefined) this.#closed.push({ header: this.#header, acceptedBytes: must(predecessor, 'a later segment has a predecessor').acceptedBytes });
    this.#file = file;
    this.#header = segment;
    this.#name = name;
    this.#bytes = bytes;
    this.#length = bytes;
    if (old >= 0) { try { this.#files.close(old); } catch { /* its bytes are decided by the new header */ } }
    this.#writeSyncedTo();
  }

  /** A half-made segment must not be found as the last one. */
  #discard(file: number, name: SegmentName): void {
    try { this.#files.close(file); } catch { /* it is removed below */ }
    try { this.#files.remove(segmentFileName(name)); } catch { /* its header says less than the next one's */ }
  }

  /** Not synced: it survives the process; after a power loss it may lag, and then the tail is kept as unproven. */
  #writeSyncedTo(): void {
    try {
      if (this.#syncedToFile < 0) this.#syncedToFile = this.#files.open(SYNCED_TO_FILE);
      this.#files.write(this.#syncedToFile, encodeSyncedTo({ segment: this.#name, bytes: this.#bytes }), 0);
    } catch { /* an older syncedTo proves less, never something wrong */ }
  }
}

export const ownerFileName = (owner: bigint): string => String(owner).padStart(10, '0');
