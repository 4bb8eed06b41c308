using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Pile.Format;
using Pile.Reading;
using Pile.Storage;
using Pile.TestKit;
using Pile.TestServices;

namespace Pile.Streaming.Tests;

/// <summary>A dataset of large tiles on a web server, behind a proxy.</summary>
[Collection(LargeTileDataset.Collection)]
public abstract class RemoteTileTest : IAsyncDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly FileServer server;

    private protected RemoteTileTest(LargeTileDataset large)
    {
        Large = large;
        server = new FileServer(large.Root);
        Proxy = new FaultProxy(server.Address);
    }

    private protected static CancellationToken Token => TestContext.Current.CancellationToken;

    private protected LargeTileDataset Large { get; }

    private protected FaultProxy Proxy { get; }

    /// <summary>A folder of this test.</summary>
    private protected string Folder(string name) => folder[name.Replace(' ', '-')];

    public async ValueTask DisposeAsync()
    {
        await Proxy.DisposeAsync();
        await server.DisposeAsync();
        folder.Dispose();
        GC.SuppressFinalize(this);
    }

    private protected Task<Dataset> OpenLocalAsync() => Dataset.OpenAsync(Large.Path, cancellationToken: Token);

    private protected Task<Dataset> OpenAsync(string cache = "cache", long? cacheBytes = null, Uri? at = null)
    {
        StoreOptions storage = new() { CacheFolder = Folder(cache), CacheBytes = cacheBytes, RetryDelay = TimeSpan.FromMilliseconds(5) };
        return Dataset.OpenAsync($"{at ?? Proxy.Address}large", new DatasetOptions { Storage = storage }, Token);
    }

    private protected static Task<string> RowsAsync(Query query) => TextAsync(query.Dataset.QueryAsync(query, Token));

    private protected static Task<string> RowsAsync(RowReader reader) => TextAsync(reader.ReadAllAsync(1000, Token));

    /// <summary>Returns the number of rows and a hash of the values of each column.</summary>
    private protected static async Task<string> TextAsync(IAsyncEnumerable<RowBatch> batches)
    {
        long rows = 0;
        Dictionary<string, IncrementalHash> columns = new(StringComparer.Ordinal);
        await foreach (RowBatch batch in batches)
        {
            rows += batch.RowCount;
            foreach (ColumnData column in batch.Columns)
            {
                if (!columns.TryGetValue(column.Schema.Name, out IncrementalHash? values))
                    columns[column.Schema.Name] = values = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
                switch (column)
                {
                    case ColumnData<double> numbers: values.AppendData(MemoryMarshal.AsBytes(numbers.Values.Span)); break;
                    case ColumnData<float> numbers: values.AppendData(MemoryMarshal.AsBytes(numbers.Values.Span)); break;
                    case ColumnData<long> numbers: values.AppendData(MemoryMarshal.AsBytes(numbers.Values.Span)); break;
                    case TextColumnData texts:
                        for (int row = 0; row < batch.RowCount; row++)
                            values.AppendData(Encoding.UTF8.GetBytes(texts.Text(row) + "\n"));
                        break;
                    default: throw new NotSupportedException(column.GetType().Name);
                }
            }
        }
        IEnumerable<string> hashes = columns.Select(c => $"{c.Key} {Convert.ToHexStringLower(c.Value.GetHashAndReset())[..16]}");
        return $"{rows} rows: {string.Join(", ", hashes)}";
    }
}
