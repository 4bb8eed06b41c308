using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Pile.Bench.Harness;
using Pile.Format;
using Pile.Reading;
using Pile.Storage;

namespace Pile.Bench.Benchmarks;

/// <summary>Reads rows of an open remote dataset in batches, in the order of the peers.</summary>
internal sealed class RemotePass : IAsyncDisposable
{
    private const string ColumnName = "image_array";

    private readonly Dataset dataset;
    private readonly RowReader reader;
    private readonly int batchRows;

    private RemotePass(Dataset dataset, RowReader reader,
        int batchRows) => (this.dataset, this.reader, this.batchRows) = (dataset, reader, batchRows);

    /// <summary>Opens rows by their ids at the server that the environment variables refer to.</summary>
    internal static async Task<RemotePass> OpenAsync(Uri endpoint, string address, string cache, long[] ids, int batchRows, int atOnce)
    {
        Environment.SetEnvironmentVariable("AWS_ENDPOINT_URL", endpoint.AbsoluteUri.TrimEnd('/'));
        Dataset opened = await Dataset.OpenAsync(address,
            new DatasetOptions { Storage = new StoreOptions { ParallelRequests = atOnce, CacheFolder = cache } });
        return new RemotePass(opened, await opened.OpenRowsByIdAsync(ids.Select(id => new ObjectId(id)),
            opened.Query().Columns(ColumnName)), batchRows);
    }

    /// <summary>Requests sent and bytes of files received so far.</summary>
    internal StoreStatistics Statistics => dataset.Statistics;

    /// <summary>Reads the first rows.</summary>
    internal Pass Run(int count) => RunAsync(count).GetAwaiter().GetResult();

    /// <summary>Returns the SHA-256 of all pixels in the order of the reads.</summary>
    internal async Task<string> Sha256Async()
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await foreach (RowBatch batch in reader.ReadAllAsync(batchRows))
            hash.AppendData(MemoryMarshal.AsBytes(((ColumnData<float>)batch[ColumnName]).Values.Span));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    public ValueTask DisposeAsync() => dataset.DisposeAsync();

    private async Task<Pass> RunAsync(int count)
    {
        long start = Stopwatch.GetTimestamp();
        double sum = 0;
        await foreach (RowBatch batch in reader.ReadAsync(Enumerable.Range(0, count), batchRows))
        {
            ColumnData<float> images = (ColumnData<float>)batch[ColumnName];
            for (int row = 0; row < batch.RowCount; row++)
                sum += images.Row(row)[0];
        }
        return new Pass(Stopwatch.GetElapsedTime(start).TotalSeconds,
            BitConverter.DoubleToInt64Bits(sum).ToString("x16", CultureInfo.InvariantCulture));
    }
}
