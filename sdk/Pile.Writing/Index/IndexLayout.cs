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
    private readonly ImmutableArray<IndexColumn> columns;
    private readonly int parquetVersion;

    internal IndexLayout(DatasetSchema schema, IndexKey key, bool hasShards, int parquetVersion = ParquetVersion)
    {
        this.parquetVersion = parquetVersion;
        RowGroupRows = (int)Math.Clamp(MaxRowGroupBytes / Math.Max(schema.LightRowBytes, 1) / VectorRows * VectorRows, VectorRows,
            MaxRowGroupRows);
        List<DuckDbField> fields = [new(key.Column, DuckDbType.BigInt)];
        List<IndexColumn> written = [new(DuckDbSql.Identifier(key.Column), [0], 1)];
        Light = [.. Enumerable.Range(0, schema.Indexed.Length).Where(i => schema.Indexed[i].Name != key.Column)];
        foreach (int i in Light)
        {
            ColumnSchema column = schema.Indexed[i];
            DuckDbType element = DuckDbColumn.TypeOf(column.DType);
            fields.Add(new DuckDbField(column.SqlName,
                column.IsBytes ? DuckDbType.Blob
                    : column.IsScalar || SpillLayout.IsTextVector(column) ? element : DuckDbType.List(element)));
            if (column.Nested is not { } group)
                written.Add(new IndexColumn($"{Value(column)} AS {DuckDbSql.Identifier(column.SqlName)}", [fields.Count - 1],
                    CostOf(column)));
            else if (schema.Light.First(c => c.Nested == group) is var member && member == column)
            {
                ImmutableArray<ColumnSchema> members = [.. schema.Light.Where(c => c.Nested == group)];
                written.Add(new IndexColumn(Struct(group, members), [.. members.Select(m => 1 + Light.IndexOf(schema.Indexed.IndexOf(m)))],
                    members.Sum(CostOf)));
            }
        }
        HasShards = hasShards;
        foreach (DuckDbField field in hasShards ? PieceColumns.Fields(schema.Heavy) : [])
        {
            fields.Add(field);
            written.Add(new IndexColumn(DuckDbSql.Identifier(field.Name), [fields.Count - 1], 1));
        }
        (Fields, columns) = ([.. fields], [.. written]);
        select = string.Join(", ", written.Select(c => c.Sql));
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

    /// <summary>Divides the columns into parts of about the same work.</summary>
    /// <param name="count">The number of parts; there are at most as many as columns.</param>
    internal ImmutableArray<IndexPart> Divide(int count)
    {
        ImmutableArray<IndexPart>.Builder parts = ImmutableArray.CreateBuilder<IndexPart>();
        double all = columns.Sum(c => c.Cost), done = 0;
        for (int first = 0, end = 0; first < columns.Length; first = end)
        {
            do
                done += columns[end++].Cost;
            while (end < columns.Length && done + (0.5 * columns[end].Cost) < all * (parts.Count + 1) / count);
            ImmutableArray<IndexColumn> some = columns[first..end];
            parts.Add(new IndexPart([.. some.SelectMany(c => c.Fields).Order()], string.Join(", ", some.Select(c => c.Sql))));
        }
        return parts.ToImmutable();
    }

    /// <summary>Writes batches of the fields of a part as a file.</summary>
    /// <param name="part">The part.</param>
    /// <param name="connection">A connection that keeps the order of rows.</param>
    /// <param name="batches">The batches.</param>
    /// <param name="path">The file.</param>
    /// <param name="cancellationToken">Cancels the writing.</param>
    /// <returns>True if the file has no dictionaries, because it has a negative zero.</returns>
    internal bool Write(IndexPart part, DuckDbConnection connection, IEnumerable<IReadOnlyList<DuckDbColumn>> batches, string path,
        CancellationToken cancellationToken) =>
        ParquetCopy.Write(connection, [.. part.Fields.Select(i => Fields[i])], batches, part.Select, path, Options, cancellationToken);

    // As measured, in numbers of four bytes: lists have levels, too, and texts are hashed and compared.
    private static double CostOf(ColumnSchema column)
    {
        const double Text = 3, Bytes = 12, List = 2, ValuesOfRagged = 4;
        double one = column.DType == DType.String ? Text : 0.25 * column.DType.ElementBytes();
        return column.IsBytes ? Bytes : column.IsScalar ? one : List + (one * (column.IsRagged ? ValuesOfRagged
            : column.Shape.Aggregate(1.0, (product, length) => product * length)));
    }

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
