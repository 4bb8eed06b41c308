using Apache.Arrow;
using Pile.DuckDb;
using Pile.Format;
using Pile.Tables.Parquet;

namespace Pile.Tables.Arrow;

/// <summary>Finds the columns of an Arrow file.</summary>
internal static class ArrowColumns
{
    /// <summary>Returns the columns in the order of the fields.</summary>
    /// <param name="file">The file.</param>
    /// <param name="names">The names of the fields, unique.</param>
    /// <param name="metadata">The metadata of the schema.</param>
    /// <param name="cancellationToken">Cancels the reading of lists of integers with missing elements, whose values decide their
    /// type.</param>
    /// <exception cref="ArrowFault">A column has a type that is not read, or there are no columns.</exception>
    internal static ArrowColumn[] Describe(ArrowFile file, string[] names, ParquetMetadata metadata, CancellationToken cancellationToken)
    {
        if (names.Length == 0)
            throw ArrowFault.Unsupported("it has no columns", "Write a table with at least one column");
        DuckDbType?[] imported = ImportedTypes(file.Schema, names);
        List<ArrowColumn> columns = [];
        int node = 0;
        for (int i = 0; i < names.Length; i++)
        {
            ArrowField field = file.Fields[i];
            bool isNullable = imported[i] is not null && field.DictionaryId is null || file.NullsOf(node) > 0
                || (field.DictionaryId is { } dictionary && file.HasNulls(dictionary));
            ArrowColumn[] found = [.. ArrowColumn.Of(i, names[i], file.Schema.FieldsList[i], imported[i], isNullable, metadata)];
            int nodes = NodesOf(field);
            bool hasMissing = Enumerable.Range(node + 1, nodes - 1).Any(n => file.NullsOf(n) > 0);
            columns.AddRange(hasMissing ? found.Select(c => Resolve(file, c, cancellationToken)) : found);
            node += nodes;
        }
        return [.. columns];
    }

    // Types that are read without DuckDB are null, so that it is not started for plain tables.
    private static DuckDbType?[] ImportedTypes(Schema schema, string[] names)
    {
        DuckDbType?[] types = new DuckDbType?[names.Length];
        int[] imported = [.. Enumerable.Range(0, names.Length).Where(i => ArrowColumn.DirectTypeOf(schema.FieldsList[i].DataType) is null
            || ArrowConversion.MetadataOf(schema.FieldsList[i]) is not null)];
        if (imported.Length == 0)
            return types;
        using DuckDbDatabase database = DuckDbDatabase.OpenInMemory(new() { Threads = 1 });
        using DuckDbConnection connection = database.Connect();
        foreach (int i in imported)
        {
            try
            {
                using ArrowImport import = new(connection, ArrowBatches.ImportSchema(schema, [i]));
                using IDisposable scan = import.Scan(null);
                using DuckDbResult result = connection.Query($"SELECT * FROM {ArrowImport.View} LIMIT 0");
                types[i] = result.Columns[0].Type;
            }
            catch (DuckDbException e)
            {
                throw new ArrowFault($"column '{names[i]}' has the type {schema.FieldsList[i].DataType.Name}, which is not read",
                    "Leave the column out, or write it with another type", e);
            }
        }
        return types;
    }

    private static int NodesOf(ArrowField field) => 1 + (field.DictionaryId is null ? field.Children.Sum(NodesOf) : 0);

    /// <summary>Returns a column of lists of integers with missing elements as float64, which has NaN for these, if it represents all
    /// integers.</summary>
    private static ArrowColumn Resolve(ArrowFile file, ArrowColumn column, CancellationToken cancellationToken)
    {
        ColumnSchema schema = column.Column.Schema;
        if (column.IsDirect || schema.IsScalar || !schema.DType.IsInteger())
            return column;
        using ArrowBatches batches = file.Batches([column], 0, long.MaxValue, cancellationToken);
        bool hasMissing = false;
        string? inexact = null;
        while (batches.TryImport(connection =>
        {
            (bool missing, string? value) = ParquetMissingElements.Find(connection, ArrowImport.View, column.Column, cancellationToken);
            hasMissing |= missing;
            inexact ??= value;
        }))
        {
        }
        return !hasMissing ? column : column with
        {
            Column = inexact is null ? column.Column.AsFloat64() : column.Column with { Inexact = inexact },
        };
    }
}
