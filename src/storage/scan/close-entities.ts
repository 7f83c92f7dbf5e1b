/**
 * One round of completing overlays: every entity that has an event above a number is resolved in all of the round's sources.
 *
 *   file 1      k3 k3 k7 k8         seeks what the others bring
 *   file 2      k3 k9               brings all of its keys: its events are above the number
 *   generation  k7                  brings the keys of its events above the number; has rows by hash
 *
 * A page whose rows are all puts to ∞ of different entities, and whose keys nobody else has, is not read.
 */
import type { CancelFlag } from '../../base/cancel.ts';
import { TimeSlice } from '../../base/turn.ts';
import { CHUNK_ROWS_MAX, type ColumnChunk } from '../../data/vector/chunk.ts';
import { chunkValue } from '../../data/vector/chunk-value.ts';
import { mapKey, type MapKey } from '../key.ts';
import { chunkIndexOf, rowInChunk, type LiveGeneration } from '../live/live-generation.ts';
import { addSorted, NO_ROWS } from '../live/sorted-rows.ts';
import { chunkOfKey, compareRows, lowerBound } from './compare-rows.ts';
import { FileCursor, KeyDriver, reorderFirst, sortDrivers, type Driver } from './entity-cursors.ts';
import { EntityVersions, type OverlayPages } from './entity-versions.ts';
import type { RawFile, RawPage, RawPageInfo } from './raw-file.ts';

/** Without an overlay its events close those of others, and nothing is written for its own. */
interface SourceBase { readonly overlay: OverlayPages | undefined }
export interface FileSource extends SourceBase { readonly kind: 'file'; readonly file: RawFile; readonly pages: readonly RawPageInfo[] }
/** `seq`: later events do not exist. */
export interface GenerationSource extends SourceBase { readonly kind: 'generation'; readonly generation: LiveGeneration; readonly seq: number }
export type RoundSource = FileSource | GenerationSource;

/** Entities between two looks at the cancel flag. */
const ENTITIES_A_STEP = 512;

/** `sources`, oldest first, hold all events of their entities that are as new as the first source's. */
export async function closeEntities(sources: readonly RoundSource[], above: number, cancel: CancelFlag): Promise<void> {
  const files = sources.filter((source) => source.kind === 'file');
  const generations = sources.filter((source) => source.kind === 'generation');
  await (files.length === 0 ? closeLive(generations, above, cancel) : new Round(files, generations, above, cancel).run());
}

/** Newest generations come first, and in each its newest event. */
function collectLive(generations: readonly GenerationSource[], key: MapKey, entity: EntityVersions): void {
  for (let at = generations.length - 1; at >= 0; at--) {
    const { generation, seq, overlay } = generations[at] as GenerationSource;
    for (let row = generation.find(key, seq); row >= 0; row = generation.previousOf(row)) {
      const chunk = generation.chunkOf(row);
      const i = rowInChunk(row);
      entity.push(overlay, chunkIndexOf(row), CHUNK_ROWS_MAX, i, chunk.seq[i] as number, chunk.systemFrom[i] as bigint, chunk.validFrom[i] as bigint, chunk.validTo[i] as bigint, chunk.op[i] as number);
    }
  }
}

/** Rows of a generation with numbers in (above, seq]. */
function* rowsAbove({ generation, seq }: GenerationSource, above: number): Generator<number> {
  let row = generation.rowCount;
  while (row > 0 && generation.seqOf(row - 1) > above) row -= 1;
  for (; row < generation.rowCount && generation.seqOf(row) <= seq; row++) yield row;
}

async function closeLive(generations: readonly GenerationSource[], above: number, cancel: CancelFlag): Promise<void> {
  const entity = new EntityVersions();
  const done = new Set<MapKey>();
  const slice = new TimeSlice();
  for (const source of generations) {
    for (const row of rowsAbove(source, above)) {
      if (row % ENTITIES_A_STEP === 0) { cancel.check(); await slice.pause(); }
      if (source.generation.isLone(row)) continue;
      const key = mapKey(source.generation.idOf(row));
      if (done.has(key)) continue;
      done.add(key);
      collectLive(generations, key, entity);
      entity.close();
    }
  }
}

class Round {
  readonly #generations: readonly GenerationSource[];
  /** By age. */
  readonly #files: readonly FileSource[];
  /** Newest first. */
  readonly #seekers: readonly FileCursor[];
  readonly #drivers: Driver[];
  readonly #entity = new EntityVersions();
  readonly #cancel: CancelFlag;

  constructor(files: readonly FileSource[], generations: readonly GenerationSource[], above: number, cancel: CancelFlag) {
    this.#files = files;
    this.#generations = generations;
    this.#cancel = cancel;
    const cursors = files.map(({ file, pages }, age) => new FileCursor(file, pages, age));
    this.#seekers = cursors.filter(({ file }) => file.maxSeq <= above).reverse();
    const keys = generations.map((source, index) => new KeyDriver(keysAbove(source, above), files.length + index));
    this.#drivers = sortDrivers([...cursors.filter(({ file }) => file.maxSeq > above), ...keys]);
  }

  async run(): Promise<void> {
    const slice = new TimeSlice();
    for (let entityCount = 0; this.#drivers.length > 0; entityCount++) {
      if (entityCount % ENTITIES_A_STEP === 0) { this.#cancel.check(); await slice.pause(); }
      const first = this.#drivers[0] as Driver;
      if (first instanceof FileCursor && !first.isLoaded) {
        if (this.#isAlone(first)) first.skipPage(); else await first.load();
        reorderFirst(this.#drivers);
      } else if (first instanceof FileCursor && this.#passes(first)) {
        reorderFirst(this.#drivers);
      } else {
        await this.#closeNext(first);
      }
    }
  }

  /** Whether nothing is closed on the page at which the driver stands, and nobody else has its keys. */
  #isAlone({ info }: FileCursor): boolean {
    if (!info.isPlain) return false;
    const second = this.#drivers[1];
    const last = chunkOfKey(info.lastKey);
    return (second === undefined || compareRows(last, 0, second.ids, second.row) < 0) && !this.#seekers.some((seeker) => seeker.mayHoldUpTo(last));
  }

  /** Moves over the entities of a plain page that come before those of all other sources, if there are any. */
  #passes(first: FileCursor): boolean {
    if (!first.info.isPlain || this.#seekers.length > 0) return false;
    const second = this.#drivers[1];
    const { rowCount, ids } = first.page;
    const to = second === undefined ? rowCount : lowerBound(ids, first.row, rowCount, second.ids, second.row);
    if (to === first.row) return false;
    first.moveTo(to);
    return true;
  }

  /** Resolves the entity at which `first` stands, and moves all drivers over it. */
  async #closeNext(first: Driver): Promise<void> {
    const { ids, row } = first;
    if (this.#generations.length > 0) collectLive(this.#generations, mapKey(chunkValue(ids, row)), this.#entity);
    for (let driver: Driver | undefined = first; driver !== undefined && compareRows(driver.ids, driver.row, ids, row) === 0; driver = this.#drivers[0]) {
      if (driver instanceof KeyDriver) driver.advance();
      else if (driver instanceof FileCursor) {
        if (!driver.isLoaded) await driver.load();
        driver.take(this.#push);
      }
      reorderFirst(this.#drivers);
    }
    for (const seeker of this.#seekers) await this.#takeSought(seeker, ids, row);
    this.#entity.close();
  }

  async #takeSought(seeker: FileCursor, ids: ColumnChunk, row: number): Promise<void> {
    for (;;) {
      while (!seeker.seek(ids, row)) await seeker.load();
      if (!seeker.isAtKey(ids, row)) return;
      seeker.take(this.#push);
    }
  }

  readonly #push = ({ age }: FileCursor, page: RawPage, pageIndex: number, from: number, to: number): void => {
    const { overlay } = this.#files[age] as FileSource;
    for (let row = from; row < to; row++) {
      this.#entity.push(overlay, pageIndex, page.rowCount, row, page.seq[row] as number, page.systemFrom[row] as bigint, page.validFrom[row] as bigint, page.validTo[row] as bigint, page.op[row] as number);
    }
  };
}

/** The keys of a generation's events above a number, in key order. */
function keysAbove(source: GenerationSource, above: number): ReturnType<typeof addSorted> {
  const rows = new Map<MapKey, number>();
  for (const row of rowsAbove(source, above)) rows.set(mapKey(source.generation.idOf(row)), row);
  const list = [...rows.values()];
  return addSorted(NO_ROWS, list.map((row) => source.generation.idOf(row)), list);
}
