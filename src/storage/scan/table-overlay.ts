/**
 * The overlay of a table: what later events closed of each of its rows, kept in memory beside files and live generations, so that a scan
 * tests each row by itself and resolves nothing. How it is completed: `complete-overlay.ts`.
 *
 * One for all versions of a table, since files never change and generations only grow. Snapshots older than what it is complete to cut it
 * to their basis.
 */
import type { CancelFlag } from '../../base/cancel.ts';
import type { LiveGeneration } from '../live/live-generation.ts';
import { PageOverlay } from './page-overlay.ts';
import type { RawFile } from './raw-file.ts';

export type OverlaySource = RawFile | LiveGeneration;

/** Overlays of the pages of a file, or of the chunks of a generation. */
export class SourceOverlay {
  readonly #pages: (PageOverlay | undefined)[] = [];
  /** Events up to this number have closed what they close in the source. */
  completeTo: number;

  constructor(completeTo: number) { this.completeTo = completeTo; }

  /** Undefined: nothing is closed on it. */
  page(index: number): PageOverlay | undefined { return this.#pages[index]; }
  writable(index: number, rowCount: number): PageOverlay { return (this.#pages[index] ??= new PageOverlay(rowCount)); }
}

export class TableOverlay {
  readonly #sources = new WeakMap<OverlaySource, SourceOverlay>();
  #work: Promise<void> | undefined;

  /** `before`: number of the last event before the source's first. */
  of(source: OverlaySource, before: number): SourceOverlay {
    let overlay = this.#sources.get(source);
    if (overlay === undefined) {
      overlay = new SourceOverlay(before);
      this.#sources.set(source, overlay);
    }
    return overlay;
  }

  find(source: OverlaySource): SourceOverlay | undefined { return this.#sources.get(source); }

  /** Waits for what others do here, then does `work`. Throws if the query is cancelled meanwhile. */
  async exclusively(work: () => Promise<void>, cancel: CancelFlag): Promise<void> {
    while (this.#work !== undefined) {
      await endOrAbort(this.#work, cancel.signal);
      cancel.check();
    }
    const own = work();
    this.#work = own;
    try {
      await own;
    } finally {
      this.#work = undefined;
    }
  }
}

/** Resolves when the work has ended, however it did, or when the signal is aborted. */
function endOrAbort(work: Promise<void>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) { resolve(); return; }
    const done = (): void => { signal.removeEventListener('abort', done); resolve(); };
    signal.addEventListener('abort', done);
    work.then(done, done);
  });
}
