using System.Collections.Immutable;
using Pile.DuckDb;
using Pile.Format;
using Pile.Writing.Schemas;

namespace Pile.Writing.Shards;

/// <summary>The rows of one shard: their light values, and where their heavy ones lie in the spill.</summary>
/// <remarks>Made to be used again: clearing keeps the memory.</remarks>
internal sealed class ShardRows
{
    private readonly ImmutableArray<ColumnSchema> heavy;

    /// <summary>For each light column its column in the sorted query; −1 − j for the shapes of heavy column j.</summary>
    private readonly int[] lightSource;

    private readonly int firstHeavySource;

    internal ShardRows(DatasetSchema schema)
    {
        heavy = schema.Heavy;
        Light = [.. schema.Light.Select(ColumnBuffer.For)];
        lightSource = new int[Light.Length];
        int source = 1;
        for (int i = 0; i < lightSource.Length; i++)
            lightSource[i] = schema.ShapeOwner(schema.Light[i]) is { } owner ? -1 - schema.Heavy.IndexOf(owner) : source++;
        firstHeavySource = source;
        Shapes = [.. heavy.Select(c => new FixedBuffer<int>(c.Shape.Length, isScalar: false))];
        HeavyIsNull = [.. heavy.Select(_ => new FixedBuffer<bool>())];
    }

    /// <summary>The cell, by its pixel.</summary>
    internal long Pixel { get; private set; }

    /// <summary>The shard's number within the cell, from 1.</summary>
    internal int Number { get; private set; }

    /// <summary>True for the last shard of its cell; known when it is full.</summary>
    internal bool IsLastOfCell { get; set; }

    internal int RowCount => Healpix29.RowCount;

    /// <summary>Bytes of light columns.</summary>
    internal long LightBytes { get; set; }

    /// <summary>Bytes of all columns, unpadded.</summary>
    internal long TotalBytes { get; set; }

    internal FixedBuffer<long> Healpix29 { get; } = new();

    /// <summary>In the order of the schema's light columns.</summary>
    internal ImmutableArray<ColumnBuffer> Light { get; }

    internal FixedBuffer<int> Unit { get; } = new();

    internal FixedBuffer<long> HeavyOffset { get; } = new();

    internal FixedBuffer<int> Group { get; } = new();

    /// <summary>The own shape of each row, for each heavy column.</summary>
    internal ImmutableArray<FixedBuffer<int>> Shapes { get; }

    internal ImmutableArray<FixedBuffer<bool>> HeavyIsNull { get; }

    /// <summary>The columns of the index that say where rows lie; filled once the shard is written.</summary>
    internal ImmutableArray<ColumnBuffer> Pieces { get; set; } = [];

    internal void Begin(long pixel, int number)
    {
        (Pixel, Number, IsLastOfCell, LightBytes, TotalBytes) = (pixel, number, false, 0, 0);
        foreach (ColumnBuffer buffer in (IEnumerable<ColumnBuffer>)[Healpix29, .. Light, Unit, HeavyOffset, Group, .. Shapes, .. HeavyIsNull])
            buffer.Clear();
    }

    /// <summary>Appends rows of the sorted query.</summary>
    internal void Append(DuckDbChunk chunk, int start, int count)
    {
        Healpix29.Append(chunk[0], start, count);
        if (!heavy.IsEmpty)
        {
            Unit.Append(chunk[firstHeavySource], start, count);
            HeavyOffset.Append(chunk[firstHeavySource + 1], start, count);
            Group.Append(chunk[firstHeavySource + 2], start, count);
            for (int i = 0; i < heavy.Length; i++)
            {
                Shapes[i].Append(chunk[ShapeSource(i)], start, count);
                HeavyIsNull[i].Append(chunk[ShapeSource(i) + 1], start, count);
            }
        }
        for (int i = 0; i < Light.Length; i++)
            if (lightSource[i] >= 0)
                Light[i].Append(chunk[lightSource[i]], start, count);
            else
            {
                Span<int> shapes = Shapes[-1 - lightSource[i]].Values[^(heavy[-1 - lightSource[i]].Shape.Length * count)..];
                Span<long> lengths = ((FixedBuffer<long>)Light[i]).Add(count);
                for (int k = 0; k < shapes.Length; k++)
                    lengths[k] = shapes[k];
            }
    }

    /// <summary>Bytes of a row's heavy values in the sorted query.</summary>
    internal long HeavyBytesIn(DuckDbChunk chunk, int row)
    {
        long bytes = 0;
        for (int i = 0; i < heavy.Length; i++)
        {
            DuckDbVector shapes = chunk[ShapeSource(i)];
            long elements = 1;
            foreach (int length in shapes.Values<DuckDbListEntry>()[row].Of(shapes.Child.Values<int>()))
                elements *= length;
            bytes += elements * heavy[i].DType.ElementBytes();
        }
        return bytes;
    }

    private int ShapeSource(int heavyColumn) => firstHeavySource + 3 + (2 * heavyColumn);
}
