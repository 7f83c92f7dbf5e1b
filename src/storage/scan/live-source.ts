/** A live generation as one snapshot sees it. */
import type { ColumnChunk } from '../../data/vector/chunk.ts';
import type { MapKey } from '../key.ts';
import type { LiveChunk } from '../live/live-chunk.ts';
import { chunkIndexOf, rowInChunk, type LiveGeneration } from '../live/live-generation.ts';
import type { EntityRows } from './entity-rows.ts';
import type { ColumnPage } from './row-collector.ts';

export interface LiveView {
  readonly generation: LiveGeneration;
  /** Events with greater numbers do not exist for this snapshot. */
  readonly seq: number;
}

/** A live generation at one snapshot, for one scan: its column pages are made once. */
export class LiveSource {
  readonly generation: LiveGeneration;
  readonly seq: number;
  readonly #documents: readonly string[];
  readonly #pages: (ColumnPage | undefined)[] = [];

  constructor(view: LiveView, documents: readonly string[]) {
    this.generation = view.generation;
    this.seq = view.seq;
    this.#documents = documents;
  }

  /** Columns of a chunk's rows for gathering; not to be handed out. */
  page(chunkIndex: number): ColumnPage {
    const known = this.#pages[chunkIndex];
    if (known !== undefined) return known;
    const chunk = this.generation.chunks[chunkIndex] as LiveChunk;
    const count = chunk.countUpTo(this.seq);
    const columns: ColumnChunk[] = this.#documents.map((name) => chunk.peekColumn(name, count));
    const page: ColumnPage = { columns, isLive: true };
    this.#pages[chunkIndex] = page;
    return page;
  }

  /** Adds the entity's events, newest first. */
  collect(key: MapKey, entity: EntityRows): void { pushEvents(this, key, entity, (chunkIndex) => this.page(chunkIndex)); }
}

/** Adds the entity's events, newest first; `pageOf` says where the columns of a chunk are read. */
export function pushEvents<Page>({ generation, seq }: Pick<LiveView, 'generation' | 'seq'>, key: MapKey, entity: EntityRows<Page>, pageOf: (chunkIndex: number) => Page): void {
  for (let row = generation.find(key, seq); row >= 0; row = generation.previousOf(row)) {
    const chunk = generation.chunkOf(row);
    const at = rowInChunk(row);
    entity.push(pageOf(chunkIndexOf(row)), at, chunk.seq[at] as number, chunk.systemFrom[at] as bigint, chunk.validFrom[at] as bigint, chunk.validTo[at] as bigint, chunk.op[at] as number);
  }
}
