using System.Collections.Immutable;
using Pile.DuckDb;
using Pile.Format;
using Pile.Writing.Schemas;
using Pile.Writing.Spill;

namespace Pile.Writing.Shards;

/// <summary>The rows of one shard: their light values, and the location of their heavy values in the spill.</summary>
/// <remarks>Instances are reused: clearing keeps the memory.</remarks>
internal sealed class ShardRows
{
    private const int ReadLater = int.MinValue;

    private readonly ImmutableArray<ColumnSchema> heavy, texts;
    private readonly ImmutableArray<(FixedBuffer<long> Lengths, IListBuffer List)> listLengths;

    /// <summary>For each light column, its column in the sorted query; −1 − j for the shapes of heavy column j; <see cref="ReadLater"/> for
    /// vectors of text and the lengths of lists.</summary>
    private readonly int[] lightSource;

    private readonly int firstSpilledSource;

    internal ShardRows(DatasetSchema schema)
    {
        (heavy, texts) = (schema.Heavy, schema.Texts);
        Light = [.. schema.Indexed.Select(ColumnBuffer.For)];
        lightSource = new int[Light.Length];
        int source = 1;
        for (int i = 0; i < lightSource.Length; i++)
            lightSource[i] = texts.Contains(schema.Indexed[i]) ? ReadLater
                : schema.ShapeOwner(schema.Indexed[i]) is not { } owner ? source++
                : owner.Storage == ColumnStorage.Heavy ? -1 - schema.Heavy.IndexOf(owner) : ReadLater;
        listLengths = [.. schema.Light.Select((column, i) => (Light[i], schema.ShapeOwner(column)))
            .Where(c => c.Item2 is { Storage: ColumnStorage.Light })
            .Select(c => ((FixedBuffer<long>)c.Item1, (IListBuffer)Light[schema.Light.IndexOf(c.Item2!)]))];
        firstSpilledSource = source;
        Texts = [.. texts.Select(c => (JoinedTextBuffer)Light[schema.Light.IndexOf(c)])];
        TextBytes = [.. texts.Select(_ => new FixedBuffer<int>(1, isScalar: false))];
        TextIsNull = [.. texts.Select(_ => new FixedBuffer<bool>())];
        Shapes = [.. heavy.Select(c => new FixedBuffer<int>(c.Shape.Length, isScalar: false))];
        HeavyIsNull = [.. heavy.Select(_ => new FixedBuffer<bool>())];
    }

    /// <summary>The cell: its number, or the number of its tile among those with rows.</summary>
    internal long Cell { get; private set; }

    /// <summary>The name of the cell's folder; empty for rows that become no shard.</summary>
    internal string CellFolder { get; private set; } = "";

    /// <summary>The shard's number within the cell, from 1.</summary>
    internal int Number { get; private set; }

    /// <summary>True for the last shard of its cell; set when the shard is full.</summary>
    internal bool IsLastOfCell { get; set; }

    internal int RowCount => Keys.RowCount;

    /// <summary>The size of light columns.</summary>
    internal long LightBytes { get; set; }

    /// <summary>The size of all columns, without padding.</summary>
    internal long TotalBytes { get; set; }

    /// <summary>The key of each row.</summary>
    internal FixedBuffer<long> Keys { get; } = new();

    /// <summary>The columns of the index, in the order of <see cref="DatasetSchema.Indexed"/>.</summary>
    internal ImmutableArray<ColumnBuffer> Light { get; }

    /// <summary>The light columns that are vectors of text; filled by <see cref="CompleteLight"/>.</summary>
    internal ImmutableArray<JoinedTextBuffer> Texts { get; }

    /// <summary>The size of each row's text in the row file.</summary>
    internal ImmutableArray<FixedBuffer<int>> TextBytes { get; }

    internal ImmutableArray<FixedBuffer<bool>> TextIsNull { get; }

    internal FixedBuffer<int> Unit { get; } = new();

    internal FixedBuffer<long> HeavyOffset { get; } = new();

    internal FixedBuffer<int> Group { get; } = new();

    /// <summary>The shape of each row, for each heavy column.</summary>
    internal ImmutableArray<FixedBuffer<int>> Shapes { get; }

    internal ImmutableArray<FixedBuffer<bool>> HeavyIsNull { get; }

    /// <summary>The index columns with the location of the rows; filled once the shard is written.</summary>
    internal ImmutableArray<ColumnBuffer> Pieces { get; set; } = [];

    internal void Begin(long cell, string cellFolder, int number)
    {
        (Cell, CellFolder, Number, IsLastOfCell, LightBytes, TotalBytes) = (cell, cellFolder, number, false, 0, 0);
        foreach (ColumnBuffer buffer in (IEnumerable<ColumnBuffer>)[Keys, .. Light, .. TextBytes, .. TextIsNull, Unit, HeavyOffset,
            Group, .. Shapes, .. HeavyIsNull])
            buffer.Clear();
    }

    /// <summary>Appends rows of the sorted query.</summary>
    internal void Append(DuckDbChunk chunk, int start, int count)
    {
        Keys.Append(chunk[0], start, count);
        if (!heavy.IsEmpty || !texts.IsEmpty)
        {
            Unit.Append(chunk[firstSpilledSource], start, count);
            HeavyOffset.Append(chunk[firstSpilledSource + 1], start, count);
            Group.Append(chunk[firstSpilledSource + 2], start, count);
            for (int i = 0; i < texts.Length; i++)
            {
                TextBytes[i].Append(chunk[SpilledSource(i)], start, count);
                TextIsNull[i].Append(chunk[SpilledSource(i) + 1], start, count);
            }
            for (int i = 0; i < heavy.Length; i++)
            {
                Shapes[i].Append(chunk[SpilledSource(texts.Length + i)], start, count);
                HeavyIsNull[i].Append(chunk[SpilledSource(texts.Length + i) + 1], start, count);
            }
        }
        for (int i = 0; i < Light.Length; i++)
            if (lightSource[i] >= 0)
                Light[i].Append(chunk[lightSource[i]], start, count);
            else if (lightSource[i] != ReadLater)
            {
                Span<int> shapes = Shapes[-1 - lightSource[i]].Values[^(heavy[-1 - lightSource[i]].Shape.Length * count)..];
                Span<long> lengths = ((FixedBuffer<long>)Light[i]).Add(count);
                for (int k = 0; k < shapes.Length; k++)
                    lengths[k] = shapes[k];
            }
    }

    /// <summary>Returns the size of a row's heavy values in the sorted query.</summary>
    internal long HeavyBytesIn(DuckDbChunk chunk, int row)
    {
        long bytes = 0;
        for (int i = 0; i < heavy.Length; i++)
        {
            DuckDbVector shapes = chunk[SpilledSource(texts.Length + i)];
            long elements = 1;
            foreach (int length in shapes.Values<DuckDbListEntry>()[row].Of(shapes.Child.Values<int>()))
                elements *= length;
            bytes += elements * heavy[i].DType.ElementBytes();
        }
        return bytes;
    }

    /// <summary>Returns the offset of the facts about a row's heavy values in its unit's file, where they follow its texts.</summary>
    internal long HeavyStart(int row)
    {
        long start = HeavyOffset.Values[row] + HeavyFiles.ChecksumBytes;
        foreach (FixedBuffer<int> bytes in TextBytes)
            start += bytes.Values[row];
        return start;
    }

    /// <summary>Completes the light columns after all rows have been appended: reads the vectors of text from the units' files, and counts
    /// the lengths of lists.</summary>
    internal void CompleteLight(SpilledTexts spilled, ImmutableArray<SpillGroup> groups)
    {
        ReadTexts(spilled, groups);
        foreach ((FixedBuffer<long> lengths, IListBuffer list) in listLengths)
        {
            Span<long> counted = lengths.Add(RowCount);
            for (int row = 0; row < counted.Length; row++)
                counted[row] = list.LengthOf(row);
        }
    }

    private void ReadTexts(SpilledTexts spilled, ImmutableArray<SpillGroup> groups)
    {
        if (texts.IsEmpty)
            return;
        int[][] order = [.. groups.Select(
            group => Enumerable.Range(0, texts.Length).Where(i => group.Texts.Any(c => c.Name == texts[i].Name))
            .OrderBy(i => Array.FindIndex([.. group.Texts], c => c.Name == texts[i].Name)).ToArray())];
        for (int i = 0; i < texts.Length; i++)
        {
            long bytes = 0;
            foreach (int length in TextBytes[i].Values)
                bytes += length;
            Texts[i].Expect(RowCount, bytes);
        }
        for (int first = 0, end; first < RowCount; first = end)
        {
            end = first;
            while (end < RowCount && spilled.TryAdd(Unit.Values[end], HeavyOffset.Values[end],
                order[Group.Values[end]].Length == 0 ? 0 : (int)(HeavyStart(end) - HeavyOffset.Values[end])))
                end++;
            spilled.Read();
            for (int row = first; row < end; row++)
                AddTexts(row, order[Group.Values[row]], spilled.BytesOf(row - first));
            spilled.Clear();
        }
    }

    private void AddTexts(int row, int[] present, ReadOnlySpan<byte> bytes)
    {
        int at = 0;
        foreach (int i in present)
        {
            bool isNull = TextIsNull[i].Values[row];
            Texts[i].Add(isNull ? [] : bytes.Slice(at, TextBytes[i].Values[row]), isNull);
            at += TextBytes[i].Values[row];
        }
        for (int i = 0; present.Length < texts.Length && i < texts.Length; i++)
            if (!present.Contains(i))
                Texts[i].Add([], isNull: true);
    }

    private int SpilledSource(int spilled) => firstSpilledSource + 3 + (2 * spilled);
}
