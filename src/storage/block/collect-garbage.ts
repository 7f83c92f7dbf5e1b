/**
 * Deleting what no manifest needs. Only what nobody can still be making or reading goes:
 *
 *   manifests    version < retain, ascending, never the newest
 *   data files   base < floor, and not named by any manifest from retain on
 *
 * A crash anywhere is mended by running it again.
 */
import { assert } from '../../base/assert.ts';
import { decodeManifest } from './manifest-codec.ts';
import type { CutContext } from './cut-block.ts';
import { fileName, MANIFEST_PREFIX, manifestName } from './manifest.ts';
import type { Manifest } from './manifest.ts';

const DATA_NAME = /^data\/(\d{20})-([0-9a-f]{32})\.arrow$/;

/** Deletes manifests that are no longer retained. */
export async function collectManifests({ store }: CutContext, newest: Manifest): Promise<void> {
  assert(newest.retain <= newest.version, 'the newest manifest is retained');
  const end = manifestName(newest.retain);
  for await (const { name } of store.list(MANIFEST_PREFIX)) {
    if (name >= end) return;
    await store.delete(name);
  }
}

/**
 * For whoever owns the store alone and runs no job: raises the floor above all jobs of earlier lives and deletes the files that
 * they left behind. Returns the newest manifest. Older manifests are read only when there is something to delete.
 */
export async function collectOrphans(context: CutContext): Promise<Manifest> {
  const newest = await context.chain.newest();
  assert(newest !== undefined, 'a database has a manifest');
  const current = new Set(namedFiles(newest));
  const candidates = await dataFiles(context, (name) => !current.has(name));
  if (candidates.length === 0) return newest;
  const referenced = await referencedFiles(context, newest);
  const orphans = candidates.filter(({ name }) => !referenced.has(name));
  if (orphans.length === 0) return newest;
  const raised = await context.chain.commit(newest.version, (parent) => {
    if (parent === undefined) return null;
    const { version, manifestId: _, parentId: __, ...content } = parent;
    return { ...content, floor: version + 1 };
  });
  if (raised === null) return newest;
  for (const { name, base } of orphans) if (base < raised.floor) await context.store.delete(name);
  return raised;
}

const namedFiles = (manifest: Manifest): string[] => manifest.tables.flatMap((table) => table.files.map((file) => fileName(file.id)));

/** Those of retained manifests before the newest. */
async function referencedFiles({ store }: CutContext, newest: Manifest): Promise<Set<string>> {
  const names = new Set<string>();
  for (let version = newest.retain; version < newest.version; version++) {
    const bytes = await store.get(manifestName(version));
    if (bytes !== undefined) for (const name of namedFiles(decodeManifest(bytes, manifestName(version)))) names.add(name);
  }
  return names;
}

async function dataFiles({ store }: CutContext, isWanted: (name: string) => boolean): Promise<{ readonly name: string; readonly base: number }[]> {
  const files: { name: string; base: number }[] = [];
  for await (const { name } of store.list('data/')) {
    const base = DATA_NAME.exec(name)?.[1];
    if (base !== undefined && isWanted(name)) files.push({ name, base: Number(base) });
  }
  return files;
}
