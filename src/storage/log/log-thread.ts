/**
 * The log's own thread, so that neither four hung reads nor a busy main thread can stop a commit. Requests are answered in order.
 */
import { parentPort } from 'node:worker_threads';
import { assert } from '../../base/assert.ts';
import { LogHost, type LogRequest } from './log-host.ts';

const host = new LogHost();
const port = parentPort;
assert(port !== null, 'the log thread is started as a worker');
port.on('message', (request: LogRequest) => { port.postMessage(host.answer(request)); });
