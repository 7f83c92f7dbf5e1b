/**
 * Queries that need not be parsed to be known again: by the shape of their text and the literals that their plan depends on.
 *
 *   SELECT a FROM t WHERE b = 17 LIMIT 5      shape  … b = ⟨0⟩ LIMIT ⟨1⟩      pinned: slot 1      identity  … b = ⟨0⟩ LIMIT ⟨1⟩ \0 5
 *   SELECT a FROM t WHERE b = 18 LIMIT 5      the same identity: the same plan, with 18 for slot 0
 *   SELECT a FROM t WHERE b = 18 LIMIT 6      another one
 *
 * A text that comes once is not worth remembering: what is kept costs the garbage collector more than planning a small query does. So of a
 * shape that comes for the first time only a number is kept.
 *
 * Which slots are pinned is found out by planning, so one shape may have several sets of them; each is right by itself.
 */
import { RecentMap } from '../base/recent-map.ts';
import type { TextShape } from '../query/sql/text-shape.ts';

export interface KnownText {
  /** Equal for statements that may share a plan. */
  readonly identity: string;
  readonly parameterCount: number;
}

type Slots = readonly number[];

const SHAPES_MAX = 1024;
const TEXTS_MAX = 1024;
/** Plans of one shape seldom differ in what they depend on. */
const SETS_MAX = 4;

const identityOf = (shape: TextShape, pinned: Slots): string => {
  let identity = `${shape.key}\0`;
  for (const slot of pinned) identity += `${slot}:${shape.written[slot] as string}\0`;
  return identity;
};

const COME_COUNT = 4096;

/** FNV-1a. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  return hash;
}

const sameSlots = (a: Slots, b: Slots): boolean => a.length === b.length && a.every((slot, index) => slot === b[index]);

export class KnownTexts {
  readonly #pinned = new RecentMap<string, readonly Slots[]>(SHAPES_MAX);
  readonly #texts = new RecentMap<string, KnownText>(TEXTS_MAX);

  /** Numbers of shapes that have come, the latest for each remainder. */
  readonly #come = new Int32Array(COME_COUNT);

  /** Whether such a text has probably come before; from now on it has. */
  comesAgain({ key }: TextShape): boolean {
    const hash = hashOf(key);
    const at = (hash >>> 0) % COME_COUNT;
    const isKnown = this.#come[at] === hash;
    this.#come[at] = hash;
    return isKnown;
  }

  /** Undefined for a text that must be parsed. */
  find(shape: TextShape): KnownText | undefined {
    for (const pinned of this.#pinned.get(shape.key) ?? []) {
      const known = this.#texts.get(identityOf(shape, pinned));
      if (known !== undefined) return known;
    }
    return undefined;
  }

  /** A text that has been parsed and planned; `pinned` are the slots that the plan depends on. */
  add(shape: TextShape, pinned: Slots, parameterCount: number): KnownText {
    const sets = this.#pinned.get(shape.key) ?? [];
    if (!sets.some((set) => sameSlots(set, pinned))) this.#pinned.set(shape.key, [pinned, ...sets].slice(0, SETS_MAX));
    const known: KnownText = { identity: identityOf(shape, pinned), parameterCount };
    this.#texts.set(known.identity, known);
    return known;
  }
}
