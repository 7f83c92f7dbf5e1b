/** A live generation as one snapshot sees it. */
import { CHUNK_ROWS_MAX, type ColumnChunk } from '../../data/vector/chunk.ts';
import type { MapKey } from '../key.ts';
import type { LiveChunk } from '../live/live-chunk.ts';
import { chunkIndexOf, rowInChunk, type LiveGeneration } from '../live/live-generation.ts';
import type { EntityRows } from './entity-rows.ts';
import type { ColumnPage } from './row-collector.ts';
import { RowBits } from './row-bits.ts';

/** Rows that staged events supersede: row → number of the first staged event of its entity. Marks up to `seq` count. */
export interface StagedMarks { readonly rows: ReadonlyMap<number, number>; readonly seq: number }

export interface LiveView {
  readonly generation: LiveGeneration;
  /** Events with greater numbers do not exist for this snapshot. */
  readonly seq: number;
  /** One for each staged layer on top. */
  readonly marks: readonly StagedMarks[];
}

/** A live generation at one snapshot, for one scan: its column pages are made once. */
export class LiveSource {
  readonly generation: LiveGeneration;
  readonly seq: number;
  readonly #marks: readonly StagedMarks[];
  readonly #documents: readonly string[];
  readonly #pages: (ColumnPage | undefined)[] = [];
  /** By chunk: newest rows of entities that files hold too; they are merged with those. */
  readonly shared = new RowBits();

  constructor(view: LiveView, documents: readonly string[]) {
    this.generation = view.generation;
    this.seq = view.seq;
    this.#marks = view.marks.filter((marks) => marks.rows.size > 0);
    this.#documents = documents;
  }

  get hasMarks(): boolean { return this.#marks.length > 0; }

  /** Whether staged events supersede the row. */
  isMarked(row: number): boolean {
    for (const marks of this.#marks) if ((marks.rows.get(row) ?? Infinity) <= marks.seq) return true;
    return false;
  }

  /** Columns of a chunk's rows for gathering; not to be handed out. */
  page(chunkIndex: number): ColumnPage {
    const known = this.#pages[chunkIndex];
    if (known !== undefined) return known;
    const chunk = this.generation.chunks[chunkIndex] as LiveChunk;
    const count = chunk.countUpTo(this.seq);
    const columns: ColumnChunk[] = this.#documents.map((name) => chunk.peekColumn(name, count));
    const page: ColumnPage = { columns };
    this.#pages[chunkIndex] = page;
    return page;
  }

  /** Takes the entity out of the live scan. Whether the snapshot sees it here. */
  share(key: MapKey): boolean {
    const row = this.generation.find(key, this.seq);
    if (row < 0) return false;
    this.shared.mark(chunkIndexOf(row), CHUNK_ROWS_MAX, rowInChunk(row), rowInChunk(row) + 1);
    return true;
  }

  /** Adds the entity's events, newest first. */
  collect(key: MapKey, entity: EntityRows): void {
    for (let row = this.generation.find(key, this.seq); row >= 0; row = this.generation.previousOf(row)) {
      const chunk = this.generation.chunkOf(row);
      const at = rowInChunk(row);
      entity.push(this.page(chunkIndexOf(row)), at, chunk.seq[at] as number, chunk.systemFrom[at] as bigint, chunk.validFrom[at] as bigint, chunk.validTo[at] as bigint, chunk.op[at] as number);
    }
  }
}
