using Pile.DuckDb;

namespace Pile.Reading;

internal sealed partial class IndexQuery
{
    /// <summary>Fetches the parts of remote tiles that a statement reads, and restricts the statement to the fetched row groups.</summary>
    /// <param name="select">The statement.</param>
    /// <param name="again">Makes the statement again, to look up positions first; null if that is not worthwhile.</param>
    /// <param name="copies">Its tiles.</param>
    /// <param name="cancellationToken">Cancels the requests.</param>
    /// <remarks>If few row groups may hold the rows, their positions are looked up first, using the deciding columns.</remarks>
    private async Task FetchAsync(IndexSelect select, Func<IndexSelect>? again, LocalCopies copies, CancellationToken cancellationToken)
    {
        if (!copies.HasSparse || select.Tiles.IsEmpty)
            return;
        TileFetch fetch = new(copies, select);
        TileColumns read = new();
        read.AddAll(select.Deciding);
        read.AddAll(select.Returned);
        bool isWorthTwice = again is not null && select.IsSelective && fetch.GroupCount > 1;
        if (isWorthTwice && fetch.CountMissing(read) > fetch.CountMissing(select.Deciding) + 1)
        {
            await fetch.FetchAsync(select.Deciding, select.Deciding, cancellationToken).ConfigureAwait(false);
            IndexSelect rows = again!();
            rows.OutputPositionOnly();
            if (fetch.Restriction is { } candidates)
                rows.KeepRows(candidates);
            using DuckDbResult result = Connection.Query(rows.Sql(copies.PathOf), cancellationToken: cancellationToken);
            fetch.KeepGroupsOf(result.Chunks());
        }
        await fetch.FetchAsync(read, select.Deciding, cancellationToken).ConfigureAwait(false);
        if (fetch.Restriction is { } restriction)
            select.KeepRows(restriction);
    }
}
