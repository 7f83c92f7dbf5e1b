/** Words that an identifier must be quoted to be. */
const WORDS = `
abs all allocate alter analyse analyze and any are array array_agg as asc asensitive assert asymmetric at atomic authorization avg
begin between bigint binary blob boolean both by bytea
call called cardinality cascaded case cast ceil ceiling char char_length character character_length check clob close coalesce collate
collation collect column commit concurrently condition connect constraint contains convert corr corresponding count covar_pop covar_samp create cross cube
cume_dist current current_catalog current_database current_date current_default_transform_group current_path current_role current_row
current_schema current_setting current_time current_timestamp current_transform_group_for_type current_user cursor cycle
date date_bin date_trunc day deallocate dec decimal declare default deferrable delete dense_rank deref desc describe deterministic
disconnect distinct do double drop duration dynamic
each element else end end_frame end_partition equals erase escape every except exclude exec execute exists exp external extract
false fetch filter first_value float floor following for foreign frame_row free freeze from full function fusion
generated get global grant group grouping groups
having hold hour
identity ilike in indicator initially inner inout insensitive insert int integer intersect intersection interval into is isnull
join json_array json_arrayagg json_exists json_object json_objectagg json_query json_table json_value
keyword lag language large last_value lateral lead leading left like like_regex limit listagg ln local local_date local_time local_timestamp
localdate localtime localtimestamp log log10 lower
match max member merge method min minute mod modifies module month multiset
national natural nchar nclob nest_many nest_one new no none normalize not notnull nth_value ntile null nullif numeric
occurrences_regex octet_length of offset old omit on one only open or order out outer over overlaps overlay
parameter partition patch percent percent_rank percentile_cont percentile_disc period placing portion position position_regex power precedes
preceding precision prepare primary procedure ptf
range range_bins rank reads real record records recursive ref references referencing regr_avgx regr_avgy regr_count regr_intercept regr_r2
regr_slope regr_sxx regr_sxy regr_syy release rename result return returning returns revoke right rollback rollup row row_number rows running
savepoint scope scroll search second seek select sensitive session_user set show similar sin sinh skip smallint some specific specifictype
sql sqlexception sqlstate sqlwarning sqrt start static stddev_pop stddev_samp submultiset subset substring substring_regex succeeds sum
symmetric system system_time system_user
table tablesample tan tanh then time timestamp timestamptz timezone_hour timezone_minute to trailing translate translate_regex translation
treat trigger trim trim_array true truncate
uescape union unique unknown unnest update upper uri user using uuid
valid_time value value_of values var_pop var_samp varbinary varchar variadic varying verbose versioning
when whenever where width_bucket window with within without xtql year`;

export const RESERVED_WORDS: ReadonlySet<string> = new Set(WORDS.trim().split(/\s+/));
