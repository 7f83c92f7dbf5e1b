/**
 * The block store of a database: block files and manifests in an object store.
 *
 *   open ─▶ newest manifest (or the first one, with a new incarnation) ─▶ orphans of earlier lives deleted ─▶ covered()
 *   writeBlock ─▶ cutBlock ─▶ manifests beyond retain deleted
 */
import { must } from '../../base/assert.ts';
import { EngineError, isEngineError } from '../../base/errors.ts';
import type { Random } from '../../base/random.ts';
import { MICROS_MIN } from '../../catalog/table-source.ts';
import type { Block, BlockStore, BlockTable, CoveredState, CoveredTable } from '../block-store.ts';
import { ZERO_RECORD_ID } from '../log/log.ts';
import type { RecordId } from '../log/log.ts';
import type { LiveGeneration } from '../live/live-generation.ts';
import type { ColumnTypes } from '../live/shape-tracker.ts';
import { columnsOfAllLives } from '../live/table-definition.ts';
import type { RawFile } from '../scan/raw-file.ts';
import type { ObjectStore } from '../store/object-store.ts';
import type { BlockContent } from './block-rows.ts';
import { collectManifests, collectOrphans } from './collect-garbage.ts';
import { cutBlock } from './cut-block.ts';
import type { CutContext } from './cut-block.ts';
import { LazyBlockFile } from './lazy-block-file.ts';
import { ManifestChain, newId } from './manifest-chain.ts';
import { THRESHOLDS_FIRST } from './manifest.ts';
import type { FileEntry, Manifest, ManifestColumns, ManifestTable } from './manifest.ts';
import { openPageCache } from './page-cache.ts';
import type { PageCache } from './page-cache.ts';

export interface ManifestBlocksOptions {
  /** Owned from now on: closed with the block store. Nobody else writes to it. */
  readonly store: ObjectStore;
  readonly random: Random;
  /** Memory for verified pages. */
  readonly cacheBytes?: number;
}

export interface OpenedBlocks {
  readonly blocks: BlockStore;
  readonly incarnation: string;
  /** First log position that is still needed, and the id of the record before it. */
  readonly from: bigint;
  readonly startId: RecordId;
}

/** Where nobody says otherwise. */
export const CACHE_BYTES = 64 * 1024 * 1024;

/** Errors: XX001 when the newest manifest is damaged, 58030 and 53100 from the store. Data files are not looked at. */
export async function openManifestBlocks(options: ManifestBlocksOptions): Promise<OpenedBlocks> {
  const { store, random } = options;
  const context: CutContext = { store, random, chain: new ManifestChain(store, random) };
  await context.chain.commit(0, (parent) => (parent !== undefined ? null : {
    incarnation: newId(random), floor: 0, retain: 0, thresholds: THRESHOLDS_FIRST, tables: [],
    covered: { position: -1n, recordId: ZERO_RECORD_ID, txId: -1n, systemTime: MICROS_MIN, seq: 0 },
  }));
  const newest = must(await context.chain.newest(), 'a manifest that exists');
  const manifest = await collectOrphans(context).catch((error: unknown) => unlessItCanWait(error, newest));
  const blocks = new ManifestBlocks(context, manifest, openPageCache(options.cacheBytes ?? CACHE_BYTES));
  return { blocks, incarnation: manifest.incarnation, from: manifest.covered.position + 1n, startId: manifest.covered.recordId };
}

/** Collection is never urgent: it is done again at the next occasion. A damaged older manifest, which only it reads, keeps files from being deleted. */
function unlessItCanWait<T>(error: unknown, otherwise: T): T {
  if (isEngineError(error) && (error.code === 'io-error' || error.code === 'disk-full' || error.code === 'corrupt')) return otherwise;
  throw error;
}

class ManifestBlocks implements BlockStore {
  readonly #context: CutContext;
  readonly #cache: PageCache;
  #manifest: Manifest;

  constructor(context: CutContext, manifest: Manifest, cache: PageCache) {
    this.#context = context;
    this.#manifest = manifest;
    this.#cache = cache;
  }

  covered(): CoveredState | undefined {
    const { covered, tables } = this.#manifest;
    if (covered.position < 0n) return undefined;
    const { position, txId, systemTime, recordId, seq } = covered;
    return { head: { position, txId, systemTime }, recordId, seq, tables: tables.map((table) => this.#coveredTable(table)) };
  }

  #coveredTable({ schema, name, columns: listed, declaredTypes, isDropped, past: described, view, seq, files }: ManifestTable): CoveredTable {
    const columns = columnTypes(listed);
    const past = described === null ? undefined : { ...described, columns: columnTypes(described.columns) };
    const allColumns = columnsOfAllLives(columns, past);
    return {
      schema, name, seq, columns, declaredTypes: new Map(declaredTypes.map(({ column, typeName }) => [column, typeName])), isDropped, past, allColumns,
      view: view ?? undefined,
      files: files.map((file) => this.#open(file, allColumns)),
    };
  }

  #open(file: FileEntry, columns: ColumnTypes): LazyBlockFile { return new LazyBlockFile(this.#context.store, file, columns, this.#cache); }

  async writeBlock(block: Block): Promise<ReadonlyMap<BlockTable, RawFile>> {
    const { head: { position, txId, systemTime }, recordId, seq } = block;
    const tables = block.tables.map((table) => ({
      schema: table.schema, name: table.name, seq: table.seq, columns: manifestColumns(table.columns),
      declaredTypes: Array.from(table.declaredTypes, ([column, typeName]) => ({ column, typeName })), isDropped: table.isDropped,
      past: table.past === undefined ? null : { ...table.past, columns: manifestColumns(table.past.columns) }, view: table.view ?? null, content: contentOf(table),
    }));
    const written = await cutBlock(this.#context, { from: this.#manifest.covered.position, to: { position, recordId, txId, systemTime, seq }, tables });
    // Null: an earlier attempt, whose answer was lost, has covered the block.
    const manifest = written ?? must(await this.#context.chain.newest(), 'a manifest that exists');
    if (manifest.covered.position !== position || manifest.covered.recordId !== recordId) {
      throw new EngineError('io-error', `the manifest covers position ${manifest.covered.position}, which is not the block that ends at ${position}`);
    }
    this.#manifest = manifest;
    await collectManifests(this.#context, manifest).catch((error: unknown) => unlessItCanWait(error, undefined));
    return this.#newFiles(block);
  }

  #newFiles(block: Block): ReadonlyMap<BlockTable, RawFile> {
    const files = new Map<BlockTable, RawFile>();
    for (const table of block.tables) {
      if (table.generation === undefined) continue;
      const described = must(this.#manifest.tables.find((other) => other.schema === table.schema && other.name === table.name), 'a manifest describes every table');
      files.set(table, this.#open(must(described.files.at(-1), 'a file for each generation'), table.allColumns));
    }
    return files;
  }

  async close(): Promise<void> { await this.#context.store.close(); }
}

const columnTypes = (columns: ManifestColumns): ColumnTypes => new Map(columns.map(({ name, type }) => [name, type]));
const manifestColumns = (columns: ColumnTypes): ManifestColumns => Array.from(columns, ([name, type]) => ({ name, type }));

function contentOf(table: BlockTable): BlockContent | null {
  const { generation } = table;
  if (generation === undefined || generation.rowCount === 0) return null;
  return { schema: table.schema, table: table.name, columns: columnsOf(generation), chunks: generation.chunks };
}

function columnsOf(generation: LiveGeneration): string[] {
  const names = new Set<string>();
  for (const chunk of generation.chunks) for (const name of chunk.columns.keys()) names.add(name);
  names.delete('_id');
  return [...names];
}
