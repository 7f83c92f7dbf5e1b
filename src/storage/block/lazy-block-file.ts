import type { ColumnType } from '../../data/types/type.ts';
import type { Value } from '../../data/types/value.ts';
import type { ColumnChunk } from '../../data/vector/chunk.ts';
import type { PageTimeBounds, RawFile, RawPage, RawPageInfo, RawTimes } from '../scan/raw-file.ts';
import type { ObjectStore } from '../store/object-store.ts';
import { openBlockFile } from './block-reader.ts';
import type { BlockFile } from './block-reader.ts';
import type { FileEntry } from './manifest.ts';
import type { PageCache } from './page-cache.ts';

/**
 * A file that a manifest names, opened when it is first needed: a database starts and serves everything else when one of its files
 * is damaged or its volume is ill. What could not be opened is tried again at the next use.
 */
export class LazyBlockFile implements RawFile {
  readonly name: string;
  readonly block: number;
  readonly rowCount: number;
  readonly minSeq: number;
  readonly maxSeq: number;
  /** Those of the table, of which the file has some. */
  readonly columns: ReadonlyMap<string, ColumnType>;
  readonly #open: () => Promise<BlockFile>;
  #opening: Promise<BlockFile> | undefined;

  constructor(store: ObjectStore, entry: FileEntry, columns: ReadonlyMap<string, ColumnType>, cache: PageCache) {
    this.name = entry.location.name;
    this.block = entry.id.base;
    this.rowCount = entry.bounds.rowCount;
    this.minSeq = entry.bounds.minSeq;
    this.maxSeq = entry.bounds.maxSeq;
    this.columns = columns;
    this.#open = () => openBlockFile(store, entry.location, cache);
  }

  #file(): Promise<BlockFile> {
    if (this.#opening !== undefined) return this.#opening;
    const opening = this.#open();
    this.#opening = opening;
    opening.catch(() => { if (this.#opening === opening) this.#opening = undefined; });
    return opening;
  }

  async pages(): Promise<readonly RawPageInfo[]> { return (await this.#file()).pages(); }
  async timeBounds(): Promise<readonly PageTimeBounds[]> { return (await this.#file()).timeBounds(); }
  async readTimes(page: number): Promise<RawTimes> { return (await this.#file()).readTimes(page); }
  async readPage(page: number, columns: readonly string[]): Promise<RawPage> { return (await this.#file()).readPage(page, columns); }
  async readColumns(page: number, columns: readonly string[]): Promise<readonly ColumnChunk[]> { return (await this.#file()).readColumns(page, columns); }
  async readEntity(id: Value, columns: readonly string[]): Promise<readonly RawPage[]> { return (await this.#file()).readEntity(id, columns); }
}
