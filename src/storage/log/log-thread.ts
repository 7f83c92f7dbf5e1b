/**
 * The log's own thread: it opens, appends and syncs, so that neither four hung reads nor a busy main thread can stop a commit.
 * Requests are answered in order; see `LogRequest` for what can be asked.
 */
import { parentPort } from 'node:worker_threads';
import { assert, must } from '../../base/assert.ts';
import { type ErrorCode, isEngineError } from '../../base/errors.ts';
import type { LogEnd } from './log.ts';
import { openLogFiles } from './log-files.ts';
import { type ChainLink, recoverLog } from './log-recovery.ts';
import { segmentFileName } from './segment.ts';
import { type AppendOutcome, ownerFileName, SegmentWriter } from './segment-writer.ts';

export interface OpenRequest { readonly kind: 'open'; readonly logDirectory: string; readonly ownerDirectory: string; readonly incarnation: string; readonly from: bigint; readonly startId: string }
export type LogRequest =
  | OpenRequest
  | { readonly kind: 'append'; readonly record: Uint8Array; readonly recordId: string; readonly cut: boolean }
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

let writer: SegmentWriter | undefined;
let files: ReturnType<typeof openLogFiles> | undefined;
let openedFrom = 0n;
let incarnation = '';

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

function open(request: OpenRequest): LogReply {
  files = openLogFiles(request.logDirectory);
  const owners = openLogFiles(request.ownerDirectory);
  openedFrom = request.from;
  incarnation = request.incarnation;
  const recovered = recoverLog(files, request.incarnation, request.from, request.startId);
  const owner = takeOwnership(owners);
  const last = recovered.chain.at(-1);
  writer = new SegmentWriter(files, owners, {
    incarnation: request.incarnation,
    owner,
    nextPosition: recovered.proven.position + 1n,
    parentId: recovered.proven.recordId,
    predecessor: last === undefined ? undefined : { ...last.header.name, acceptedBytes: last.acceptedBytes },
    tail: recovered.tail,
    tailEnd: { nextPosition: recovered.end.position + 1n, parentId: recovered.end.recordId },
  });
  return { kind: 'opened', end: recovered.end };
}

/** The chain as it is now: the current segment counts up to what was accepted. */
function currentChain(): ChainLink[] {
  const open = must(files, 'the log is open');
  const current = must(writer, 'the log is open');
  const { chain } = recoverLog(open, incarnation, openedFrom, '');
  return chain.map((link, i) => (i === chain.length - 1 ? { ...link, acceptedBytes: current.bytes } : link));
}

function release(position: bigint): void {
  const chain = currentChain();
  const open = must(files, 'the log is open');
  for (let i = 0; i + 1 < chain.length; i++) {
    const successor = chain[i + 1] as ChainLink;
    if (successor.header.firstPosition - 1n > position) break;
    open.remove(segmentFileName((chain[i] as ChainLink).header.name));
    openedFrom = successor.header.firstPosition;
  }
}

function answer(request: LogRequest): LogReply {
  switch (request.kind) {
    case 'open': return open(request);
    case 'append': return { kind: 'appended', outcome: must(writer, 'the log is open').append(request.record, request.recordId, request.cut) };
    case 'recover': return { kind: 'appended', outcome: must(writer, 'the log is open').recover() };
    case 'chain': return { kind: 'chain', chain: currentChain() };
    case 'release': release(request.position); return { kind: 'done' };
    case 'close': writer?.close(); return { kind: 'done' };
  }
}

function failure(error: unknown): LogReply {
  if (isEngineError(error)) return { kind: 'failed', code: error.code, message: error.message };
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const message = error instanceof Error ? error.message : String(error);
  if (code === 'ENOSPC' || code === 'EDQUOT') return { kind: 'failed', code: 'disk-full', message: `the log cannot be written: ${message}` };
  return { kind: 'failed', code: /^E[A-Z]+$/.test(code) ? 'io-error' : 'internal', message: `the log failed: ${message}` };
}

const port = parentPort;
assert(port !== null, 'the log thread is started as a worker');
port.on('message', (request: LogRequest) => {
  let reply: LogReply;
  try { reply = answer(request); } catch (error) { reply = failure(error); }
  port.postMessage(reply);
});
