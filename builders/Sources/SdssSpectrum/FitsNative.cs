using Pile.Fits;
using Pile.Format;

namespace Pile.Builders.Sources.SdssSpectrum;

/// <summary>Reads one row of a FITS column as a native column with the survey's name, type, shape and unit.</summary>
internal static class FitsNative
{
    /// <summary>Returns the schema of the column in the dataset.</summary>
    internal static ColumnSchema Schema(FitsColumn column, string name)
    {
        int[] shape = column.Shape.Count > 0 ? [.. column.Shape.Select(n => (int)n)] : column.Repeat == 1 ? [] : [column.Repeat];
        DType type = TypeOf(column.Type);
        return new()
        {
            Name = name,
            DType = type,
            Shape = [.. shape],
            Storage = ColumnSchema.StorageFor(type, shape),
            Unit = column.Unit,
            Ucd = column.Ucd,
            Description = column.Description,
            Nullable = column.NullValue is not null || column.Type is FitsType.Bool,
        };
    }

    /// <summary>Reads the first row of a column.</summary>
    /// <exception cref="SchemaMismatchException">The column has variable length or complex numbers, which SDSS does not use.</exception>
    internal static ColumnData Read(string path, FitsTable table, FitsColumn column, string name) => column.IsVariableLength
        ? throw SpecFile.Unlike(path, column.Name, $"expected a column of fixed length, found TFORM {column.Form}")
        : column.Type switch
        {
            FitsType.Text => Text(table, column, name),
            FitsType.Bit or FitsType.Bool => Values<bool>(table, column, name),
            FitsType.UInt8 => Values<byte>(table, column, name),
            FitsType.Int8 => Values<sbyte>(table, column, name),
            FitsType.Int16 => Values<short>(table, column, name),
            FitsType.UInt16 => Values<ushort>(table, column, name),
            FitsType.Int32 => Values<int>(table, column, name),
            FitsType.UInt32 => Values<uint>(table, column, name),
            FitsType.Int64 => Values<long>(table, column, name),
            FitsType.UInt64 => Values<ulong>(table, column, name),
            FitsType.Float32 => Values<float>(table, column, name),
            FitsType.Float64 => Values<double>(table, column, name),
            _ => throw SpecFile.Unlike(path, column.Name, $"expected numbers or text, found TFORM {column.Form}"),
        };

    private static ColumnData<T> Values<T>(FitsTable table, FitsColumn column, string name) where T : unmanaged
    {
        ColumnSchema schema = Schema(column, name);
        T[] values = new T[column.Repeat];
        bool[] isNull = new bool[schema.Nullable ? column.Repeat : 0];
        table.Read<T>(column, 0, 1, values, isNull);
        return new(schema, values, 1, schema.Nullable ? new[] { isNull.All(n => n) } : default(ReadOnlyMemory<bool>));
    }

    private static TextColumnData Text(FitsTable table, FitsColumn column, string name)
    {
        string[] texts = new string[column.Repeat];
        table.ReadText(column, 0, 1, texts);
        return TextColumnData.From(Schema(column, name), texts);
    }

    private static DType TypeOf(FitsType type) => type switch
    {
        FitsType.Text => DType.String,
        FitsType.UInt8 => DType.UInt8,
        FitsType.Int8 => DType.Int8,
        FitsType.Int16 => DType.Int16,
        FitsType.UInt16 => DType.UInt16,
        FitsType.Int32 => DType.Int32,
        FitsType.UInt32 => DType.UInt32,
        FitsType.Int64 => DType.Int64,
        FitsType.UInt64 => DType.UInt64,
        FitsType.Float32 => DType.Float32,
        FitsType.Float64 => DType.Float64,
        _ => DType.Bool,
    };
}
