using Pile.Fits;
using Pile.Format;

namespace Pile.Builders.Sources;

/// <summary>Reads rows of a FITS column as a native column with the survey's name, type, shape and unit.</summary>
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

    /// <summary>Reads rows of a column.</summary>
    /// <exception cref="SchemaMismatchException">The column has variable length or complex numbers.</exception>
    internal static ColumnData Read(string path, FitsTable table, FitsColumn column, string name, long firstRow = 0, int rowCount = 1)
    {
        if (column.IsVariableLength)
            throw Unsupported("of fixed length");
        return column.Type switch
        {
            FitsType.Text => Text(table, column, name, firstRow, rowCount),
            FitsType.Bit or FitsType.Bool => Values<bool>(table, column, name, firstRow, rowCount),
            FitsType.UInt8 => Values<byte>(table, column, name, firstRow, rowCount),
            FitsType.Int8 => Values<sbyte>(table, column, name, firstRow, rowCount),
            FitsType.Int16 => Values<short>(table, column, name, firstRow, rowCount),
            FitsType.UInt16 => Values<ushort>(table, column, name, firstRow, rowCount),
            FitsType.Int32 => Values<int>(table, column, name, firstRow, rowCount),
            FitsType.UInt32 => Values<uint>(table, column, name, firstRow, rowCount),
            FitsType.Int64 => Values<long>(table, column, name, firstRow, rowCount),
            FitsType.UInt64 => Values<ulong>(table, column, name, firstRow, rowCount),
            FitsType.Float32 => Values<float>(table, column, name, firstRow, rowCount),
            FitsType.Float64 => Values<double>(table, column, name, firstRow, rowCount),
            _ => throw Unsupported("of numbers or text"),
        };

        SchemaMismatchException Unsupported(string expected) => new(path, column.Name,
            $"expected a column {expected}, found TFORM {column.Form}", "Leave out this file, or download it again");
    }

    /// <summary>Reads numbers as one array of any length, which is a heavy column.</summary>
    /// <param name="path">The file.</param>
    /// <param name="table">The table.</param>
    /// <param name="column">The column.</param>
    /// <param name="name">The name of the column in the dataset.</param>
    /// <param name="row">The row with the array; null for the array of all rows.</param>
    /// <exception cref="SchemaMismatchException">The column has complex numbers.</exception>
    internal static ColumnData ReadArray(string path, FitsTable table, FitsColumn column, string name, long? row)
    {
        return column.Type switch
        {
            FitsType.Text => TextColumnData.FromLists(Ragged(column, name), [Texts()]),
            FitsType.Bit or FitsType.Bool => Array<bool>(),
            FitsType.UInt8 => Array<byte>(),
            FitsType.Int8 => Array<sbyte>(),
            FitsType.Int16 => Array<short>(),
            FitsType.UInt16 => Array<ushort>(),
            FitsType.Int32 => Array<int>(),
            FitsType.UInt32 => Array<uint>(),
            FitsType.Int64 => Array<long>(),
            FitsType.UInt64 => Array<ulong>(),
            FitsType.Float32 => Array<float>(),
            FitsType.Float64 => Array<double>(),
            _ => throw new SchemaMismatchException(path, column.Name, $"expected numbers or text, found TFORM {column.Form}",
                "Leave out this file, or download it again"),
        };

        ColumnData<T> Array<T>() where T : unmanaged
        {
            T[] values = new T[Length()];
            if (column.IsVariableLength)
                table.ReadRow<T>(column, row ?? 0, values);
            else
                table.Read<T>(column, row ?? 0, row is null ? (int)table.RowCount : 1, values);
            return new(Ragged(column, name), values, [values.Length]);
        }

        string[] Texts()
        {
            string[] texts = new string[row is null ? table.RowCount * column.Repeat : column.Repeat];
            table.ReadText(column, row ?? 0, row is null ? (int)table.RowCount : 1, texts);
            return texts;
        }

        long Length()
        {
            if (!column.IsVariableLength)
                return row is null ? table.RowCount * column.Repeat : column.Repeat;
            long[] length = [0];
            table.ReadLengths(column, row ?? 0, length);
            return length[0];
        }
    }

    private static ColumnSchema Ragged(FitsColumn column, string name) => Schema(column, name) with
    {
        Shape = [ColumnSchema.Ragged],
        Storage = column.Type is FitsType.Text ? ColumnStorage.Light : ColumnStorage.Heavy,
        Nullable = false,
    };

    private static ColumnData<T> Values<T>(FitsTable table, FitsColumn column, string name, long firstRow, int rowCount) where T : unmanaged
    {
        ColumnSchema schema = Schema(column, name);
        T[] values = new T[rowCount * column.Repeat];
        if (!schema.Nullable || column.Repeat == 0)
        {
            table.Read<T>(column, firstRow, rowCount, values);
            return new(schema, values, rowCount);
        }
        bool[] isNull = new bool[values.Length];
        table.Read<T>(column, firstRow, rowCount, values, isNull);
        bool[] isNullRow = [.. isNull.Chunk(column.Repeat).Select(row => Array.TrueForAll(row, n => n))];
        return new(schema, values, rowCount, isNullRow);
    }

    private static TextColumnData Text(FitsTable table, FitsColumn column, string name, long firstRow, int rowCount)
    {
        string[] texts = new string[rowCount * column.Repeat];
        table.ReadText(column, firstRow, rowCount, texts);
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
