using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Pile.Format;
using Pile.Reading;

namespace Pile.Bench.Benchmarks;

/// <summary>Reads chips of 256² pixels of uint16, as the peers do.</summary>
internal static class ChipReads
{
    private const int BandPixels = 256 * 256;
    private const string Column = "chip_array";

    /// <summary>Reads rows, and returns the sum of the first pixel of each band of each chip.</summary>
    internal static async Task<long> SumAsync(RowReader reader, int[] rows, int batchRows)
    {
        long sum = 0;
        await foreach (RowBatch batch in reader.ReadAsync(rows, batchRows))
        {
            ColumnData<ushort> chips = (ColumnData<ushort>)batch[Column];
            for (int i = 0; i < batch.RowCount; i++)
            {
                ReadOnlySpan<ushort> pixels = chips.Row(i);
                for (int at = 0; at < pixels.Length; at += BandPixels)
                    sum += pixels[at];
            }
        }
        return sum;
    }

    /// <summary>Returns the hash of the pixels of rows.</summary>
    internal static async Task<string> Sha256Async(RowReader reader, int[] rows, int batchRows)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await foreach (RowBatch batch in reader.ReadAsync(rows, batchRows))
            for (int i = 0; i < batch.RowCount; i++)
                hash.AppendData(MemoryMarshal.AsBytes(((ColumnData<ushort>)batch[Column]).Row(i)));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>Returns the scenes of chips and their places in them, in the order of the index, as the rows of a reader.</summary>
    internal static async Task<(int Scene, int X, int Y)[]> PlacesAsync(Dataset dataset)
    {
        List<(int Scene, int X, int Y)> places = [];
        await foreach (RowBatch batch in dataset.QueryAsync(dataset.Query().Columns("item", "chip_x", "chip_y")))
        {
            TextColumnData item = (TextColumnData)batch["item"];
            ColumnData<int> x = (ColumnData<int>)batch["chip_x"], y = (ColumnData<int>)batch["chip_y"];
            for (int row = 0; row < batch.RowCount; row++)
                places.Add((int.Parse(item.Element(row, 0), CultureInfo.InvariantCulture), x.Row(row)[0], y.Row(row)[0]));
        }
        return [.. places];
    }
}
