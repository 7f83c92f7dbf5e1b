/**
 * Completing the overlay of a table for a snapshot.
 *
 *   source       events    complete to         a round begins at the source that is complete to the least number: entities with later events
 *   file 1       1–100     250                 are resolved, in it and in all later sources. Older events never close later ones.
 *   file 2       101–200   250
 *   file 3       201–300   200 ◀ round 1       a block became a file
 *   generation   301–320   250 ◀ round 2 begins at file 1, with events 251–320
 *
 * Staged events close into copies of the pages, for one scan.
 */
import type { CancelFlag } from '../../base/cancel.ts';
import { closeEntities, type FileSource, type GenerationSource, type RoundSource } from './close-entities.ts';
import type { OverlayPages } from './entity-versions.ts';
import type { LiveView } from './live-source.ts';
import { PageOverlay } from './page-overlay.ts';
import type { RawPageInfo } from './raw-file.ts';
import type { OverlaySource, SourceOverlay, TableOverlay } from './table-overlay.ts';
import type { TableView } from './table-scan.ts';

/** Overlays as one snapshot reads them. */
export interface ViewOverlay {
  /** Undefined: nothing is closed on it. */
  page(source: OverlaySource, index: number): PageOverlay | undefined;
  /** Closings of the page that end here or later have not happened for the snapshot. */
  clipTo(source: OverlaySource, index: number): bigint;
  /** Erases of the page with greater numbers have not happened. */
  seq(source: OverlaySource, index: number): number;
}

/** `pages[i]` is the page index of the i-th file. */
export async function overlayOf(view: TableView, pages: readonly (readonly RawPageInfo[])[], cancel: CancelFlag): Promise<ViewOverlay> {
  const sources = sourcesOf(view, pages);
  await complete(view.version.overlay, sources, view.committed.seq, cancel);
  const staged = view.live.slice(view.version.generations.length).filter(hasEvents);
  return staged.length === 0 ? committedOverlay(view) : stagedOverlay(view, sources, staged, cancel);
}

type Completed<S> = S & { readonly overlay: SourceOverlay };

/** Without staged ones. */
function sourcesOf({ version, live }: TableView, pages: readonly (readonly RawPageInfo[])[]): Completed<RoundSource>[] {
  const files = version.files.map((file, index): Completed<FileSource> => (
    { kind: 'file', file, pages: pages[index] ?? [], overlay: version.overlay.of(file, file.minSeq - 1) }));
  const generations = live.slice(0, version.generations.length).filter(hasEvents).map(({ generation, seq }): Completed<GenerationSource> => (
    { kind: 'generation', generation, seq, overlay: version.overlay.of(generation, generation.seqOf(0) - 1) }));
  return [...files, ...generations];
}

const hasEvents = ({ generation, seq }: LiveView): boolean => generation.rowCount > 0 && generation.seqOf(0) <= seq;

async function complete(overlay: TableOverlay, sources: readonly Completed<RoundSource>[], seq: number, cancel: CancelFlag): Promise<void> {
  if (sources.every((source) => source.overlay.completeTo >= seq)) return;
  await overlay.exclusively(async () => {
    for (;;) {
      const least = Math.min(...sources.map((source) => source.overlay.completeTo));
      if (least >= seq) return;
      const round = sources.slice(sources.findIndex((source) => source.overlay.completeTo === least));
      // What is complete for a later snapshot already has more closings than this one knows.
      await closeEntities(round.map((source) => (source.overlay.completeTo < seq ? source : { ...source, overlay: undefined })), least, cancel);
      for (const source of round) source.overlay.completeTo = Math.max(source.overlay.completeTo, seq);
    }
  }, cancel);
}

function committedOverlay({ version: { overlay }, committed }: TableView): ViewOverlay {
  return { page: (source, index) => overlay.find(source)?.page(index), clipTo: () => committed.systemTime + 1n, seq: () => committed.seq };
}

/** The committed overlay, with copies of the pages on which staged events close something. */
async function stagedOverlay(view: TableView, sources: readonly Completed<RoundSource>[], staged: readonly LiveView[], cancel: CancelFlag): Promise<ViewOverlay> {
  const { version, committed, systemTime } = view;
  const base = committedOverlay(view);
  const copies = new Map<OverlaySource, Map<number, PageOverlay>>();
  const copiesOf = (source: OverlaySource): OverlayPages => {
    const own = new Map<number, PageOverlay>();
    copies.set(source, own);
    return {
      writable(index, rowCount) {
        let copy = own.get(index);
        if (copy === undefined) {
          copy = base.page(source, index)?.clipped(committed.systemTime + 1n, committed.seq) ?? new PageOverlay(rowCount);
          own.set(index, copy);
        }
        return copy;
      },
    };
  };
  const below = sources.map((source): RoundSource => ({ ...source, overlay: copiesOf(source.kind === 'file' ? source.file : source.generation) }));
  const above = staged.map(({ generation, seq }): GenerationSource => ({ kind: 'generation', generation, seq, overlay: copiesOf(generation) }));
  await closeEntities([...below, ...above], committed.seq, cancel);
  const copyOf = (source: OverlaySource, index: number): PageOverlay | undefined => copies.get(source)?.get(index);
  return {
    page: (source, index) => copyOf(source, index) ?? base.page(source, index),
    clipTo: (source, index) => (copyOf(source, index) === undefined ? base.clipTo(source, index) : systemTime + 1n),
    seq: (source, index) => (copyOf(source, index) === undefined ? committed.seq : version.seq),
  };
}
