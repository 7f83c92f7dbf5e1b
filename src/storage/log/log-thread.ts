/**
 * The log's own thread, so that neither four hung reads nor a busy main thread can stop a commit. Requests are answered in order.
 */
import { parentPort } from 'node:worker_threads';
import { assert } from '../../base/assert.ts';
import { LogHost, type LogRequest } from './log-host.ts';
import type { SharedAppend, ThreadRequest } from './log-worker.ts';

const host = new LogHost();
const port = parentPort;
assert(port !== null, 'the log thread is started as a worker');
let shared: Uint8Array = new Uint8Array(0);

function appendOf({ memory, byteCount, recordId, cut }: SharedAppend): LogRequest {
  if (memory !== undefined) shared = new Uint8Array(memory);
  return { kind: 'append', frame: shared.subarray(0, byteCount), recordId, cut };
}

port.on('message', (request: ThreadRequest) => { port.postMessage(host.answer(request.kind === 'append-shared' ? appendOf(request) : request)); });
