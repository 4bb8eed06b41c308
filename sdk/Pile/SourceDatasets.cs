using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Pile.Builders;
using Pile.Format;
using Pile.Reading;

namespace Pile;

/// <summary>Lets builders read datasets: recipes can then name a dataset of scenes as the source of chips (<c>scenes</c>).</summary>
public static class SourceDatasets
{
    /// <summary>Returns the same builders, which also read datasets.</summary>
    /// <param name="builders">The builders.</param>
    /// <param name="options">How the datasets are opened; null for the defaults.</param>
    public static BuilderRegistry WithDatasets(this BuilderRegistry builders, DatasetOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(builders);
        return builders.WithDatasets(new Opening(options ?? new DatasetOptions()));
    }

    private sealed class Opening(DatasetOptions options) : IStoredDatasets
    {
        public bool IsIn(string address, string folder) => !address.Contains("://", StringComparison.Ordinal)
            && Dataset.IsIn(address, folder);

        public async Task<IStoredDataset> OpenAsync(string address, CancellationToken cancellationToken)
        {
            Dataset dataset = await Dataset.OpenAsync(address, options, cancellationToken).ConfigureAwait(false);
            try
            {
                dataset.RequireAllRows("A build of a dataset");
                dataset.RequireIndex("A new dataset");
                byte[] manifest = await dataset.ReadManifestAsync(cancellationToken).ConfigureAwait(false);
                return new Opened(dataset, manifest);
            }
            catch
            {
                await dataset.DisposeAsync().ConfigureAwait(false);
                throw;
            }
        }
    }

    private sealed class Opened(Dataset dataset, byte[] manifest) : IStoredDataset
    {
        private const int RowsPerBatch = 64; // a document has up to 16 MiB, most have 30 KiB

        private readonly Lazy<Task<long[]>> order = new(() =>
            dataset.PositionsAsync(dataset.Query().Native().OrderBy("object_id"), CancellationToken.None));

        public string Address => dataset.Address;

        public Manifest Manifest => dataset.Manifest;

        public SourceFile Source { get; } = new($"{dataset.Manifest.Name}/{DatasetPaths.Manifest}", manifest.Length,
            Convert.ToHexStringLower(SHA256.HashData(manifest)));

        public IReadOnlyList<KeyValuePair<string, string>> Mounts { get; } =
            dataset.MountedPlaces();

        public async IAsyncEnumerable<RowBatch> ReadAsync(long first, long count, IReadOnlyList<string> columns,
            [EnumeratorCancellation] CancellationToken cancellationToken)
        {
            long[] positions = await order.Value.WaitAsync(cancellationToken).ConfigureAwait(false);
            Query query = dataset.Query().Native().Columns(columns.Where(name => dataset.Manifest.Column(name) is not null));
            RowReader rows = await dataset.OpenRowsByPositionAsync(new ArraySegment<long>(positions, (int)first, (int)count), query,
                cancellationToken: cancellationToken).ConfigureAwait(false);
            await foreach (RowBatch batch in rows.ReadAllAsync(RowsPerBatch, cancellationToken).ConfigureAwait(false))
                yield return batch;
        }

        public void Dispose() => dataset.DisposeAsync().AsTask().GetAwaiter().GetResult();
    }
}
