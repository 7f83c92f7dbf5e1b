/**
 * A stored table as of one snapshot.
 *
 *   `_id =`, IN ──▶ key lookup: hash maps, page indexes
 *   else        ──▶ settled pages, then raw files and live generations page by page
 */
import type { CancelFlag } from '../../base/cancel.ts';
import { TimeSlice } from '../../base/turn.ts';
import type { ColumnBound, Scan, ScanRequest, TableLayout, TableShape, TableSource } from '../../catalog/table-source.ts';
import { isList, type Value } from '../../data/types/value.ts';
import type { RowChunk } from '../../data/vector/chunk.ts';
import { isKeyable, mapKey } from '../key.ts';
import type { TableVersion } from '../live/table-state.ts';
import type { TemporalBounds } from '../temporal/resolve.ts';
import { EntityRows } from './entity-rows.ts';
import { findLive } from './live-lookup.ts';
import { lookUpKeys, lookUpLive } from './key-lookup.ts';
import { LiveSource, type LiveView } from './live-source.ts';
import { scanMerged } from './settled-scan.ts';
import { planOutput, RowCollector } from './row-collector.ts';
import type { ScanContext } from './scan-context.ts';

/** What a snapshot sees of a table: the published version, and live views that hold staged events too. */
export interface TableView {
  readonly version: TableVersion;
  /** Oldest first. */
  readonly live: readonly LiveView[];
  /** System time of the snapshot's newest event, µs; staged ones included. */
  readonly systemTime: bigint;
  /** The snapshot without staged events: number of the table's last event, and the system time that it was taken at. */
  readonly committed: { readonly seq: number; readonly systemTime: bigint };
}

/** The keys that a bound on `_id` allows, each once; undefined when it cannot be answered by keys. */
function keysOf(bound: ColumnBound): readonly Value[] | undefined {
  if (bound.column !== '_id' || (bound.op !== '=' && bound.op !== 'in')) return undefined;
  const wanted: readonly Value[] = bound.op === 'in' ? bound.values : [bound.value];
  const keys = new Map<unknown, Value>();
  for (const value of wanted) {
    if (value === null) continue;
    if (isList(value) || !isKeyable(value)) return undefined;
    keys.set(mapKey(value), value);
  }
  return [...keys.values()];
}

export class StoredTable implements TableSource {
  readonly shape: TableShape;
  readonly #view: TableView;

  constructor(view: TableView) {
    const { version } = view;
    this.#view = view;
    this.shape = {
      schema: version.schema, name: version.name, columns: version.columns, shapeVersion: version.shapeVersion,
      temporal: true, rowEstimate: version.rowEstimate, isDropped: version.isDropped, view: version.view,
      past: version.past === undefined ? undefined : { columns: version.allColumns, until: version.past.until },
    };
  }

  layout(): TableLayout {
    const { files, rowEstimate } = this.#view.version;
    const inFiles = files.reduce((sum, file) => sum + file.rowCount, 0);
    return {
      liveRowCount: Math.max(0, rowEstimate - inFiles),
      files: files.map((file, index) => ({ block: file.block ?? index, name: file.name, rowCount: file.rowCount })),
    };
  }

  lookUp(request: ScanRequest): readonly RowChunk[] | undefined {
    const [bound] = request.bounds;
    if (bound === undefined || request.bounds.length > 1 || !isLiveOnly(this.#view)) return undefined;
    const keys = keysOf(bound);
    return keys === undefined ? undefined : [findLive(this.#view.live, request.columns, boundsOf(this.#view, request), keys)];
  }

  scan(request: ScanRequest, cancel: CancelFlag): Scan {
    let keys: readonly Value[] | undefined;
    const residual = request.bounds.filter((bound) => {
      if (keys !== undefined) return true;
      keys = keysOf(bound);
      return keys === undefined;
    });
    const view = this.#view;
    return { residual, [Symbol.asyncIterator]: () => iterate(view, request, keys, cancel) };
  }
}

const isLiveOnly = (view: TableView): boolean => view.version.files.length === 0 && view.version.settled === undefined;

function iterate(view: TableView, request: ScanRequest, keys: readonly Value[] | undefined, cancel: CancelFlag): AsyncIterator<RowChunk, void, undefined> {
  if (keys !== undefined && isLiveOnly(view)) return new LiveLookup(view, request, keys, cancel);
  const chunks = scanView(view, request, keys, cancel);
  return request.limit === undefined ? chunks : limited(chunks, request.limit);
}

/** Entities of a table without files: all there is to do is done at the first call. */
class LiveLookup implements AsyncIterator<RowChunk, void, undefined> {
  readonly #view: TableView;
  readonly #request: ScanRequest;
  readonly #keys: readonly Value[];
  readonly #cancel: CancelFlag;
  #chunks: RowChunk[] | undefined;

  constructor(view: TableView, request: ScanRequest, keys: readonly Value[], cancel: CancelFlag) {
    this.#view = view;
    this.#request = request;
    this.#keys = keys;
    this.#cancel = cancel;
  }

  next(): Promise<IteratorResult<RowChunk, void>> {
    try {
      this.#cancel.check();
      this.#chunks ??= lookUpLive(openContext(this.#view, this.#request), this.#keys);
      const chunk = this.#chunks.shift();
      return Promise.resolve(chunk === undefined ? { done: true, value: undefined } : { done: false, value: chunk });
    } catch (error) {
      return Promise.reject(error as Error);
    }
  }

  return(): Promise<IteratorResult<RowChunk, void>> {
    this.#chunks = [];
    return Promise.resolve({ done: true, value: undefined });
  }
}

/** What is asked for, but nothing later than what the view knows. */
function boundsOf(view: TableView, request: ScanRequest): TemporalBounds {
  const basis = view.systemTime + 1n;
  return {
    validFrom: request.valid.from, validTo: request.valid.to,
    systemFrom: request.system.from, systemTo: request.system.to < basis ? request.system.to : basis,
    clamp: request.clampValid,
  };
}

function openContext(view: TableView, request: ScanRequest): ScanContext {
  const plan = planOutput(request.columns);
  const collector = new RowCollector(plan);
  return {
    view, plan, bounds: boundsOf(view, request), collector, entity: new EntityRows(collector),
    sources: view.live.map((live) => new LiveSource(live, plan.documents)),
    files: view.version.files, settled: view.version.settled,
  };
}

async function* scanView(view: TableView, request: ScanRequest, keys: readonly Value[] | undefined, cancel: CancelFlag): AsyncGenerator<RowChunk, void, undefined> {
  const context = openContext(view, request);
  const slice = new TimeSlice();
  const steps = keys !== undefined ? lookUpKeys(context, keys) : scanMerged(context, cancel);
  cancel.check();
  for await (const chunk of steps) {
    cancel.check();
    if (chunk !== undefined) yield chunk;
    else await slice.pause();
  }
  context.collector.finish();
  for (let ready = context.collector.takeReady(); ready !== undefined; ready = context.collector.takeReady()) yield ready;
}

/** Ends after the chunk that holds the last row that is needed. */
async function* limited(chunks: AsyncGenerator<RowChunk, void, undefined>, limit: number): AsyncGenerator<RowChunk, void, undefined> {
  let rowCount = 0;
  if (limit <= 0) return;
  for await (const chunk of chunks) {
    yield chunk;
    rowCount += chunk.rowCount;
    if (rowCount >= limit) return;
  }
}
