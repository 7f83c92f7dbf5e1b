/**
 * The chain of manifests of one database in a store.
 *
 *   commit:  p := newest ─▶ m := make(p) ─▶ create p.version + 1 where none is ─▶ created: done
 *               ▲                                  │ exists: mine? done : again      unknown: read it, mine? done : again
 *               └──────────────────────────────────┘
 *
 * The newest is found by listing, never by probing, and a damaged newest is XX001: an older one is never taken in its place.
 */
import { assert } from '../../base/assert.ts';
import { EngineError, isEngineError } from '../../base/errors.ts';
import type { Random } from '../../base/random.ts';
import { damaged } from '../../data/arrow/damage.ts';
import type { ObjectStore, PutOutcome } from '../store/object-store.ts';
import { decodeManifest, encodeManifest } from './manifest-codec.ts';
import { MANIFEST_PREFIX, manifestName, NO_PARENT } from './manifest.ts';
import type { Manifest, ManifestContent } from './manifest.ts';

/** Rounds lost to others, or without an answer, before a commit gives up; the caller may begin anew. */
const ROUNDS_MAX = 16;

const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('hex');

/** A random id: of manifests, files, incarnations. */
export const newId = (random: Random): string => hexOf(random.bytes(16));

export class ManifestChain {
  readonly #store: ObjectStore;
  readonly #random: Random;
  #known: Manifest | undefined;

  /** `random` must be the operating system's: ids must be fresh after a process or machine was copied. */
  constructor(store: ObjectStore, random: Random) {
    this.#store = store;
    this.#random = random;
  }

  /** The newest manifest, or undefined in an empty store. Errors: 58030 and XX001. */
  async newest(): Promise<Manifest | undefined> {
    for (let round = 0; round < ROUNDS_MAX; round++) {
      const name = await this.#newestName();
      if (name === undefined) {
        if (this.#known === undefined) return undefined;
        throw damaged(manifestName(this.#known.version), 0, 'the manifest is gone');
      }
      if (this.#known !== undefined && name === manifestName(this.#known.version)) return this.#known;
      const manifest = await this.#read(name);
      // Collected between list and get: a newer one is there.
      if (manifest === undefined) continue;
      assert(this.#known === undefined || manifest.version > this.#known.version, 'the newest manifest only rises');
      this.#known = manifest;
      return manifest;
    }
    throw new EngineError('io-error', 'manifests are listed and cannot be read');
  }

  async #newestName(): Promise<string | undefined> {
    // From the known one on, inclusive: it is still there unless the store was tampered with.
    const after = this.#known === undefined || this.#known.version === 0 ? undefined : manifestName(this.#known.version - 1);
    let newest: string | undefined;
    for await (const { name } of this.#store.list(MANIFEST_PREFIX, after)) {
      if (!/^manifest\/\d{20}$/.test(name)) throw damaged(name, 0, 'an object that is no manifest among the manifests');
      newest = name;
    }
    return newest;
  }

  async #read(name: string): Promise<Manifest | undefined> {
    const bytes = await this.#store.get(name);
    if (bytes === undefined) return undefined;
    const manifest = decodeManifest(bytes, name);
    if (manifestName(manifest.version) !== name) throw damaged(name, 0, `this is version ${manifest.version}`);
    return manifest;
  }

  /**
   * Commits what `make` says to the newest manifest, for a job that began at version `base`. `make` validates its inputs against the
   * manifest it is given, is called again when another commit came first, and gives up with null. Returns the manifest, or null.
   * A job below the floor is given up too. Errors: `disk-full` (not committed), `io-error` (not known), XX001.
   */
  async commit(base: number, make: (parent: Manifest | undefined) => ManifestContent | null): Promise<Manifest | null> {
    for (let round = 0; round < ROUNDS_MAX; round++) {
      const parent = await this.newest();
      if (parent !== undefined && base < parent.floor) return null;
      const content = make(parent);
      if (content === null) return null;
      const manifest: Manifest = { version: (parent?.version ?? -1) + 1, manifestId: newId(this.#random), parentId: parent?.manifestId ?? NO_PARENT, ...content };
      checkSuccessor(parent, manifest);
      if (await this.#create(manifest)) {
        this.#known = manifest;
        return manifest;
      }
    }
    throw new EngineError('io-error', `a manifest could not be committed in ${ROUNDS_MAX} rounds`);
  }

  /** Whether this manifest is the one of its version. */
  async #create(manifest: Manifest): Promise<boolean> {
    const name = manifestName(manifest.version);
    const bytes = encodeManifest(manifest);
    let failure: unknown;
    for (let attempt = 0; attempt < 3; attempt++) {
      let outcome: PutOutcome | undefined;
      try { outcome = await this.#store.putIfAbsent(name, bytes); } catch (error) {
        if (!isEngineError(error) || error.code !== 'io-error') throw error;
        failure = error;
      }
      if (outcome === 'created') return true;
      // Exists, or unknown: what is there decides. An answer that was lost may have been mine.
      const found = await this.#read(name);
      if (found !== undefined) return found.manifestId === manifest.manifestId;
    }
    throw failure;
  }
}

/** What may only rise does, and the chain is one. */
function checkSuccessor(parent: Manifest | undefined, manifest: Manifest): void {
  assert(manifest.floor <= manifest.version && manifest.retain <= manifest.version, 'floor and retain are versions that exist');
  if (parent === undefined) return;
  assert(manifest.incarnation === parent.incarnation, 'a chain has one incarnation');
  assert(manifest.covered.position >= parent.covered.position && manifest.covered.seq >= parent.covered.seq, 'covered never falls');
  assert(manifest.floor >= parent.floor && manifest.retain >= parent.retain, 'floor and retain never fall');
}
