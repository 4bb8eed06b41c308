using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Pile.DuckDb;
using Pile.Format;

namespace Pile.Reading;

/// <summary>The result of a query as columns with their schemas: the light columns, then those that the caller adds.</summary>
internal sealed class IndexResult : IDisposable
{
    private readonly DuckDbConnection connection;
    private readonly DuckDbResult result;
    private readonly LocalCopies copies;
    private readonly IndexQuery query;
    private readonly TileVerification verification;
    private readonly ImmutableArray<ColumnSchema> schemas;
    private readonly ColumnCollector[] collectors;
    private readonly DuckDbChunk? first;
    private bool isFirstRead;

    internal IndexResult(DuckDbConnection connection, DuckDbResult result, LocalCopies copies, IndexQuery query,
        TileVerification verification, ImmutableArray<ColumnSchema> schemas)
    {
        (this.connection, this.result, this.copies, this.query, this.verification, this.schemas) =
            (connection, result, copies, query, verification, schemas);
        collectors = [.. schemas.Select(s => ColumnTypes.Of(s.DType).Collector(s))];
        if (copies.HasSparse)
        {
            result.TryNextChunk(out first); // here, because the caller can still fetch more and run the statement again
            isFirstRead = true;
        }
    }

    /// <summary>Collects rows until there are enough, or until the end of the result.</summary>
    /// <param name="rows">The number of rows wanted; up to one chunk more may be collected.</param>
    /// <param name="further">Receives each chunk, for the columns after the light ones; null if there are no such columns.</param>
    /// <returns>False at the end of the result.</returns>
    internal bool Gather(long rows, Action<DuckDbChunk>? further = null)
    {
        try
        {
            long gathered = 0;
            while (gathered < rows)
            {
                if (!TryNextVerified(out DuckDbChunk? chunk))
                    return false;
                for (int i = 0; i < collectors.Length; i++)
                    collectors[i].Append(chunk[i]);
                further?.Invoke(chunk);
                gathered += chunk.RowCount;
            }
            return true;
        }
        catch (Exception e) when (e is DuckDbException or FormatException)
        {
            throw query.Translate(e);
        }
    }

    /// <summary>Returns the next chunk in DuckDB's memory, for callers that copy the values themselves.</summary>
    internal bool TryNext([NotNullWhen(true)] out DuckDbChunk? chunk)
    {
        try
        {
            return TryNextVerified(out chunk);
        }
        catch (DuckDbException e)
        {
            throw query.Translate(e);
        }
    }

    private bool TryNextVerified([NotNullWhen(true)] out DuckDbChunk? chunk)
    {
        if (isFirstRead)
            (chunk, isFirstRead) = (first, false);
        else
            result.TryNextChunk(out chunk);
        bool isFound = chunk is not null;
        if (!isFound)
            verification.RequireUnchanged();
        else if (verification.NeedsPositions)
            verification.VerifyRows(chunk!.Values<long>(result.Columns.Count - 1));
        return isFound;
    }

    /// <summary>The size in bytes of the columns that <see cref="Take"/> would return.</summary>
    internal long GatheredBytes => collectors.Sum(c => c.Bytes);

    /// <summary>Returns the rows collected since the last call.</summary>
    internal ImmutableArray<ColumnData> Take() => [.. collectors.Select((c, i) => c.Finish(schemas[i]))];

    public void Dispose()
    {
        result.Dispose();
        connection.Dispose();
        copies.Dispose();
    }
}
