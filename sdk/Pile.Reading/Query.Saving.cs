using System.Collections.Immutable;
using Pile.DuckDb;
using Pile.Format;
using Pile.Layers;

namespace Pile.Reading;

public sealed partial class Query
{
    /// <summary>Saves the query as a file, which can be opened wherever a dataset can: <see cref="Dataset.OpenAsync"/> then returns the
    /// dataset with these rows, in this order.</summary>
    /// <param name="path">A local path that ends in <c>.query.yaml</c>. The file refers to a dataset at a relative path relative to its own
    /// folder.</param>
    /// <param name="follow">False to record the root of the dataset, the number of rows and a hash of their ids, so that a changed dataset
    /// is an error. True to execute the query anew on whatever dataset is at the address.</param>
    /// <param name="replace">True to replace an existing file.</param>
    /// <param name="cancellationToken">Cancels the query, and leaves no file.</param>
    /// <returns>The hash of the saved query: it depends on the dataset's root, the query and the ids of its rows, and not on
    /// addresses.</returns>
    /// <exception cref="ArgumentException">The query refers to an unknown column, or a condition is not a valid SQL expression, or differs
    /// each time it is evaluated, such as <c>random()</c>, without <paramref name="follow"/>; or the path has another ending.</exception>
    /// <exception cref="DatasetInvalidException">The dataset is read without its index, so that the ids are not verified, without
    /// <paramref name="follow"/>.</exception>
    /// <exception cref="OutputExistsException">There is such a file, and <paramref name="replace"/> is false.</exception>
    public async Task<string> SaveAsync(string path, bool follow = false, bool replace = false,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(path);
        SavedQueryFile.RequireFree(path, SavedQueryFile.Ending, replace);
        SavedQuery saved = await ToSavedAsync(path, follow, cancellationToken)
            .ConfigureAwait(false);
        await SavedQueryFile.WriteAsync(path, SavedQueryFile.Ending, replace, saved.Write, cancellationToken).ConfigureAwait(false);
        return saved.Hash;
    }

    /// <summary>True if the rows of this saved query are found by their positions in a query of a view: conditions and orders are those of
    /// its own view, and a limit or ids are applied first.</summary>
    internal bool NeedsPositions(DatasetView view) => RowLimit is not null || ObjectIds is not null || View != view;

    /// <summary>Returns the query in the form of a file. A query of a saved query becomes one of its dataset.</summary>
    /// <param name="path">The file, to whose folder addresses are relative.</param>
    /// <param name="follow">True to leave out what identifies the dataset and its rows.</param>
    /// <param name="cancellationToken">Cancels the query.</param>
    /// <param name="isPinned">True if the query is part of a pin, which cannot follow the dataset.</param>
    internal async Task<SavedQuery> ToSavedAsync(string path, bool follow, CancellationToken cancellationToken, bool isPinned = false)
    {
        if (!follow)
            Dataset.RequireIndex($"{(isPinned ? "A pin" : "A saved query")}, which records the ids of its rows,");
        ImmutableArray<string> where = Conditions;
        ImmutableArray<SavedRegion> regions = [.. Regions.Select(r => r.Saved)];
        ImmutableArray<string>? ids = ObjectIds is { } own ? [.. own.Select(id => id.ToString())] : null;
        ImmutableArray<(string Expression, bool Descending)> order = Order;
        if (Base is { RowLimit: null, ObjectIds: null } saved && saved.View == View)
            (where, regions, order) = ([.. saved.Conditions, .. where], [.. saved.Regions.Select(r => r.Saved), .. regions],
                order.IsEmpty ? saved.Order : order);
        else if (Base is { } limited)
        {
            if (follow || (order.IsEmpty && !limited.Order.IsEmpty && limited.View != View))
                throw new ArgumentException("The rows of a saved query with a limit or ids, or of another view, are saved by their ids: "
                    + "such a query cannot follow its dataset, or keep its order in another view.", nameof(follow));
            (ids, order) = (await IdsAsync(new Query(Dataset) { View = View, Base = limited, ObjectIds = ObjectIds }, cancellationToken)
                .ConfigureAwait(false), order.IsEmpty ? limited.Order : order);
        }
        if (!follow)
            RequireRepeatable([.. where, .. order.Select(o => o.Expression)], isPinned);
        SavedQuery query = new()
        {
            Address = SavedQueryFile.Relative(Dataset.Address, path),
            Layers = [.. Dataset.Layers.Select(l => SavedLayerOf(l.Snapshot, path, follow))],
            Root = follow ? null : Dataset.Root,
            IdColumn = Dataset.Options.IdColumn,
            Where = where,
            Regions = regions,
            Ids = ids,
            IsNative = View == DatasetView.Native,
            Columns = ColumnNames is { IsEmpty: false } ? ColumnNames : null,
            Order = order,
            Limit = RowLimit,
        };
        if (ColumnNames is { } names)
            _ = Dataset.View(View).FindAll(names, withHeavy: true); // rejects unknown columns
        using IdsHash hash = await HashIdsAsync(cancellationToken).ConfigureAwait(false);
        return follow ? query : query with { Rows = hash.Rows, IdsSha256 = hash.Finish() };
    }

    // Rows that differ each time contradict what the file records.
    private void RequireRepeatable(ImmutableArray<string> expressions, bool isPinned)
    {
        ViewSchema view = Dataset.View(View);
        using DuckDbConnection? connection = expressions.IsEmpty ? null : Dataset.Database.Connect();
        foreach (string expression in expressions.Where(e => view.FindOrNull(e) is null))
            SqlExpression.Parse(connection!, expression).RequireRepeatable(name => view.FindOrNull(name) is not null,
                "a file with a query records its rows",
                isPinned ? null : "save it with follow: true, so that it is executed anew each time");
    }

    private static SavedLayer SavedLayerOf(LayerSnapshot layer, string path, bool follow) => new(
        SavedQueryFile.Relative(layer.Store.Address, path), follow ? null : layer.Number, follow ? null : layer.Sha256,
        layer.Prefix.Length == 0 ? null : layer.Prefix[..^1]);

    /// <summary>Executes the query and adds the ids of its rows to a hash.</summary>
    internal async Task<IdsHash> HashIdsAsync(CancellationToken cancellationToken)
    {
        IdsHash hash = new();
        await foreach (RowBatch batch in Dataset.QueryAsync(Columns("object_id"), cancellationToken).ConfigureAwait(false))
            hash.Add(batch.Columns[0]);
        return hash;
    }

    private static async Task<ImmutableArray<string>> IdsAsync(Query query, CancellationToken cancellationToken)
    {
        ImmutableArray<string>.Builder ids = ImmutableArray.CreateBuilder<string>();
        await foreach (RowBatch batch in query.Dataset.QueryAsync(query.Columns("object_id"), cancellationToken).ConfigureAwait(false))
            for (int row = 0; row < batch.RowCount; row++)
                ids.Add(batch.Columns[0] is ColumnData<long> numbers
                    ? numbers.Values.Span[row].ToString(System.Globalization.CultureInfo.InvariantCulture)
                    : ((TextColumnData)batch.Columns[0]).Text(row));
        return ids.ToImmutable();
    }
}
