using Apache.Arrow;
using Apache.Arrow.Compression;
using Apache.Arrow.Ipc;
using Apache.Arrow.Types;
using Pile.Format;
using Pile.Tables;

namespace Pile.Soak.Campaigns;

/// <summary>Writes the Arrow files and streams that the campaign damages: stars with lists, a dictionary and views, uncompressed and
/// compressed.</summary>
internal static class ArrowSources
{
    /// <summary>Writes the files.</summary>
    /// <param name="folder">The folder, which has the same stars as <c>gaia.jsonl</c>.</param>
    internal static async Task WriteAsync(string folder)
    {
        List<RecordBatch> batches = [];
        await using ITableReader table = await TableReader.OpenAsync(Path.Combine(folder, "gaia.jsonl"));
        await foreach (RowBatch rows in table.ReadAsync())
            batches.Add(WithOtherTypes(ArrowConvert.ToRecordBatch(rows)));
        foreach ((string name, CompressionCodecType? codec) in new (string, CompressionCodecType?)[] { ("gaia.arrow", null),
            ("gaia-lz4.feather", CompressionCodecType.Lz4Frame), ("gaia.arrows", null), ("gaia-zstd.arrows", CompressionCodecType.Zstd) })
        {
            IpcOptions options = new() { CompressionCodecFactory = new CompressionCodecFactory(), CompressionCodec = codec };
            await using FileStream file = File.Create(Path.Combine(folder, name));
            using ArrowStreamWriter writer = name.EndsWith("arrows", StringComparison.Ordinal)
                ? new ArrowStreamWriter(file, batches[0].Schema, leaveOpen: true, options)
                : new ArrowFileWriter(file, batches[0].Schema, leaveOpen: true, options);
            writer.WriteStart();
            foreach (RecordBatch batch in batches)
                writer.WriteRecordBatch(batch);
            writer.WriteEnd();
        }
    }

    private static RecordBatch WithOtherTypes(RecordBatch batch)
    {
        Int8Array.Builder codes = new();
        StringViewArray.Builder views = new();
        for (int row = 0; row < batch.Length; row++)
        {
            codes.Append((sbyte)(row % 2));
            views.Append($"a text of more than twelve bytes {row}");
        }
        StringArray names = new StringArray.Builder().Append("STAR").Append("QSO").Build();
        DictionaryArray kinds = new(new DictionaryType(Int8Type.Default, StringType.Default, false), codes.Build(), names);
        Schema schema = new([.. batch.Schema.FieldsList, new Field("kind", kinds.Data.DataType, true), new Field("note",
            StringViewType.Default, true)], batch.Schema.Metadata);
        return new RecordBatch(schema, [.. batch.Arrays, kinds, views.Build()], batch.Length);
    }
}
