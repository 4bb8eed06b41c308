using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Pile.DuckDb;
using Pile.Format;

namespace Pile.Reading;

/// <summary>The rows that a query gives, as columns with their schema; light columns first, then what the caller adds.</summary>
internal sealed class IndexAnswer : IDisposable
{
    private readonly DuckDbConnection connection;
    private readonly DuckDbResult result;
    private readonly LocalCopies copies;
    private readonly IndexQuestion question;
    private readonly TileVerification verification;
    private readonly ImmutableArray<ColumnSchema> schemas;
    private readonly ColumnCollector[] collectors;
    private readonly DuckDbChunk? first;
    private bool isFirstRead;

    internal IndexAnswer(DuckDbConnection connection, DuckDbResult result, LocalCopies copies, IndexQuestion question,
        TileVerification verification, ImmutableArray<ColumnSchema> schemas)
    {
        (this.connection, this.result, this.copies, this.question, this.verification, this.schemas) =
            (connection, result, copies, question, verification, schemas);
        collectors = [.. schemas.Select(s => ColumnTypes.Of(s.DType).Collector(s))];
        if (copies.HasSparse)
        {
            result.TryNextChunk(out first); // the caller can still fetch more and run the statement again
            isFirstRead = true;
        }
    }

    /// <summary>Reads on until so many rows are gathered, or the end.</summary>
    /// <param name="rows">Rows wanted; up to a chunk more may be gathered.</param>
    /// <param name="further">Takes the chunk's columns behind the light ones; null for none.</param>
    /// <returns>False at the end.</returns>
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
            throw question.Translate(e);
        }
    }

    /// <summary>Takes the next chunk as it lies in DuckDB's memory, for whoever has a place for the values already.</summary>
    internal bool TryNext([NotNullWhen(true)] out DuckDbChunk? chunk)
    {
        try
        {
            return TryNextVerified(out chunk);
        }
        catch (DuckDbException e)
        {
            throw question.Translate(e);
        }
    }

    private bool TryNextVerified([NotNullWhen(true)] out DuckDbChunk? chunk)
    {
        if (isFirstRead)
            (chunk, isFirstRead) = (first, false);
        else
            result.TryNextChunk(out chunk);
        bool isThere = chunk is not null;
        if (!isThere)
            verification.RequireUnchanged();
        else if (verification.NeedsPositions)
            verification.VerifyRows(chunk!.Values<long>(result.Columns.Count - 1));
        return isThere;
    }

    /// <summary>The bytes of what <see cref="Take"/> would give, the memory that it keeps.</summary>
    internal long GatheredBytes => collectors.Sum(c => c.Bytes);

    /// <summary>What was gathered since the last time.</summary>
    internal ImmutableArray<ColumnData> Take() => [.. collectors.Select((c, i) => c.Finish(schemas[i]))];

    public void Dispose()
    {
        result.Dispose();
        connection.Dispose();
        copies.Dispose();
    }
}
