/**
 * Cutting a block: live generations become raw files, and the manifest says so.
 *
 *   1 write files (names carry base) ─▶ 2 open each, check it ─▶ 3 commit: covered := to, files added
 *
 * A crash before 3 leaves orphans that a later floor lets collection find; the log still has every event. A failure before 3 takes the
 * files back, so that tries on a full volume do not fill it further.
 */
import { assert } from '../../base/assert.ts';
import type { Random } from '../../base/random.ts';
import { damaged } from '../../data/arrow/damage.ts';
import type { ObjectStore } from '../store/object-store.ts';
import { openBlockFile } from './block-reader.ts';
import type { BlockContent } from './block-rows.ts';
import { writeBlockFile } from './block-writer.ts';
import type { BlockOptions } from './block-writer.ts';
import { newId } from './manifest-chain.ts';
import type { ManifestChain } from './manifest-chain.ts';
import { fileName } from './manifest.ts';
import type { FileEntry, FoldState, Manifest, ManifestTable } from './manifest.ts';

/** A table at the end of the block: all of them are listed, those without new rows without content. */
export interface CutTable extends Omit<ManifestTable, 'files'> { readonly content: BlockContent | null }

export interface BlockCut {
  /** Position that the newest manifest must cover: that of the previous cut. */
  readonly from: bigint;
  readonly to: FoldState;
  readonly tables: readonly CutTable[];
  readonly options?: BlockOptions;
}

/** Manifests before the newest that readers may still use. */
const MANIFESTS_KEPT = 32;

export interface CutContext { readonly store: ObjectStore; readonly chain: ManifestChain; readonly random: Random }

/**
 * Writes the block and commits it. Returns null when the block is covered already, by another node or an attempt whose answer was
 * lost: then `chain.newest()` is what to adopt. Errors as `ManifestChain.commit` has them; the cut may simply be tried again.
 */
export async function cutBlock(context: CutContext, cut: BlockCut): Promise<Manifest | null> {
  const base = await context.chain.newest();
  assert(base !== undefined, 'a database has a manifest before its first cut');
  if (base.covered.position !== cut.from) return null;
  assert(cut.to.position > cut.from, 'a block has records');
  const entries = new Map<string, FileEntry>();
  const names: string[] = [];
  try {
    for (const table of cut.tables) {
      if (table.content !== null) entries.set(tableKey(table), await writeFile(context, base.version, table.content, names, cut.options));
    }
  } catch (error) {
    for (const name of names) await context.store.delete(name).catch(() => undefined);
    throw error;
  }
  return context.chain.commit(base.version, (parent) => {
    if (parent === undefined || parent.covered.position !== cut.from) return null;
    const filesOf = new Map(parent.tables.map((table) => [tableKey(table), table.files]));
    assert(parent.tables.every((table) => cut.tables.some((other) => tableKey(other) === tableKey(table))), 'a cut lists every table');
    const tables = cut.tables.map(({ schema, name, columns, declaredTypes, isDropped, past, view, seq }): ManifestTable => {
      const key = tableKey({ schema, name });
      return { schema, name, columns, declaredTypes, isDropped, past, view, seq, files: [...(filesOf.get(key) ?? []), ...listed(entries.get(key))] };
    });
    tables.forEach(checkTable);
    const { incarnation, floor, thresholds } = parent;
    const retain = Math.max(parent.retain, parent.version + 1 - MANIFESTS_KEPT);
    return { incarnation, floor, retain, thresholds, covered: cut.to, tables };
  });
}

const tableKey = ({ schema, name }: { schema: string; name: string }): string => `${schema}\0${name}`;
const listed = (entry: FileEntry | undefined): readonly FileEntry[] => (entry === undefined ? [] : [entry]);

/** Raw files hold a table's events without gap in the order of numbers and without overlap. */
function checkTable(table: ManifestTable): void {
  table.files.forEach((file, i) => {
    const previous = table.files[i - 1];
    assert(previous === undefined || previous.bounds.maxSeq < file.bounds.minSeq, 'raw files do not overlap');
    assert(file.bounds.maxSeq <= table.seq, 'files end with the table');
  });
}

/** `names` gets the name of the file before it may be there. */
async function writeFile(context: CutContext, base: number, content: BlockContent, names: string[], options: BlockOptions | undefined): Promise<FileEntry> {
  const block = await writeBlockFile(content, options);
  const id = { base, uuid: newId(context.random) };
  const location = { name: fileName(id), bytes: block.bytes.length, footerBytes: block.footerBytes, footerCrc: block.footerCrc };
  names.push(location.name);
  // Nobody else uses the name: if it exists, an attempt of this put was better than its answer. What is there is checked.
  await context.store.putIfAbsent(location.name, block.bytes);
  const file = await openBlockFile(context.store, location);
  if (file.rowCount !== block.bounds.rowCount || file.maxSeq !== block.bounds.maxSeq) throw damaged(location.name, 0, 'what was read back is not what was written');
  return { id, state: 'raw', location, bounds: block.bounds };
}
