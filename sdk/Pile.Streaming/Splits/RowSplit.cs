using System.Collections.Immutable;

namespace Pile.Streaming;

/// <summary>The rows of a source in disjoint parts.</summary>
public sealed class RowSplit
{
    private readonly StreamSource source;
    private readonly long[][] parts;

    internal RowSplit(StreamSource source, SplitShares shares, ReadOnlySpan<int> partOfRow)
    {
        (this.source, Names) = (source, shares.Names);
        List<long>[] rows = [.. Names.Select(_ => new List<long>())];
        for (int row = 0; row < partOfRow.Length; row++)
            if (partOfRow[row] >= 0)
                rows[partOfRow[row]].Add(row);
            else
                LeftOut++;
        parts = [.. rows.Select(r => r.ToArray())];
    }

    /// <summary>The names of the parts.</summary>
    public ImmutableArray<string> Names { get; }

    /// <summary>The number of rows in no part, because they are too close to another part.</summary>
    public long LeftOut { get; }

    /// <summary>Returns the rows of a part, in the source's order.</summary>
    /// <exception cref="ArgumentException">There is no such part.</exception>
    public StreamSource this[string name] => source.Select(RowsOf(name));

    /// <summary>Returns the numbers of a part's rows in the source.</summary>
    /// <inheritdoc cref="this[string]" path="/exception"/>
    public IReadOnlyList<long> RowsOf(string name) => Names.IndexOf(name) is >= 0 and int part ? parts[part]
        : throw new ArgumentException($"There is no part '{name}'; the parts are {string.Join(", ", Names)}.", nameof(name));
}
