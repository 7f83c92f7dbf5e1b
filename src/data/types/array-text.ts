/** Lists as PostgreSQL writes arrays. */
import { EngineError } from '../../base/errors.ts';
import type { Value } from './value.ts';

/** `{1,NULL,"a, b",{…}}` as a list; `decodeItem` reads each item that is not NULL. Bounds before the braces are ignored. */
export function parseArrayText(text: string, decodeItem: (text: string) => Value): readonly Value[] {
  const bad = (): EngineError => new EngineError('invalid-text-representation', `invalid input syntax for type array: "${text.length > 100 ? `${text.slice(0, 100)}…` : text}"`, { hint: 'An array is written as {1,2,3}.' });
  const start = /^\s*(?:(?:\[-?\d+:-?\d+\])+=)?\{/.exec(text);
  if (start === null) throw bad();
  let at = start[0].length;
  const ITEM = /\s*(?:"((?:[^"\\]|\\.)*)"|((?:[^{}",\\\s]|\\.)(?:[^{}",\\]|\\.)*?)?)\s*(?=[,{}])/sy;
  const readList = (depth: number): readonly Value[] => {
    if (depth > 6) throw bad();
    const items: Value[] = [];
    for (;;) {
      ITEM.lastIndex = at;
      const match = ITEM.exec(text);
      if (match === null) throw bad();
      at = ITEM.lastIndex;
      const [, quoted, bare] = match;
      if (quoted !== undefined) items.push(decodeItem(quoted.replaceAll(/\\(.)/gs, '$1')));
      else if (bare !== undefined) items.push(bare.toUpperCase() === 'NULL' ? null : decodeItem(bare.replaceAll(/\\(.)/gs, '$1')));
      else if (text[at] === '{') {
        at++;
        items.push(readList(depth + 1));
        while (/\s/.test(text[at] ?? '')) at++;
      } else if (items.length > 0 || text[at] !== '}') throw bad();
      const mark = text[at++];
      if (mark === '}') return items;
      if (mark !== ',') throw bad();
    }
  };
  const items = readList(0);
  if (text.slice(at).trim() !== '') throw bad();
  return items;
}
