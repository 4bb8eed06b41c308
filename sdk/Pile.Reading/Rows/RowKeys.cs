using Pile.Format;

namespace Pile.Reading;

/// <summary>The ids or positions by which rows are looked up, in the caller's order; neither if a query selects the rows.</summary>
internal sealed record RowKeys
{
    internal static RowKeys None { get; } = new();

    internal ObjectId[]? Ids { get; private init; }

    internal long[]? Positions { get; private init; }

    internal int Count => Ids?.Length ?? Positions?.Length ?? 0;

    internal static RowKeys Of(ObjectId[] ids) => new() { Ids = ids };

    internal static RowKeys Of(long[] positions) => new() { Positions = positions };

    /// <summary>Adds the positions of the ids, if the dataset has an index of ids.</summary>
    /// <exception cref="ArgumentException">There is no row with one of the ids.</exception>
    internal async Task<RowKeys> LocateAsync(Dataset dataset, CancellationToken cancellationToken)
    {
        if (Ids is null || await dataset.IdIndexAsync(cancellationToken).ConfigureAwait(false) is not { } index)
            return this;
        long[] found = await Task.Run(() => index.Find(Ids, cancellationToken), cancellationToken).ConfigureAwait(false);
        return Array.FindIndex(found, position => position < 0) is >= 0 and var missing ? throw MissingId(dataset, Ids[missing])
            : this with { Positions = found };
    }

    internal static ArgumentException MissingId(Dataset dataset, ObjectId id) =>
        new($"{(dataset.Saved is null ? "Dataset" : "The saved query of dataset")} '{dataset.Address}' has no row with object_id {id}.");
}
