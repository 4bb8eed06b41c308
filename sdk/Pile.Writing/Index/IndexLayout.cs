using System.Collections.Immutable;
using Pile.DuckDb;
using Pile.Format;
using Pile.Writing.Schemas;
using Pile.Writing.Shards;
using Pile.Writing.Spill;

namespace Pile.Writing.Index;

/// <summary>The columns of the index, and the SQL that writes a tile.</summary>
internal sealed class IndexLayout
{
    /// <summary>The version of Parquet of new indexes. Its encodings of integers and floats are smaller and faster to read.</summary>
    internal const int ParquetVersion = 2;

    /// <summary>The version of the indexes of earlier releases.</summary>
    internal const int OldParquetVersion = 1;

    /// <summary>The number of rows that DuckDB processes together; its row groups are multiples of it.</summary>
    internal const int VectorRows = 2048;

    private const int MaxRowGroupRows = 60 * VectorRows;
    private const long MaxRowGroupBytes = 64L << 20;

    private readonly string select, metadata;
    private readonly int parquetVersion;

    internal IndexLayout(DatasetSchema schema, IndexKey key, bool hasShards, int parquetVersion = ParquetVersion)
    {
        this.parquetVersion = parquetVersion;
        RowGroupRows = (int)Math.Clamp(MaxRowGroupBytes / Math.Max(schema.LightRowBytes, 1) / VectorRows * VectorRows, VectorRows,
            MaxRowGroupRows);
        List<DuckDbField> fields = [new(key.Column, DuckDbType.BigInt)];
        List<string> expressions = [DuckDbSql.Identifier(key.Column)];
        Light = [.. Enumerable.Range(0, schema.Indexed.Length).Where(i => schema.Indexed[i].Name != key.Column)];
        foreach (int i in Light)
        {
            ColumnSchema column = schema.Indexed[i];
            DuckDbType element = DuckDbColumn.TypeOf(column.DType);
            fields.Add(new DuckDbField(column.SqlName,
                column.IsBytes ? DuckDbType.Blob
                    : column.IsScalar || SpillLayout.IsTextVector(column) ? element : DuckDbType.List(element)));
            if (column.Nested is not { } group)
                expressions.Add($"{Value(column)} AS {DuckDbSql.Identifier(column.SqlName)}");
            else if (schema.Light.First(c => c.Nested == group) == column)
                expressions.Add(Struct(group, [.. schema.Light.Where(c => c.Nested == group)]));
        }
        HasShards = hasShards;
        foreach (DuckDbField field in hasShards ? PieceColumns.Fields(schema.Heavy) : [])
        {
            fields.Add(field);
            expressions.Add(DuckDbSql.Identifier(field.Name));
        }
        (Fields, select) = ([.. fields], string.Join(", ", expressions));
        metadata = schema.Indexed.FirstOrDefault(c => c is { Encoding: GeoParquet.Encoding, IsBytes: true }) is { } geometry
            ? $", KV_METADATA {{geo: {DuckDbSql.Literal(GeoParquet.Metadata(geometry.SqlName))}}}" : "";
    }

    /// <summary>Returns the SQL of a column as tiles have it. Lists of text are joined: with NUL between texts if all rows have the same
    /// number of them, with NUL after each text otherwise.</summary>
    private static string Value(ColumnSchema column)
    {
        string name = DuckDbSql.Identifier(column.SqlName);
        return !SpillLayout.IsTextVector(column) ? name : column.IsRagged ? $"string_split({name}, chr(0))[:-2]"
            : $"string_split({name}, chr(0))";
    }

    /// <summary>Returns the SQL of a nested group as one STRUCT of lists, which is null if its members are.</summary>
    private static string Struct(string group, ImmutableArray<ColumnSchema> members) =>
        $"CASE WHEN {DuckDbSql.Identifier(members[0].SqlName)} IS NULL THEN NULL ELSE "
            + $"struct_pack({string.Join(", ", members.Select(m => $"{DuckDbSql.Identifier(m.NestedMember)} := {Value(m)}"))}) END AS "
            + $"{DuckDbSql.Identifier(group)}";

    /// <summary>True if the index locates each row in a shard.</summary>
    internal bool HasShards { get; }

    /// <summary>The columns that follow the key, by their number in <see cref="DatasetSchema.Indexed"/>.</summary>
    internal ImmutableArray<int> Light { get; }

    /// <summary>The number of rows of a row group, which is part of the format.</summary>
    internal int RowGroupRows { get; }

    /// <summary>The columns of batches: vectors of text are joined with NUL.</summary>
    internal ImmutableArray<DuckDbField> Fields { get; }

    /// <summary>Writes batches of such columns as one tile.</summary>
    /// <param name="connection">A connection that keeps the order of rows.</param>
    /// <param name="batches">The batches.</param>
    /// <param name="path">The file.</param>
    /// <param name="cancellationToken">Cancels the writing.</param>
    internal void Write(DuckDbConnection connection, IEnumerable<IReadOnlyList<DuckDbColumn>> batches, string path,
        CancellationToken cancellationToken) =>
        ParquetCopy.Write(connection, Fields, batches, select, path, Options, cancellationToken);

    /// <summary>Returns SQL that writes the result of a query over tiles, with a tile's columns, as another tile.</summary>
    /// <param name="query">The query.</param>
    /// <param name="path">The file.</param>
    /// <param name="option">See <see cref="ParquetCopy.OptionFor(DuckDbConnection, string, CancellationToken)"/>.</param>
    internal string CopyWrittenSql(string query, string path, string option) => Copy(query, path, option);

    /// <summary>Returns SQL that writes the schema only.</summary>
    internal string CopySchemaSql(string path) => Copy(SchemaSql, path);

    /// <summary>SQL that returns a tile's columns without rows.</summary>
    internal string SchemaSql => $"SELECT {select} FROM (SELECT "
        + $"{string.Join(", ", Fields.Select(f => $"CAST(NULL AS {f.Type}) AS {DuckDbSql.Identifier(f.Name)}"))}) WHERE false";

    private string Options => $", PARQUET_VERSION V{parquetVersion}, COMPRESSION zstd, ROW_GROUP_SIZE {RowGroupRows}{metadata}";

    private string Copy(string query, string path, string option = "") =>
        $"COPY ({query}) TO {DuckDbSql.Literal(path)} (FORMAT parquet{Options}{option})";
}
