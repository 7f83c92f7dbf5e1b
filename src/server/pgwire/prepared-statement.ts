/** What Parse and Bind leave behind: prepared statements and portals. */
import { EngineError } from '../../base/errors.ts';
import type { Type } from '../../data/types/type.ts';
import type { OutputColumn, ParameterInput, ParsedStatement, StatementDescription } from '../../database/session.ts';
import type { OutputStyle } from './output-style.ts';
import type { ResultStream } from './result-stream.ts';
import { RowEncoder } from './row-encoder.ts';
import type { FormatCodes } from './row-encoder.ts';
import { columnsAsTold, declaredType, sameColumns, wireColumns } from './wire-type.ts';
import type { WireColumn } from './wire-type.ts';

/** How rows are sent: what the client is told of their columns, and the code for each. */
interface RowOutput { readonly columns: readonly WireColumn[]; readonly encoder: RowEncoder }

interface KnownOutput extends RowOutput {
  readonly found: readonly OutputColumn[];
  readonly told: readonly WireColumn[] | undefined;
  readonly formats: FormatCodes;
  readonly style: OutputStyle;
}

export class PreparedStatement {
  readonly name: string;
  /** The whole text of the Parse message. */
  readonly text: string;
  readonly parsed: ParsedStatement;
  /** As the client declared them; 0 where it did not. */
  readonly declaredOids: readonly number[];
  readonly declaredTypes: readonly (Type | undefined)[];
  readonly parameterCount: number;
  /** From the first time that somebody had to know. */
  description: StatementDescription | undefined;
  /** Columns that the client was told by Describe; a result with others is refused. */
  told: readonly WireColumn[] | undefined;
  /** Whether a parameter is declared as a document: only its value tells what type it has, and with it columns that are made of it. */
  readonly #hasDocuments: boolean;
  #known: KnownOutput | undefined;

  constructor(name: string, text: string, parsed: ParsedStatement, declaredOids: readonly number[]) {
    this.name = name;
    this.text = text;
    this.parsed = parsed;
    this.declaredOids = declaredOids;
    this.declaredTypes = declaredOids.map(declaredType);
    this.#hasDocuments = declaredOids.some((oid, index) => oid !== 0 && this.declaredTypes[index] === undefined);
    this.parameterCount = Math.max(parsed.parameterCount, declaredOids.length);
  }

  /**
   * How rows with the columns `found` are sent, if it can be as the client was `told`. Kept: a statement mostly runs as it ran before,
   * with the columns of the same plan. Throws 0A000 where what was told `isBinding` and other columns came, 08P01 for formats that do not fit.
   */
  rows(found: readonly OutputColumn[], told: readonly WireColumn[] | undefined, isBinding: boolean, formats: FormatCodes, style: OutputStyle): RowOutput {
    const known = this.#known;
    const isKnown = known !== undefined && known.found === found && known.told === told && known.style === style && sameFormats(known.formats, formats);
    const columns = isKnown ? known.columns : this.#columns(found, told, style);
    // Before the formats are looked at: they are for the columns that the client knows.
    if (isBinding && told !== undefined && !sameColumns(told, columns)) throw changedResult();
    if (isKnown) return known;
    this.#known = { columns, encoder: new RowEncoder(columns, formats, style), found, told, formats, style };
    return this.#known;
  }

  /** Of a write, and where a document is among the parameters, types may be known only now. */
  #columns(found: readonly OutputColumn[], told: readonly WireColumn[] | undefined, style: OutputStyle): readonly WireColumn[] {
    const wire = wireColumns(found, style.fallback);
    return told !== undefined && (this.parsed.kind !== 'query' || this.#hasDocuments) ? columnsAsTold(told, wire) ?? wire : wire;
  }
}

export const changedResult = (): EngineError => new EngineError('changed-result-type', 'cached plan must not change result type', { hint: 'Prepare the statement again.' });

const sameFormats = (a: FormatCodes, b: FormatCodes): boolean => a.length === b.length && a.every((code, index) => code === b[index]);

export interface Portal {
  readonly name: string;
  readonly statement: PreparedStatement;
  readonly parameters: readonly ParameterInput[];
  readonly formats: FormatCodes;
  told: readonly WireColumn[] | undefined;
  /** Once it has run. */
  stream: ResultStream | undefined;
}

/** The prepared statement that a statement makes void: one by name, or all. Clients prepare by protocol and deallocate by SQL. */
export function deallocated(statement: ParsedStatement): { readonly name: string } | 'all' | undefined {
  if (statement.kind !== 'session') return undefined;
  if (/^\s*(?:discard|deallocate(?:\s+prepare)?)\s+all\b/i.test(statement.text)) return 'all';
  const match = /^\s*deallocate\s+(?:prepare\s+)?(?:"((?:[^"]|"")+)"|([^\s;"]+))/i.exec(statement.text);
  const name = match?.[1]?.replaceAll('""', '"') ?? match?.[2]?.toLowerCase();
  return name === undefined ? undefined : { name };
}

export function refuseCopy(statement: ParsedStatement): void {
  if (statement.kind === 'copy') throw new EngineError('unsupported', 'COPY is not supported yet', { hint: 'Use INSERT INTO … RECORDS $1 with JSON, or a multi-row INSERT.' });
}
