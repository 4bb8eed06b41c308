using System.Collections.Immutable;
using System.Globalization;
using Apache.Arrow;
using Pile.Format;
using Pile.Tables.Arrow;
using Pile.Tables.Parquet;
using Pile.Tables.Writing;

namespace Pile.Tables;

/// <summary>Converts columns and rows to Apache Arrow.</summary>
/// <remarks>Arrays are lists, nested by axis; a boolean is a bit; text is UTF-8 with offsets of 32 bits. Each field has the metadata
/// <c>unit</c>, <c>ucd</c>, <c>description</c>, <c>time_scale</c>, <c>time_reference</c>, <c>time_zero_mjd</c> and
/// <c>spectral_medium</c>, as far as the column declares them. Reading a file with such a schema gives the same columns again.</remarks>
public static class ArrowConvert
{
    /// <summary>Returns the Arrow schema of columns.</summary>
    /// <param name="columns">The columns, in the order of the fields.</param>
    /// <returns>A schema whose fields are nullable, with the metadata of the columns.</returns>
    /// <exception cref="ArgumentException">A column is null.</exception>
    public static Schema ToSchema(IEnumerable<ColumnSchema> columns)
    {
        ArgumentNullException.ThrowIfNull(columns);
        ImmutableArray<ColumnSchema> all = [.. columns];
        return all.Contains(null!) ? throw new ArgumentNullException(nameof(columns), "A column is null.") : ToSchema(all, null);
    }

    /// <summary>Converts rows.</summary>
    /// <param name="rows">The rows. The record batch refers to their memory, which must not change while it is used.</param>
    /// <param name="schema">The schema of the rows' columns, as <see cref="ToSchema(IEnumerable{ColumnSchema})"/> returns it; null to
    /// create one.</param>
    /// <returns>A record batch with the same rows. Disposing it is not required.</returns>
    /// <exception cref="ArgumentException">The schema has other columns, or a column has values in other files.</exception>
    public static RecordBatch ToRecordBatch(RowBatch rows, Schema? schema = null)
    {
        ArgumentNullException.ThrowIfNull(rows);
        return ToRecordBatch([.. rows.Columns], rows.RowCount, schema ?? ToSchema(rows.Columns.Select(c => c.Schema)));
    }

    /// <summary>Returns the schema with the metadata of a table.</summary>
    internal static Schema ToSchema(ImmutableArray<ColumnSchema> columns, TableAbout? about) => new(
        columns.Select(c => new Field(c.Name, ArrowArrays.TypeOf(c), nullable: true, ArrowFieldMetadata.Of(c))),
        ArrowFieldMetadata.NonEmpty(
        [
            new("description", about?.Description), new("frame", about?.Frame),
            new(StatedEpoch.Key, about?.EpochOf(columns)?.ToString("R", CultureInfo.InvariantCulture)),
            .. (about?.Facts ?? []).Select(f => new KeyValuePair<string, string?>(f.Key, f.Value)),
            // Frames, epochs, categories and fixed lengths of arrays, as in a Parquet file that is converted to Arrow.
            new(ParquetMetadata.VoTableKey, ParquetSink.VoTableOf(columns, about)),
        ]));

    /// <summary>Converts columns of equal length.</summary>
    internal static RecordBatch ToRecordBatch(ReadOnlySpan<ColumnData> columns, int rowCount, Schema schema)
    {
        if (columns.Length != schema.FieldsList.Count)
            throw new ArgumentException($"The rows have {columns.Length} columns; the schema has {schema.FieldsList.Count}.", nameof(schema));
        IArrowArray[] arrays = new IArrowArray[columns.Length];
        for (int i = 0; i < arrays.Length; i++)
        {
            Field field = schema.FieldsList[i];
            if (field.Name != columns[i].Schema.Name || !IsOf(columns[i].Schema, field))
                throw new ArgumentException($"Column {i} is {columns[i].Schema}; the schema has '{field.Name}' of type "
                    + $"{field.DataType.Name}.", nameof(schema));
            arrays[i] = ArrowArrays.Of(columns[i], field.DataType);
        }
        return new RecordBatch(schema, arrays, rowCount);
    }

    private static bool IsOf(ColumnSchema column, Field field)
    {
        Apache.Arrow.Types.IArrowType expected = ArrowArrays.TypeOf(column), found = field.DataType;
        while (expected is Apache.Arrow.Types.ListType list && found is Apache.Arrow.Types.ListType other)
            (expected, found) = (list.ValueDataType, other.ValueDataType);
        return expected.TypeId == found.TypeId;
    }
}
