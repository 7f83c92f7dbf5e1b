/**
 * The log's end that touches the disk: it opens, appends and syncs, synchronously. It lives in a thread of its own (`log-thread.ts`); tests
 * that open a database thousands of times have it in theirs.
 *
 *   LocalLog ──LogRequest──▶ LogPort ──▶ LogHost ──▶ SegmentWriter, recoverLog ──▶ LogFiles
 *            ◀──LogReply────
 */
import { must } from '../../base/assert.ts';
import { type ErrorCode, isEngineError } from '../../base/errors.ts';
import type { LogEnd } from './log.ts';
import { type LogFiles, openLogFiles } from './log-files.ts';
import { recoverLog } from './log-recovery.ts';
import { type ChainLink, compareSegments, parseSegmentFileName, segmentFileName } from './segment.ts';
import { type AppendOutcome, ownerFileName, SegmentWriter } from './segment-writer.ts';

export interface OpenRequest { readonly kind: 'open'; readonly logDirectory: string; readonly ownerDirectory: string; readonly incarnation: string; readonly from: bigint; readonly startId: string }
/** The frame has room for its header; it is the sender's again when this is answered. */
export interface AppendRequest { readonly kind: 'append'; readonly frame: Uint8Array; readonly recordId: string; readonly cut: boolean }
export type LogRequest =
  | OpenRequest
  | AppendRequest
  | { readonly kind: 'recover' }
  | { readonly kind: 'chain' }
  | { readonly kind: 'release'; readonly position: bigint }
  | { readonly kind: 'close' };

export type LogReply =
  | { readonly kind: 'opened'; readonly end: LogEnd }
  | { readonly kind: 'appended'; readonly outcome: AppendOutcome | undefined }
  | { readonly kind: 'chain'; readonly chain: readonly ChainLink[] }
  | { readonly kind: 'done' }
  | { readonly kind: 'failed'; readonly code: ErrorCode; readonly message: string };

/** Carries requests to a host, in order. */
export interface LogPort {
  /** Rejects only when there is no host any more; what failed there is a `failed` reply. */
  ask(request: LogRequest): Promise<LogReply>;
  end(): Promise<void>;
}

/** Takes the next owner number: whoever sees a higher one than its own stops. */
function takeOwnership(owners: ReturnType<typeof openLogFiles>): bigint {
  let owner = owners.list().reduce((max, name) => (/^\d{10}$/.test(name) && BigInt(name) > max ? BigInt(name) : max), 0n) + 1n;
  for (;;) {
    try {
      owners.close(owners.create(ownerFileName(owner)));
      break;
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
      owner += 1n;
    }
  }
  owners.syncDirectory();
  for (const name of owners.list()) if (/^\d{10}$/.test(name) && BigInt(name) < owner) owners.remove(name);
  return owner;
}

/** Oldest first in `chain`: what lies before it was covered when a process died that had yet to delete it. */
function removeCovered(files: LogFiles, chain: readonly ChainLink[]): void {
  const first = chain[0]?.header.name;
  if (first === undefined) return;
  for (const fileName of files.list()) {
    const name = parseSegmentFileName(fileName);
    if (name !== undefined && compareSegments(name, first) < 0) files.remove(fileName);
  }
}

export class LogHost {
  readonly #openFiles: (directory: string) => LogFiles;
  #writer: SegmentWriter | undefined;
  #files: LogFiles | undefined;
  /** Segments of earlier owners that are still there, oldest first. */
  #earlier: ChainLink[] = [];

  constructor(openFiles: (directory: string) => LogFiles = openLogFiles) { this.#openFiles = openFiles; }

  /** Never throws: errors are replies. */
  answer(request: LogRequest): LogReply {
    try {
      return this.#answer(request);
    } catch (error) {
      return failure(error);
    }
  }

  #answer(request: LogRequest): LogReply {
    switch (request.kind) {
      case 'open': return this.#open(request);
      case 'append': return { kind: 'appended', outcome: must(this.#writer, 'the log is open').append(request.frame, request.recordId, request.cut) };
      case 'recover': return { kind: 'appended', outcome: must(this.#writer, 'the log is open').recover() };
      case 'chain': return { kind: 'chain', chain: this.#chain() };
      case 'release': this.#release(request.position); return { kind: 'done' };
      case 'close': this.#writer?.close(); return { kind: 'done' };
    }
  }

  #open(request: OpenRequest): LogReply {
    const files = this.#openFiles(request.logDirectory);
    const owners = this.#openFiles(request.ownerDirectory);
    this.#files = files;
    const recovered = recoverLog(files, request.incarnation, request.from, request.startId);
    const owner = takeOwnership(owners);
    const last = recovered.chain.at(-1);
    this.#writer = new SegmentWriter(files, owners, {
      incarnation: request.incarnation,
      owner,
      nextPosition: recovered.proven.position + 1n,
      parentId: recovered.proven.recordId,
      predecessor: last === undefined ? undefined : { ...last.header.name, acceptedBytes: last.acceptedBytes },
      tail: recovered.tail,
      tailEnd: { nextPosition: recovered.end.position + 1n, parentId: recovered.end.recordId },
    });
    this.#earlier = [...recovered.chain];
    removeCovered(files, recovered.chain);
    return { kind: 'opened', end: recovered.end };
  }

  #chain(): ChainLink[] { return [...this.#earlier, ...must(this.#writer, 'the log is open').chain]; }

  /** The current segment stays, whatever is in it. */
  #release(position: bigint): void {
    const writer = must(this.#writer, 'the log is open');
    const chain = this.#chain();
    let count = 0;
    while (count + 1 < chain.length && (chain[count + 1] as ChainLink).header.firstPosition - 1n <= position) count += 1;
    for (const { header } of chain.slice(0, count)) must(this.#files, 'the log is open').remove(segmentFileName(header.name));
    writer.forget(Math.max(0, count - this.#earlier.length));
    this.#earlier = this.#earlier.slice(count);
  }
}

function failure(error: unknown): LogReply {
  if (isEngineError(error)) return { kind: 'failed', code: error.code, message: error.message };
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const message = error instanceof Error ? error.message : String(error);
  if (code === 'ENOSPC' || code === 'EDQUOT') return { kind: 'failed', code: 'disk-full', message: `the log cannot be written: ${message}` };
  return { kind: 'failed', code: /^E[A-Z]+$/.test(code) ? 'io-error' : 'internal', message: `the log failed: ${message}` };
}
