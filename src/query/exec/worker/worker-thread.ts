/** Entry of a query worker's thread: runs the plans that are posted to it, with tables that stay on the other side. */
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { must, unreachable } from '../../../base/assert.ts';
import { CancelFlag } from '../../../base/cancel.ts';
import { openSystemRandom } from '../../../base/random.ts';
import type { EvaluationContext } from '../../../catalog/function.ts';
import type { CatalogView, Scan, ScanRequest } from '../../../catalog/table-source.ts';
import { chunkOfBatch } from '../../../data/vector/batch.ts';
import type { RowChunk } from '../../../data/vector/chunk.ts';
import { KernelMemory, type KernelMemoryOptions } from '../../../data/vector/kernel-memory.ts';
import { executePlan } from '../execute.ts';
import { errorMessage, errorOf, type EvaluationFacts, type FromWorker, Mailbox, type Start, type ToWorker } from './protocol.ts';

const memory = new KernelMemory((workerData as { readonly memory: KernelMemoryOptions }).memory);
const random = openSystemRandom();

type ScanAnswer = Extract<ToWorker, { kind: 'chunk' | 'scan-end' | 'scan-error' }>;

function evaluationContext(facts: EvaluationFacts, post: (message: FromWorker) => void): EvaluationContext {
  const settings = new Map(facts.settings);
  const { clockMicros, zone, user, database, searchPath, tableOids, viewTexts } = facts;
  const names = new Map([...tableOids].map(([name, oid]) => [oid, name]));
  for (const [name, oid] of tableOids) if (!name.includes('.')) names.set(oid, name);
  return {
    clockMicros, zone, user, database, searchPath, random,
    settings: { get: (name) => settings.get(name), set: (name, value) => { settings.set(name, value); post({ kind: 'set-setting', name, value }); }, all: () => settings },
    snapshotToken: () => facts.snapshotToken, awaitToken: () => facts.awaitToken,
    tableOid: (name) => tableOids.get(name), tableName: (oid) => names.get(oid), viewText: (oid) => viewTexts.get(oid), sleep: () => undefined,
  };
}

/** Scans over the port. */
class RemoteScans {
  readonly #post: (message: FromWorker) => void;
  readonly #mailboxes = new Map<number, Mailbox<ScanAnswer>>();
  #count = 0;

  constructor(post: (message: FromWorker) => void) { this.#post = post; }

  answer(message: ScanAnswer): void { this.#mailboxes.get(message.scan)?.put(message); }

  /** Ends all waiting: the query is over. */
  abandon(error: Error): void { for (const mailbox of this.#mailboxes.values()) mailbox.fail(error); }

  async* #chunks(schema: string, table: string, request: ScanRequest): AsyncGenerator<RowChunk, void, undefined> {
    const scan = this.#count++;
    const mailbox = new Mailbox<ScanAnswer>();
    this.#mailboxes.set(scan, mailbox);
    this.#post({ kind: 'open-scan', scan, schema, table, request });
    try {
      for (;;) {
        this.#post({ kind: 'next-chunk', scan });
        const answer = await mailbox.take();
        if (answer.kind === 'scan-end') return;
        if (answer.kind === 'scan-error') throw errorOf(answer.error);
        yield answer.chunk;
      }
    } finally {
      this.#mailboxes.delete(scan);
      this.#post({ kind: 'close-scan', scan });
    }
  }

  /** Every name has a table here; that there is none is answered when it is scanned. */
  catalog(databaseName: string): CatalogView {
    return {
      databaseName,
      tables: () => [],
      table: (schema, name) => ({
        shape: { schema, name, columns: new Map(), shapeVersion: 0, temporal: true, rowEstimate: 0 },
        scan: (request): Scan => ({ residual: request.bounds, [Symbol.asyncIterator]: () => this.#chunks(schema, name, request) }),
      }),
    };
  }
}

/** One unit of permission for each batch that may be sent. */
class Credits {
  #count = 0;
  #waiting: (() => void) | undefined;

  add(): void {
    this.#count++;
    this.#waiting?.();
    this.#waiting = undefined;
  }

  async use(): Promise<void> {
    while (this.#count === 0) await new Promise<void>((resolve) => { this.#waiting = resolve; });
    this.#count--;
  }
}

async function runQuery(start: Start): Promise<void> {
  const { port, evaluation } = start;
  const post = (message: FromWorker): void => { port.postMessage(message); };
  const cancel = new CancelFlag();
  const scans = new RemoteScans(post);
  const credits = new Credits();
  listen(port, cancel, scans, credits);
  try {
    const batches = executePlan(start.plan, {
      catalog: scans.catalog(evaluation.database), parameters: start.parameters, evaluation: evaluationContext(evaluation, post), cancel, memory,
      basis: start.basis, blocksMax: start.blocksMax, bytesMax: start.bytesMax, recursionRowsMax: start.recursionRowsMax,
    });
    for await (const batch of batches) {
      await credits.use();
      cancel.check();
      post({ kind: 'batch', chunk: chunkOfBatch(batch) });
    }
    post({ kind: 'end' });
  } catch (error) {
    post({ kind: 'error', error: errorMessage(error) });
  }
}

function listen(port: MessagePort, cancel: CancelFlag, scans: RemoteScans, credits: Credits): void {
  port.on('message', (message: ToWorker) => {
    switch (message.kind) {
      case 'pull': credits.add(); return;
      case 'chunk': case 'scan-end': case 'scan-error': scans.answer(message); return;
      case 'cancel': cancel.cancel(message.reason); credits.add(); return;
      case 'stop':
        cancel.cancel('user');
        scans.abandon(new Error('the reader of the query has gone'));
        credits.add();
        return;
      default: unreachable(message);
    }
  });
}

must(parentPort, 'a query worker is a worker thread').on('message', (start: Start) => { void runQuery(start); });
