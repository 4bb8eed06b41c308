using System.Collections.Immutable;
using Pile.Format;
using Pile.Reading;

namespace Pile.CrossMatch.Plain;

/// <summary>Columns of one side that a plain match carries along. They are read once, whole, tile by tile, into the order of the index, which is that of the positions.</summary>
public sealed class CarriedColumns : IAsyncDisposable
{
    private readonly Dataset dataset;
    private readonly DatasetSide side;
    private readonly int rows;

    private CarriedColumns(Dataset dataset, DatasetSide side, ImmutableArray<ColumnSchema> schemas)
    {
        (this.dataset, this.side, Schemas) = (dataset, side, schemas);
        rows = (int)dataset.Manifest.Rows;
        Values = schemas.IsEmpty ? [] : [.. schemas.Select(s => CarriedValues.Of(s.DType, 0))];
    }

    /// <summary>Bytes of all values.</summary>
    public long Bytes => rows * Schemas.Sum(s => (long)s.DType.ElementBytes());

    /// <summary>The columns as the dataset has them.</summary>
    internal ImmutableArray<ColumnSchema> Schemas { get; }

    /// <summary>Their values; of no rows before <see cref="BeginAsync"/>, and as far as tiles have been read.</summary>
    internal ImmutableArray<CarriedValues> Values { get; private set; }

    /// <summary>Opens a dataset, if its columns can be carried along this way: numbers and booleans, one a row and none missing; and every row has a position.</summary>
    /// <param name="datasetPath">The dataset's folder.</param>
    /// <param name="positions">Its positions.</param>
    /// <param name="names">Names of columns, or <c>*</c> for all.</param>
    /// <param name="options">What reading may use of the machine.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Null where the match must be made another way.</returns>
    /// <exception cref="ArgumentException">There is no such column.</exception>
    /// <exception cref="PileException">The dataset cannot be read.</exception>
    public static async Task<CarriedColumns?> TryOpenAsync(string datasetPath, string positions, IEnumerable<string> names, DatasetOptions options, CancellationToken cancellationToken = default)
    {
        Dataset opened = await Dataset.OpenAsync(datasetPath, options, cancellationToken).ConfigureAwait(false);
        CarriedColumns? carried = null;
        try
        {
            DatasetSide ofAll = new(opened);
            ImmutableArray<ColumnSchema> schemas = [.. ofAll.Resolve(names).Select(ofAll.Require)];
            if (schemas.All(s => s is { IsScalar: true, Nullable: false, DType: not DType.String }) && !opened.IsWithoutIndex && await HasPositionsAsync(opened, positions, cancellationToken).ConfigureAwait(false))
                carried = new CarriedColumns(opened, ofAll, schemas);
            return carried;
        }
        finally
        {
            if (carried is null)
                await opened.DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => dataset.DisposeAsync();

    /// <summary>Says what the dataset is now.</summary>
    internal Task<SideIdentity> IdentifyAsync(CancellationToken cancellationToken) => side.IdentifyAsync(cancellationToken);

    /// <summary>Makes room for the values.</summary>
    /// <returns>The tiles that they are in; each can be read by itself, on any thread.</returns>
    internal async Task<ImmutableArray<CarriedTile>> BeginAsync(CancellationToken cancellationToken)
    {
        if (Schemas.IsEmpty)
            return [];
        Values = [.. Schemas.Select(s => CarriedValues.Of(s.DType, rows))];
        Query query = dataset.Query().Columns(Schemas.Select(s => s.Name));
        QueryPlan plan = await dataset.PlanAsync(query, cancellationToken).ConfigureAwait(false);
        return [.. plan.Tiles.Select(tile => new CarriedTile(this, query, tile))];
    }

    // A file of other positions than those that the dataset was written with would put values to other rows.
    private static async Task<bool> HasPositionsAsync(Dataset dataset, string positions, CancellationToken cancellationToken)
    {
        using MappedPositions mapped = MappedPositions.Open(positions, dataset.Address);
        string path = Path.GetRelativePath(dataset.Address, positions).Replace(Path.DirectorySeparatorChar, '/');
        FileList files = await dataset.FilesAsync(cancellationToken).ConfigureAwait(false);
        return mapped.WithoutPosition == 0 && mapped.Count == dataset.Manifest.Rows && files.Files.FirstOrDefault(f => f.Path == path)?.Bytes == new FileInfo(positions).Length;
    }

    /// <summary>A fault of the index.</summary>
    internal DatasetInvalidException Invalid(string finding) => new(dataset.Address, $"the index {finding}", "Get it again, or run 'pile validate' for all findings");
}
