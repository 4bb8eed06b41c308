using System.Collections.Immutable;
using System.Text;
using Pile.DuckDb;
using Pile.Format;
using Pile.Tables.Opening;

namespace Pile.Tables.Parquet;

/// <summary>A column of a Parquet file: its schema, and the SQL that reads it.</summary>
internal sealed record ParquetColumn(ColumnSchema Schema, string Expression)
{
    /// <summary>True for instants (TIMESTAMP), whose texts are ISO 8601, in UTC unless they have an offset.</summary>
    internal bool IsTimestamp { get; init; }

    /// <summary>True for bytes without a logical type (BLOB), which are text or not.</summary>
    internal bool IsBinary { get; init; }

    /// <summary>The number of lists around an element.</summary>
    internal int Depth { get; init; }

    /// <summary>An integer of lists with missing elements that float64, which has NaN for these, does not represent; null for other
    /// columns.</summary>
    internal string? Inexact { get; init; }

    /// <summary>SQL that reads a DECIMAL, which is float64 otherwise, as text with all digits; null for other columns.</summary>
    private string? ExactText { get; init; }

    internal const string RowNumber = "_pile_row_number";

    /// <summary>Returns the table expression of a file, with its name taken literally and without columns from folder names.</summary>
    internal static string Scan(string path) => $"read_parquet([{FileLiteral(path)}], hive_partitioning = false)";

    /// <summary>Returns the table expression with the number of each row as <see cref="RowNumber"/>. Rows are counted if a column has the
    /// name of DuckDB's virtual column.</summary>
    internal static string NumberedScan(string path, ImmutableArray<ParquetColumn> columns) =>
        columns.Any(c => c.Schema.Name.Equals("file_row_number", StringComparison.OrdinalIgnoreCase))
            ? $"(SELECT *, row_number() OVER () - 1 AS {RowNumber} FROM {Scan(path)})"
            : $"(SELECT *, file_row_number AS {RowNumber} FROM read_parquet([{FileLiteral(path)}], hive_partitioning = false, "
                + "file_row_number = true))";

    /// <summary>Returns the column as it is read for a cast to another dtype, so that no value is rounded before it.</summary>
    internal ParquetColumn For(DType type) => type.IsFloat() ? WithMissingElements()
        : ExactText is null || type is DType.Bool ? this : new(Schema with { DType = DType.String }, ExactText);

    /// <summary>Returns a column of lists as float64, with NaN for missing elements.</summary>
    internal ParquetColumn AsFloat64() => this with
    {
        Schema = Schema with { DType = DType.Float64, Categories = [] },
        Expression = $"CAST({Expression} AS DOUBLE{string.Concat(Enumerable.Repeat("[]", Depth))})",
    };

    /// <summary>Returns the column as float64 if it is a list of integers, which otherwise could not have missing elements; otherwise the
    /// column itself.</summary>
    private ParquetColumn WithMissingElements() => Schema.Shape.Length != 1 || Schema.DType.IsFloat()
        || Schema.DType is DType.String or DType.Bool ? this : new(Schema with { DType = DType.Float64 },
        $"list_transform({Expression}, lambda x: CASE WHEN x IS NULL OR x::DOUBLE::HUGEINT = x::HUGEINT THEN x::DOUBLE ELSE error('the "
            + $"integer ' || x || ' of column ' || {DuckDbSql.Literal(Schema.Name)} || ' is not exact as float64') END)");

    /// <summary>Reads the columns of a file.</summary>
    internal static ImmutableArray<ParquetColumn> Describe(DuckDbConnection connection, string path, ParquetMetadata metadata)
    {
        HashSet<string> withoutNull = ColumnsWithoutNull(connection, path);
        using DuckDbResult result = connection.Query($"SELECT * FROM {Scan(path)} LIMIT 0");
        ImmutableArray<ParquetColumn>.Builder columns = ImmutableArray.CreateBuilder<ParquetColumn>();
        // DuckDB changes names that differ by case only, or repeat.
        string[] written = ParquetNames.Of(connection, path), unique = UniqueNames.Of(written);
        bool areKnown = written.Length == result.Columns.Count;
        for (int i = 0; i < result.Columns.Count; i++)
        {
            DuckDbField field = result.Columns[i];
            Add(columns, areKnown ? unique[i] : field.Name, DuckDbSql.Identifier(field.Name), field.Type,
                isNullable: !withoutNull.Contains(areKnown ? written[i] : field.Name));
        }
        return [.. columns.Select(column => column.With(metadata))];
    }

    /// <summary>Returns the columns of one field of a result: several for a struct.</summary>
    /// <param name="name">The name of the field in the file.</param>
    /// <param name="field">The field.</param>
    /// <param name="isNullable">True if values may be missing.</param>
    /// <param name="metadata">The metadata of the file's columns.</param>
    internal static ImmutableArray<ParquetColumn> Of(string name, DuckDbField field, bool isNullable, ParquetMetadata metadata)
    {
        ImmutableArray<ParquetColumn>.Builder columns = ImmutableArray.CreateBuilder<ParquetColumn>();
        Add(columns, name, DuckDbSql.Identifier(field.Name), field.Type, isNullable);
        return [.. columns.Select(column => column.With(metadata))];
    }

    private ParquetColumn With(ParquetMetadata metadata) => metadata.Find(ColumnNames.ToXml(Schema.Name)) is { } declared
        ? this with { Schema = Complete(Schema, declared) } : this;

    /// <summary>Adds unit, UCD and description, and the fixed lengths of arrays that Parquet stores as lists of lists, or as a plain
    /// list.</summary>
    private static ColumnSchema Complete(ColumnSchema column, ColumnSchema declared) => column with
    {
        Unit = declared.Unit,
        Ucd = declared.Ucd,
        Description = declared.Description,
        Time = declared.Time,
        SpectralMedium = column.DType.IsFloat() ? declared.SpectralMedium : null,
        Categories = column.DType.IsInteger() && column.IsScalar ? declared.Categories : [],
        Shape = declared.Shape.Length > 0 && (column.Shape is [ColumnSchema.Ragged] || column.Shape.Length == declared.Shape.Length)
            && column.Shape.All(length => length == ColumnSchema.Ragged) ? declared.Shape : column.Shape,
    };

    private static void Add(ImmutableArray<ParquetColumn>.Builder columns, string name, string expression, DuckDbType type, bool isNullable)
    {
        if (type.Id is DuckDbTypeId.Struct)
        {
            foreach (DuckDbField field in type.Fields)
                Add(columns, $"{name}.{field.Name}", $"struct_extract({expression}, {DuckDbSql.Literal(field.Name)})", field.Type,
                    isNullable: true);
            return;
        }

        // a table in each row: one list per column
        if (type is { Id: DuckDbTypeId.List, Child: { Id: DuckDbTypeId.Struct } row })
        {
            foreach (DuckDbField field in row.Fields)
                Add(columns, $"{name}.{field.Name}",
                    $"list_transform({expression}, lambda x: struct_extract(x, {DuckDbSql.Literal(field.Name)}))",
                    DuckDbType.List(field.Type), isNullable: true);
            return;
        }

        List<int> shape = [];
        DuckDbType element = type;
        while (element.Id is DuckDbTypeId.List or DuckDbTypeId.Array)
        {
            shape.Add(element.Id is DuckDbTypeId.Array ? element.ArrayLength : ColumnSchema.Ragged);
            element = element.Child!;
        }
        DType? dtype = element.Id is not DuckDbTypeId.Varchar ? element.Id.ToDType() : shape.Count == 1 ? DType.String : null;
        string? exactText = null;
        if (dtype is null && element.Id is DuckDbTypeId.Decimal)
        {
            bool isInteger = element.IsInt64Decimal;
            dtype = isInteger ? DType.Int64 : DType.Float64;
            exactText = isInteger || shape.Count > 0 ? null : $"CAST({expression} AS VARCHAR)";
            expression = isInteger ? $"CAST({expression} AS BIGINT{string.Concat(shape.Select(_ => "[]"))})"
                : DuckDbSql.DecimalAsDouble(expression, type);
        }
        else if (dtype is null && (shape.Count > 0 || element.Id is not (DuckDbTypeId.Varchar or DuckDbTypeId.Blob)))
        {
            // Dates, times, maps, lists of lists of text …: as text in DuckDB's format (ISO 8601 for dates and times).
            expression = $"CAST({expression} AS VARCHAR)";
            shape.Clear();
        }
        columns.Add(new(new ColumnSchema { Name = name, DType = dtype ?? DType.String, Shape = [.. shape], Nullable = isNullable },
            expression)
        {
            Depth = shape.Count,
            ExactText = exactText,
            IsBinary = type.Id is DuckDbTypeId.Blob,
            IsTimestamp = type.Id is DuckDbTypeId.Timestamp or DuckDbTypeId.TimestampS or DuckDbTypeId.TimestampMs
                or DuckDbTypeId.TimestampNs or DuckDbTypeId.TimestampTz,
        });
    }

    /// <summary>Returns the columns, and elements of lists, whose statistics state for every row group that no value is missing.</summary>
    internal static HashSet<string> ColumnsWithoutNull(DuckDbConnection connection, string path)
    {
        HashSet<string> names = new(StringComparer.Ordinal);
        using DuckDbResult result = connection.Query(
            $"SELECT path_in_schema FROM parquet_metadata({FileLiteral(path)}) GROUP BY path_in_schema HAVING count(stats_null_count) = "
                + "count(*) AND sum(stats_null_count) = 0");
        foreach (DuckDbChunk chunk in result.Chunks())
            for (int row = 0; row < chunk.RowCount; row++)
                names.Add(chunk[0].Text(row) ?? "");
        return names;
    }

    /// <summary>Returns the columns with times in nanoseconds that DuckDB reads in microseconds: those in UTC, and INT96.</summary>
    internal static string[] WithNanosecondsOfUtc(DuckDbConnection connection, string path)
    {
        List<string> names = [];
        using DuckDbResult result = connection.Query($"SELECT name FROM parquet_schema({FileLiteral(path)}) WHERE type = 'INT96' "
            + "OR logical_type LIKE 'TimestampType(isAdjustedToUTC=1,%NANOS=Nano%'");
        foreach (DuckDbChunk chunk in result.Chunks())
            for (int row = 0; row < chunk.RowCount; row++)
                names.Add(chunk[0].Text(row) ?? "");
        return [.. names];
    }

    /// <summary>Returns a file's name as a DuckDB literal, with <c>*</c>, <c>?</c> and <c>[</c> escaped.</summary>
    internal static string FileLiteral(string path)
    {
        StringBuilder escaped = new(path.Length);
        foreach (char c in path)
        {
            if (c is '*' or '?' or '[')
                escaped.Append('[').Append(c).Append(']');
            else
                escaped.Append(c);
        }
        return DuckDbSql.Literal(escaped.ToString());
    }
}
