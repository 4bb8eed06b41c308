using System.Collections.Immutable;
using System.Globalization;
using Pile.Format;

namespace Pile.Tables.Writing;

/// <summary>The metadata of Arrow's interprocess format.</summary>
/// <remarks>Source: Apache Arrow, Message.fbs, Schema.fbs and File.fbs of format version 1.5; the numbers are those of slots and of
/// members of unions.</remarks>
internal static class ArrowMetadata
{
    private const short Version5 = 4;
    private const byte SchemaHeader = 1, RecordBatchHeader = 3;
    private const byte IntType = 2, FloatType = 3, Utf8Type = 5, BoolType = 6, ListType = 12;

    /// <summary>Returns the message with the schema.</summary>
    internal static byte[] SchemaMessage(ImmutableArray<ColumnSchema> columns, TableAbout? about)
    {
        FlatBuffer buffer = new();
        return Message(buffer, SchemaHeader, Schema(buffer, columns, about), 0);
    }

    /// <summary>Returns the message of a batch of rows.</summary>
    /// <param name="rows">The number of rows.</param>
    /// <param name="nodes">For each array its number of values and of missing values.</param>
    /// <param name="buffers">For each buffer its offset in the body and its length in bytes.</param>
    /// <param name="bodyBytes">The length of the body.</param>
    internal static byte[] BatchMessage(int rows, ReadOnlySpan<long> nodes, ReadOnlySpan<long> buffers, long bodyBytes)
    {
        FlatBuffer buffer = new();
        int ofBuffers = buffer.Structs(buffers, 2), ofNodes = buffer.Structs(nodes, 2);
        buffer.BeginTable(4);
        buffer.Int64(0, rows);
        buffer.Reference(1, ofNodes);
        buffer.Reference(2, ofBuffers);
        return Message(buffer, RecordBatchHeader, buffer.EndTable(), bodyBytes);
    }

    /// <summary>Returns the footer of a file.</summary>
    /// <param name="columns">The columns.</param>
    /// <param name="about">The metadata of the table.</param>
    /// <param name="blocks">For each batch its offset in the file, the length of its message, and that of its body.</param>
    internal static byte[] Footer(ImmutableArray<ColumnSchema> columns, TableAbout? about, ReadOnlySpan<long> blocks)
    {
        FlatBuffer buffer = new();
        int schema = Schema(buffer, columns, about), none = buffer.Structs([], 3), ofBlocks = buffer.Structs(blocks, 3);
        buffer.BeginTable(5);
        buffer.Int16(0, Version5);
        buffer.Reference(1, schema);
        buffer.Reference(2, none);
        buffer.Reference(3, ofBlocks);
        return buffer.Finish(buffer.EndTable()).ToArray();
    }

    private static byte[] Message(FlatBuffer buffer, byte kind, int header, long bodyBytes)
    {
        buffer.BeginTable(5);
        buffer.Int64(3, bodyBytes);
        buffer.Reference(2, header);
        buffer.Int16(0, Version5);
        buffer.Byte(1, kind);
        return buffer.Finish(buffer.EndTable()).ToArray();
    }

    private static int Schema(FlatBuffer buffer, ImmutableArray<ColumnSchema> columns, TableAbout? about)
    {
        int[] fields = [.. columns.Select(column => Field(buffer, column))];
        int ofFields = buffer.References(fields), facts = Pairs(buffer, [new("description", about?.Description ?? ""),
            new("frame", about?.Frame ?? ""),
            new(StatedEpoch.Key, about?.EpochOf(columns)?.ToString("R", CultureInfo.InvariantCulture) ?? ""), .. about?.Facts ?? []]);
        buffer.BeginTable(4);
        buffer.Reference(1, ofFields);
        buffer.Reference(2, facts);
        return buffer.EndTable();
    }

    private static int Field(FlatBuffer buffer, ColumnSchema column)
    {
        int facts = Pairs(buffer, [new("unit", column.Unit ?? ""), new("ucd", column.Ucd ?? ""),
            new("description", column.Description ?? ""), new("time_scale", column.Time?.Scale ?? ""),
            new("time_reference", column.Time?.Reference ?? ""),
            new("time_zero_mjd", column.Time?.ZeroMjd.ToString("R", CultureInfo.InvariantCulture) ?? ""),
            new("spectral_medium", column.SpectralMedium ?? "")]);
        if (column.IsScalar)
            return Field(buffer, column.Name, column.DType, [], facts);
        int item = Field(buffer, "item", column.DType, [], Pairs(buffer, []));
        for (int axis = 1; axis < column.Shape.Length; axis++)
            item = Field(buffer, "item", null, [item], Pairs(buffer, []));
        return Field(buffer, column.Name, null, [item], facts);
    }

    // A field without a type is a list.
    private static int Field(FlatBuffer buffer, string name, DType? dtype, int[] children, int facts)
    {
        int ofName = buffer.Text(name), ofChildren = buffer.References(children);
        (byte kind, int type) = Type(buffer, dtype);
        buffer.BeginTable(7);
        buffer.Reference(0, ofName);
        buffer.Reference(3, type);
        buffer.Reference(5, ofChildren);
        buffer.Reference(6, facts);
        buffer.Byte(1, 1);
        buffer.Byte(2, kind);
        return buffer.EndTable();
    }

    private static (byte Kind, int Type) Type(FlatBuffer buffer, DType? dtype)
    {
        switch (dtype)
        {
            case null or DType.String or DType.Bool:
                buffer.BeginTable(0);
                return (dtype switch { null => ListType, DType.Bool => BoolType, _ => Utf8Type }, buffer.EndTable());
            case DType.Float32 or DType.Float64:
                buffer.BeginTable(1);
                buffer.Int16(0, (short)(dtype == DType.Float32 ? 1 : 2));
                return (FloatType, buffer.EndTable());
            default:
                buffer.BeginTable(2);
                buffer.Int32(0, 8 * dtype.Value.ElementBytes());
                buffer.Byte(1, (byte)(dtype is DType.Int8 or DType.Int16 or DType.Int32 or DType.Int64 ? 1 : 0));
                return (IntType, buffer.EndTable());
        }
    }

    private static int Pairs(FlatBuffer buffer, IEnumerable<KeyValuePair<string, string>> pairs)
    {
        List<int> all = [];
        foreach ((string key, string value) in pairs)
        {
            if (value.Length == 0)
                continue;
            int ofValue = buffer.Text(value), ofKey = buffer.Text(key);
            buffer.BeginTable(2);
            buffer.Reference(0, ofKey);
            buffer.Reference(1, ofValue);
            all.Add(buffer.EndTable());
        }
        return buffer.References([.. all]);
    }
}
