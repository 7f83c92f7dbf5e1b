// Queries of this dialect as PostgreSQL and DuckDB take them: FROM first becomes SELECT first, the GROUP BY that is left out is written.
//
//   FROM t WHERE x SELECT a, SUM(b) SELECT a, COUNT(*)   ⇒   SELECT a, COUNT(*) FROM (SELECT a, SUM(b) FROM t WHERE x GROUP BY a) AS q GROUP BY a
//
// Good for the benchmark's queries, not a parser: strings hold no keywords, clauses begin with upper-case words.
const CLAUSES = /^(FROM|WHERE|GROUP BY|HAVING|SELECT|ORDER BY|FETCH FIRST)\b/;
const AGGREGATE = /\b(SUM|AVG|COUNT|MIN|MAX)\s*\(/i;

/** The text with every parenthesis rewritten, innermost first. */
export function peerSql(text) {
  return selectFirst(text.trim().replace(/WITH MATERIALIZED (\w+) AS/, 'WITH $1 AS MATERIALIZED'));
}

function selectFirst(text) {
  const clauses = split(text);
  return clauses[0]?.keyword === 'FROM' ? arrange(clauses) : clauses.map(({ keyword, body }) => `${keyword} ${body}`).join(' ');
}

/** Clauses of the outermost level; what stands in parentheses is rewritten on the way. Whatever precedes the first clause has the keyword ''. */
function split(text) {
  const clauses = [];
  let current = { keyword: '', body: '' };
  for (let i = 0; i < text.length;) {
    const rest = text.slice(i);
    const keyword = /\w/.test(text[i - 1] ?? ' ') ? undefined : CLAUSES.exec(rest)?.[1];
    if (keyword !== undefined) {
      if (current.keyword !== '' || current.body.trim() !== '') clauses.push(current);
      current = { keyword, body: '' };
      i += keyword.length;
    } else if (text[i] === '(') {
      const end = closing(text, i);
      const inside = text.slice(i + 1, end);
      current.body += `(${/^\s*(FROM|SELECT)\b/.test(inside) ? selectFirst(inside.trim()) : nested(inside)})`;
      i = end + 1;
    } else if (text[i] === "'") {
      const end = text.indexOf("'", i + 1);
      current.body += text.slice(i, end + 1);
      i = end + 1;
    } else current.body += text[i++];
  }
  return [...clauses, current];
}

/** Expressions hold no clauses, but may hold queries in parentheses. */
function nested(text) {
  let out = '';
  for (let i = 0; i < text.length;) {
    if (text[i] !== '(') { out += text[i++]; continue; }
    const end = closing(text, i);
    const inside = text.slice(i + 1, end);
    out += `(${/^\s*(FROM|SELECT)\b/.test(inside) ? selectFirst(inside.trim()) : nested(inside)})`;
    i = end + 1;
  }
  return out;
}


function closing(text, open) {
  let depth = 0;
  for (let i = open; i < text.length; i++) {
    if (text[i] === "'") i = text.indexOf("'", i + 1);
    else if (text[i] === '(') depth++;
    else if (text[i] === ')' && --depth === 0) return i;
  }
  throw new Error(`an open parenthesis in ${text}`);
}

function commaParts(text) {
  const parts = [''];
  for (let i = 0; i < text.length;) {
    const end = text[i] === '(' ? closing(text, i) + 1 : i + 1;
    if (text[i] === ',') parts.push(''); else parts[parts.length - 1] += text.slice(i, end);
    i = end;
  }
  return parts.map((part) => part.trim());
}

function arrange(clauses) {
  const selects = clauses.filter(({ keyword }) => keyword === 'SELECT').map(({ body }) => body);
  const pick = (keyword) => clauses.filter((clause) => clause.keyword === keyword).map(({ body }) => `${keyword} ${body}`).join(' ');
  let query = `FROM${clauses[0].body} ${pick('WHERE')}`;
  const groupBy = pick('GROUP BY');
  for (const [index, select] of (selects.length === 0 ? ['*'] : selects).entries()) {
    if (index > 0) query = `FROM (${query}) AS q`;
    query = `SELECT ${select} ${query} ${index === 0 && groupBy !== '' ? groupBy : inferredGroupBy(select)} ${index === 0 ? pick('HAVING') : ''}`;
  }
  return `${query} ${pick('ORDER BY')} ${pick('FETCH FIRST')}`;
}

function inferredGroupBy(select) {
  const parts = commaParts(select).map((part) => part.replace(/\s+AS\s+\w+$/, ''));
  const keys = parts.filter((part) => !AGGREGATE.test(part));
  return keys.length === parts.length || keys.length === 0 ? '' : `GROUP BY ${keys.join(', ')}`;
}
