using System.Collections.Immutable;
using Apache.Arrow;
using Apache.Arrow.Types;
using Pile.DuckDb;
using Pile.Format;
using Pile.Tables.Parquet;

namespace Pile.Tables.Arrow;

/// <summary>A column of an Arrow file.</summary>
/// <param name="Field">The field of the schema that has its values; several columns have the fields of one struct.</param>
/// <param name="Column">Its schema, and the SQL that reads it from a view whose columns are <see cref="NameOf"/>. As in Parquet, so that
/// a table gives the same columns in both formats.</param>
internal sealed record ArrowColumn(int Field, ParquetColumn Column)
{
    /// <summary>True if the values are read without DuckDB.</summary>
    internal bool IsDirect { get; init; }

    /// <summary>Returns the name of a field in the view. The names of a file may repeat.</summary>
    internal static string NameOf(int field) => $"c{field}";

    /// <summary>Returns the dtype of a type whose values are read without DuckDB; null for others.</summary>
    internal static DType? DirectTypeOf(IArrowType type) => type switch
    {
        BooleanType => DType.Bool,
        Int8Type => DType.Int8,
        UInt8Type => DType.UInt8,
        Int16Type => DType.Int16,
        UInt16Type => DType.UInt16,
        Int32Type => DType.Int32,
        UInt32Type => DType.UInt32,
        Int64Type or DurationType => DType.Int64,
        UInt64Type => DType.UInt64,
        HalfFloatType or FloatType => DType.Float32,
        DoubleType => DType.Float64,
        StringType or LargeStringType or StringViewType => DType.String,
        _ => null,
    };

    /// <summary>Returns the columns of a field.</summary>
    /// <param name="index">The field.</param>
    /// <param name="name">Its name, unique in the table.</param>
    /// <param name="field">The field as the file declares it.</param>
    /// <param name="imported">The type that DuckDB imports; null for a field that is read without it.</param>
    /// <param name="isNullable">True if values may be missing.</param>
    /// <param name="metadata">The metadata of the schema.</param>
    internal static IEnumerable<ArrowColumn> Of(int index, string name, Field field, DuckDbType? imported, bool isNullable,
        ParquetMetadata metadata)
    {
        DuckDbField read = new(NameOf(index), imported ?? DuckDbType.Varchar);
        ImmutableArray<ParquetColumn> columns = ParquetColumn.Of(name, read, isNullable, metadata);
        if (imported is null)
            columns = [columns[0] with { Schema = columns[0].Schema with { DType = DirectTypeOf(field.DataType)!.Value } }];
        foreach (ParquetColumn column in columns)
        {
            ColumnSchema schema = columns.Length > 1 || column.Schema.Name != name ? column.Schema
                : ArrowFieldMetadata.Complete(column.Schema, field.Metadata);
            if (field.DataType is DurationType duration)
                schema = schema with { Unit = schema.Unit ?? UnitOf(duration.Unit) };
            yield return new ArrowColumn(index, column with { Schema = schema }) { IsDirect = imported is null };
        }
    }

    private static string UnitOf(TimeUnit unit) => unit switch
    {
        TimeUnit.Second => "s",
        TimeUnit.Millisecond => "ms",
        TimeUnit.Microsecond => "us",
        _ => "ns",
    };
}
