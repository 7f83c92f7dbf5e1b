/**
 * SQL scripts as text: statements with what they must answer.
 *
 *   statement ok              statement error 42703 Column not found         query            query sorted
 *   SQL                       SQL                                            SQL              SQL
 *                                                                            ----
 *                                                                            name | name
 *                                                                            value | value
 *
 * `sorted`: rows in any order. Values as text, NULL as NULL. Records are separated by blank lines; `#` begins a comment.
 */
import { readFileSync, writeFileSync } from 'node:fs';

export interface ScriptRecord {
  readonly line: number;
  readonly kind: 'ok' | 'error' | 'query';
  readonly sql: string;
  /** SQLSTATE and a part of the message. */
  readonly error?: { readonly sqlState: string; readonly message: string };
  readonly isSorted: boolean;
  readonly expected: readonly string[];
  readonly source: readonly string[];
}

export function readScript(file: string): ScriptRecord[] {
  const lines = readFileSync(file, 'utf8').split('\n');
  const records: ScriptRecord[] = [];
  for (let at = 0; at < lines.length;) {
    if ((lines[at] as string).trim() === '') { at += 1; continue; }
    let end = at;
    while (end < lines.length && (lines[end] as string).trim() !== '') end += 1;
    const record = parseRecord(lines.slice(at, end), at + 1);
    if (record !== undefined) records.push(record);
    at = end;
  }
  return records;
}

function parseRecord(source: readonly string[], line: number): ScriptRecord | undefined {
  const body = source.filter((text) => !text.startsWith('#'));
  const [head, ...rest] = body;
  if (head === undefined) return undefined;
  const rule = rest.indexOf('----');
  const sql = (rule < 0 ? rest : rest.slice(0, rule)).join('\n');
  const expected = rule < 0 ? [] : rest.slice(rule + 1);
  if (head === 'statement ok') return { line, kind: 'ok', sql, isSorted: false, expected, source };
  const error = /^statement error (\w{5})\s*(.*)$/.exec(head);
  if (error !== null) return { line, kind: 'error', sql, error: { sqlState: error[1] as string, message: error[2] as string }, isSorted: false, expected, source };
  if (head === 'query' || head === 'query sorted') return { line, kind: 'query', sql, isSorted: head !== 'query', expected, source };
  throw new Error(`line ${line}: "${head}" is no record`);
}

/** Writes the answers into the script, to be looked at as a diff. */
export function rewriteScript(file: string, records: readonly ScriptRecord[], answers: ReadonlyMap<ScriptRecord, readonly string[]>): void {
  const blocks = readFileSync(file, 'utf8').trimEnd().split(/\n\s*\n/);
  let next = 0;
  const written = blocks.map((block) => {
    const record = records[next];
    if (record === undefined || block.replace(/^\n+/, '') !== record.source.join('\n')) return block;
    next += 1;
    const answer = answers.get(record);
    if (answer === undefined) return block;
    const rule = record.source.indexOf('----');
    return [...(rule < 0 ? record.source : record.source.slice(0, rule)), '----', ...answer].join('\n');
  });
  writeFileSync(file, `${written.join('\n\n')}\n`);
}
