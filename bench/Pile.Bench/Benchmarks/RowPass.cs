using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Pile.Bench.Harness;
using Pile.Format;
using Pile.Reading;

namespace Pile.Bench.Benchmarks;

/// <summary>Reads open rows in a given order.</summary>
internal sealed record RowPass
{
    private const string ColumnName = "image_array";

    private readonly RowColumn<float> images;
    private readonly int count;
    private readonly double[] firstPixels;

    private RowPass(RowReader reader)
    {
        images = reader.Column<float>(ColumnName);
        count = reader.Count;
        firstPixels = new double[count];
    }

    /// <summary>True to allocate an array for each row; false to reuse one buffer.</summary>
    internal bool IsAllocating { get; init; }

    internal int RowBytes => images.Schema.ElementsPerRow * sizeof(float);

    internal static async Task<RowPass> OpenAsync(Dataset dataset, long[] ids, bool isVerified) => new(await dataset.OpenRowsByIdAsync(
        ids.Select(id => new ObjectId(id)), dataset.Query().Columns(ColumnName), new RowReaderOptions { Verify = isVerified }));

    /// <summary>Reads every row once. Each thread reads an equal part.</summary>
    internal Pass Run(int threads)
    {
        long start = Stopwatch.GetTimestamp();
        Task[] others = [.. Enumerable.Range(1, threads - 1)
            .Select(part => Task.Factory.StartNew(() => ReadPart(part, threads), CancellationToken.None, TaskCreationOptions.LongRunning,
                TaskScheduler.Default))];
        ReadPart(0, threads);
        Task.WaitAll(others);
        double sum = 0;
        foreach (double pixel in firstPixels) // in the peer's order, so that the sums have the same bits
            sum += pixel;
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        return new Pass(seconds, BitConverter.DoubleToInt64Bits(sum).ToString("x16", CultureInfo.InvariantCulture));
    }

    /// <summary>Returns the SHA-256 of all pixels in the order of the reads.</summary>
    internal string Sha256()
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        float[] image = new float[images.Schema.ElementsPerRow];
        for (int row = 0; row < count; row++)
        {
            images.Read(row, image);
            hash.AppendData(MemoryMarshal.AsBytes<float>(image));
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private void ReadPart(int part, int parts)
    {
        float[] image = new float[images.Schema.ElementsPerRow];
        int end = count * (part + 1) / parts;
        for (int row = count * part / parts; row < end; row++)
        {
            if (IsAllocating)
                firstPixels[row] = images.Read(row)!.Value.Values.Span[0];
            else
            {
                images.Read(row, image);
                firstPixels[row] = image[0];
            }
        }
    }
}
