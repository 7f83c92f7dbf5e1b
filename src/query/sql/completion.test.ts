import { describe, expect, test } from 'vitest';
import { completionsAt, type Completions } from './completion.ts';

/** Completions at the `|` of a text. */
const at = (marked: string): Completions => completionsAt(marked.replace('|', ''), marked.indexOf('|'));

describe('completionsAt', () => {
  test('offers the first words of statements in an empty text and behind a semicolon', () => {
    for (const text of ['|', 'SELECT 1; |']) {
      const { keywords } = at(text);
      for (const word of ['SELECT', 'INSERT', 'BEGIN', 'ERASE', 'FROM', 'SETTING', 'WITH']) expect(keywords, text).toContain(word);
      expect(keywords).not.toContain('WHERE');
    }
  });

  test('offers only what begins with the word that is being written, and says where that begins', () => {
    expect(at('SELECT a FR|')).toMatchObject({ from: 9, keywords: ['FROM'] });
    expect(at('upd|')).toMatchObject({ from: 0, keywords: ['UPDATE'] });
  });

  test('offers the clauses that may still come', () => {
    const { keywords } = at('SELECT a FROM t WHERE a = 1 |');
    for (const word of ['GROUP', 'HAVING', 'ORDER', 'LIMIT', 'UNION', 'AND', 'OR']) expect(keywords).toContain(word);
    expect(keywords).not.toContain('WHERE');
    expect(keywords).not.toContain('FROM');
  });

  test('says what a name would name', () => {
    expect(at('SELECT * FROM |').subjects).toContain('table');
    expect(at('SELECT a FROM t WHERE |').subjects).toContain('expression');
    expect(at('UPDATE t SET |').subjects).toEqual(['column']);
    expect(at('SELECT CAST(a AS |').subjects).toContain('type');
    expect(at('SHOW |').subjects).toEqual(['setting']);
  });

  test('offers the words of temporal clauses', () => {
    expect(at('SELECT * FROM t FOR |').keywords).toEqual(['ALL', 'SYSTEM_TIME', 'VALID_TIME']);
    expect(at('SELECT * FROM t FOR VALID_TIME |').keywords).toEqual(['ALL', 'AS', 'BETWEEN', 'FROM', 'ONLY']);
    expect(at('SELECT * FROM t FOR VALID_TIME AS |').keywords).toEqual(['OF']);
    expect(at('BEGIN READ |').keywords).toEqual(['ONLY', 'WRITE']);
  });

  test('offers nothing inside strings and comments, nor behind an error', () => {
    for (const text of ["SELECT 'abc |", 'SELECT "a|', 'SELECT 1 -- se|', 'SELECT /* x |', 'SELECT $$ a |', 'SELECT ) FROM |']) {
      expect(at(text), text).toMatchObject({ keywords: [], subjects: [] });
    }
  });

  test('looks only at what stands before the offset', () => {
    expect(at('SELECT a F| WHERE ((( ').keywords).toContain('FROM');
  });
});
