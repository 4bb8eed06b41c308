using Pile.CrossMatch.Matching;

namespace Pile.CrossMatch;

/// <summary>Counts the rows that a sink receives.</summary>
internal sealed class RowCounter(IPairSink sink) : IPairSink
{
    /// <summary>The number of rows so far.</summary>
    internal long Count { get; private set; }

    /// <inheritdoc/>
    public void Prepare(PairBuffer rows) => sink.Prepare(rows);

    /// <inheritdoc/>
    public void Place(PairBuffer rows)
    {
        Count += rows.Count;
        sink.Place(rows);
    }

    /// <inheritdoc/>
    public void Write(PairBuffer rows) => sink.Write(rows);
}
