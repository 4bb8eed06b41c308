using Pile.Format;
using Pile.Writing.Schemas;
using Pile.Writing.Shards;

namespace Pile.Writing.Index;

/// <summary>Writes the positions of a dataset while its index is written.</summary>
internal sealed class PositionsOfShards : IDisposable
{
    private readonly PositionsWriter writer;
    private readonly int id, ra, dec, idBytes;

    internal PositionsOfShards(string path, DatasetSchema schema, DatasetSpec spec)
    {
        ColumnSchema[] light = [.. schema.Light];
        id = Array.FindIndex(light, c => c.Name == StandardColumns.ObjectId);
        ra = Array.FindIndex(light, c => c.Name == spec.Frame!.Lon);
        dec = Array.FindIndex(light, c => c.Name == spec.Frame!.Lat);
        bool hasTextIds = light[id].DType == DType.String;
        idBytes = light[id].StringBytes;
        writer = PositionsWriter.Create(path,
            new PositionsFacts
            {
                Dataset = spec.Name,
                DatasetVersion = spec.Version,
                Frame = spec.Frame!,
                EpochYear = spec.EpochYear,
                HasTextIds = hasTextIds,
                IsCompact = spec.HasCompactPositions is true,
            });
    }

    internal void Append(ShardRows rows, int start, int count)
    {
        ReadOnlySpan<long> healpix29 = rows.Keys.Values.Slice(start, count);
        ReadOnlySpan<double> raDeg = ((FixedBuffer<double>)rows.Light[ra]).Values.Slice(start, count),
            decDeg = ((FixedBuffer<double>)rows.Light[dec]).Values.Slice(start, count);
        if (rows.Light[id] is TextBuffer texts)
        {
            ReadOnlySpan<byte> bytes = texts.Bytes[(start * idBytes)..];
            for (int i = 0; i < count; i++)
                writer.Append(healpix29[i], raDeg[i], decDeg[i], bytes.Slice(i * idBytes, idBytes).WithoutPadding());
        }
        else
        {
            ReadOnlySpan<long> ids = ((FixedBuffer<long>)rows.Light[id]).Values.Slice(start, count);
            for (int i = 0; i < count; i++)
                writer.Append(healpix29[i], raDeg[i], decDeg[i], ids[i]);
        }
    }

    internal void Complete() => writer.Complete();

    public void Dispose() => writer.Dispose();
}
