/** A worker thread for queries, as the thread sees it that asks: opens scans for it, hands on its batches. */
import { MessageChannel, type MessagePort, Worker } from 'node:worker_threads';
import type { CancelFlag, CancelReason } from '../../../base/cancel.ts';
import { EngineError } from '../../../base/errors.ts';
import type { CatalogView } from '../../../catalog/table-source.ts';
import { admitColumn } from '../../../data/vector/admit.ts';
import type { Batch } from '../../../data/vector/batch.ts';
import type { RowChunk } from '../../../data/vector/chunk.ts';
import type { KernelMemoryOptions } from '../../../data/vector/kernel-memory.ts';
import type { PhysicalPlan } from '../../plan/physical-plan.ts';
import type { ExecutionContext } from '../context.ts';
import { type ErrorMessage, errorMessage, errorOf, type EvaluationFacts, type FromWorker, Mailbox, type Start, type ToWorker } from './protocol.ts';

/** Batches that the worker may be ahead of the reader. */
const CREDITS = 2;

/** Sources run as TypeScript, the build as JavaScript. */
const ENTRY = new URL(`./worker-thread${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url);

function evaluationFacts({ evaluation, catalog }: ExecutionContext): EvaluationFacts {
  const tableOids = new Map<string, number>();
  const viewTexts = new Map<number, string>();
  for (const { shape } of catalog.tables()) {
    for (const name of [shape.name, `${shape.schema}.${shape.name}`, `${catalog.databaseName}.${shape.schema}.${shape.name}`]) {
      const oid = evaluation.tableOid(name);
      if (oid === undefined) continue;
      tableOids.set(name, oid);
      if (shape.view !== undefined) viewTexts.set(oid, shape.view.text);
    }
  }
  const { clockMicros, zone, user, database, searchPath, settings } = evaluation;
  return { clockMicros, zone, user, database, searchPath, settings: settings.all(), snapshotToken: evaluation.snapshotToken(), awaitToken: evaluation.awaitToken(), tableOids, viewTexts };
}

const batchOf = (chunk: RowChunk): Batch =>
  ({ rowCount: chunk.rowCount, vectors: chunk.columns.map((column) => admitColumn(column, chunk.rowCount, null)), selection: null });

/** The scans that a query in the worker has open here. */
class ServedScans {
  readonly #catalog: CatalogView;
  readonly #cancel: CancelFlag;
  readonly #post: (message: ToWorker) => void;
  readonly #open = new Map<number, AsyncIterator<RowChunk>>();

  constructor(catalog: CatalogView, cancel: CancelFlag, post: (message: ToWorker) => void) {
    this.#catalog = catalog;
    this.#cancel = cancel;
    this.#post = post;
  }

  open({ scan, schema, table, request }: Extract<FromWorker, { kind: 'open-scan' }>): void {
    const source = this.#catalog.table(schema, table);
    if (source === undefined) { this.#fail(scan, errorMessage(new EngineError('undefined-table', `Table not found: ${schema}.${table}`))); return; }
    this.#open.set(scan, source.scan(request, this.#cancel)[Symbol.asyncIterator]());
  }

  #fail(scan: number, error: ErrorMessage): void {
    this.#open.delete(scan);
    this.#post({ kind: 'scan-error', scan, error });
  }

  async next(scan: number): Promise<void> {
    const iterator = this.#open.get(scan);
    if (iterator === undefined) return;
    try {
      const result = await iterator.next();
      if (result.done === true) { this.#open.delete(scan); this.#post({ kind: 'scan-end', scan }); } else this.#post({ kind: 'chunk', scan, chunk: result.value });
    } catch (error) {
      this.#fail(scan, errorMessage(error));
    }
  }

  async close(scan: number): Promise<void> {
    const iterator = this.#open.get(scan);
    this.#open.delete(scan);
    await iterator?.return?.();
  }

  async closeAll(): Promise<void> { for (const scan of [...this.#open.keys()]) await this.close(scan); }
}

export class QueryWorker {
  readonly #thread: Worker;
  readonly #queries = new Set<Mailbox<FromWorker>>();
  #failure: Error | undefined;

  private constructor(thread: Worker) {
    this.#thread = thread;
    thread.unref();
    thread.on('error', (error) => { this.#fail(error instanceof Error ? error : new Error(String(error))); });
    thread.on('exit', () => { this.#fail(new EngineError('internal', 'the worker thread of a query has ended')); });
  }

  /** Starts the thread. Its kernel memory is its own. */
  static open(memory: KernelMemoryOptions): QueryWorker { return new QueryWorker(new Worker(ENTRY, { workerData: { memory } })); }

  #fail(error: Error): void {
    this.#failure ??= error;
    for (const mailbox of this.#queries) mailbox.fail(error);
  }

  /** As `executePlan` does it, in the worker. Several queries may run at a time; they take turns. */
  async* execute(plan: PhysicalPlan, context: ExecutionContext): AsyncGenerator<Batch, void, undefined> {
    if (this.#failure !== undefined) throw this.#failure;
    context.cancel.check();
    const { port1: port, port2 } = new MessageChannel();
    const start: Start = {
      plan, parameters: context.parameters, evaluation: evaluationFacts(context), basis: context.basis,
      blocksMax: context.blocksMax, bytesMax: context.bytesMax ?? context.budget?.bytesMax, recursionRowsMax: context.recursionRowsMax, port: port2,
    };
    this.#thread.postMessage(start, [port2]);
    const mailbox = new Mailbox<FromWorker>();
    this.#queries.add(mailbox);
    try {
      yield* readBatches(port, mailbox, context);
    } finally {
      this.#queries.delete(mailbox);
    }
  }

  async close(): Promise<void> { await this.#thread.terminate(); }
}

const REASONS: readonly CancelReason[] = ['user', 'timeout', 'shutdown'];

async function* readBatches(port: MessagePort, mailbox: Mailbox<FromWorker>, context: ExecutionContext): AsyncGenerator<Batch, void, undefined> {
  const post = (message: ToWorker): void => { port.postMessage(message); };
  const scans = new ServedScans(context.catalog, context.cancel, post);
  const onCancel = (): void => { post({ kind: 'cancel', reason: REASONS[Atomics.load(context.cancel.cell, 0) - 1] ?? 'user' }); };
  context.cancel.signal.addEventListener('abort', onCancel);
  port.on('message', (message: FromWorker) => {
    switch (message.kind) {
      case 'open-scan': scans.open(message); break;
      case 'next-chunk': void scans.next(message.scan); break;
      case 'close-scan': void scans.close(message.scan); break;
      default: mailbox.put(message);
    }
  });
  try {
    for (let credit = 0; credit < CREDITS; credit++) post({ kind: 'pull' });
    for (;;) {
      const message = await mailbox.take();
      if (message.kind === 'end') return;
      if (message.kind === 'error') throw errorOf(message.error);
      if (message.kind === 'set-setting') context.evaluation.settings.set(message.name, message.value);
      if (message.kind !== 'batch') continue;
      yield batchOf(message.chunk);
      post({ kind: 'pull' });
    }
  } finally {
    context.cancel.signal.removeEventListener('abort', onCancel);
    post({ kind: 'stop' });
    await scans.closeAll();
    port.close();
  }
}
