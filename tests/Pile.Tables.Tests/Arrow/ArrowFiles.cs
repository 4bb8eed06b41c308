using Apache.Arrow;
using Apache.Arrow.Compression;
using Apache.Arrow.Ipc;
using Apache.Arrow.Types;

namespace Pile.Tables.Tests.Arrow;

/// <summary>Writes Arrow files with Apache.Arrow.</summary>
internal static class ArrowFiles
{
    /// <summary>Writes a file, or a stream if the path ends in <c>.arrows</c>.</summary>
    internal static void Write(string path, RecordBatch[] batches, CompressionCodecType? codec = null)
    {
        IpcOptions options = new() { CompressionCodecFactory = new CompressionCodecFactory(), CompressionCodec = codec };
        using FileStream file = File.Create(path);
        using ArrowStreamWriter writer = path.EndsWith(".arrows", StringComparison.Ordinal)
            ? new ArrowStreamWriter(file, batches[0].Schema, leaveOpen: true, options)
            : new ArrowFileWriter(file, batches[0].Schema, leaveOpen: true, options);
        writer.WriteStart();
        foreach (RecordBatch batch in batches)
            writer.WriteRecordBatch(batch);
        writer.WriteEnd();
    }

    /// <summary>Returns a batch of one column.</summary>
    internal static RecordBatch Batch(IArrowArray array, string name = "x") =>
        new(new Schema([new Field(name, array.Data.DataType, nullable: true)], null), [array], array.Length);

    internal static Int32Array Ints(params int?[] values)
    {
        Int32Array.Builder builder = new();
        foreach (int? value in values)
            _ = value is { } number ? builder.Append(number) : builder.AppendNull();
        return builder.Build();
    }

    internal static StringArray Texts(params string?[] values)
    {
        StringArray.Builder builder = new();
        foreach (string? value in values)
            _ = value is null ? builder.AppendNull() : builder.Append(value);
        return builder.Build();
    }

    /// <summary>Returns texts of a dictionary.</summary>
    internal static DictionaryArray Dictionary(Int32Array indices, StringArray values) =>
        new(new DictionaryType(Int32Type.Default, StringType.Default, false), indices, values);

    /// <summary>Returns lists, with the offsets of their elements as they are.</summary>
    internal static ListArray Lists(IArrowArray values, params int[] offsets) =>
        new(new ListType(new Field("item", values.Data.DataType, nullable: true)), offsets.Length - 1, Buffer(offsets), values,
            ArrowBuffer.Empty);

    internal static ArrowBuffer Buffer<T>(params T[] values) where T : struct => new ArrowBuffer.Builder<T>().AppendRange(values).Build();
}
