using System.Collections.Immutable;
using Pile.Format;
using Pile.Reading;

namespace Pile.Streaming;

/// <summary>The rows of a source in disjoint parts.</summary>
public sealed class RowSplit
{
    private readonly StreamSource source;
    private readonly long[][] parts;

    private readonly SplitStep? step;

    /// <param name="source">The rows.</param>
    /// <param name="names">The names of the parts.</param>
    /// <param name="partOfRow">The part of each row, by its place among the names; negative for none.</param>
    /// <param name="step">How the split is made again from its query; null if it cannot.</param>
    internal RowSplit(StreamSource source, ImmutableArray<string> names, ReadOnlySpan<int> partOfRow, SplitStep? step = null)
    {
        (this.source, Names, this.step) = (source, names, step);
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

    /// <summary>The number of rows in no part, because they are too close to another part, or have no value in the column that names
    /// their part.</summary>
    public long LeftOut { get; }

    /// <summary>Returns the rows of a part, in the source's order.</summary>
    /// <exception cref="ArgumentException">There is no such part.</exception>
    public StreamSource this[string name] => Part(name, isExcept: false);

    /// <summary>Returns the rows of all parts but one, in the source's order: of k folds, those to train with when this one
    /// tests.</summary>
    /// <inheritdoc cref="this[string]" path="/exception"/>
    public StreamSource Except(string name) => Part(name, isExcept: true);

    /// <summary>Returns the numbers of a part's rows in the source.</summary>
    /// <inheritdoc cref="this[string]" path="/exception"/>
    public IReadOnlyList<long> RowsOf(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return Names.IndexOf(name) is >= 0 and int part ? parts[part]
            : throw new ArgumentException($"There is no part '{name}'; the parts are "
                + $"{string.Join(", ", Names.Select(part => $"'{part}'"))}.", nameof(name));
    }

    /// <summary>Returns the hash of the parts: of the texts name, hash of its ids, name, and so on (QUERIES.md, section 4).</summary>
    /// <param name="ids">The ids of all rows of the source.</param>
    internal string Hash(ColumnData ids) => IdsHash.Of(Names.SelectMany((name, part) =>
    {
        using IdsHash hash = new();
        hash.Add(ids.Take(Array.ConvertAll(parts[part], row => checked((int)row))));
        return (string[])[name, hash.Finish()];
    }));

    private SelectedRows Part(string name, bool isExcept)
    {
        IReadOnlyList<long> own = RowsOf(name);
        long[] rows = isExcept ? [.. parts.Where(part => !ReferenceEquals(part, own)).SelectMany(part => part).Order()] : [.. own];
        return new SelectedRows(source, rows)
        {
            Pinned = step is null || source.Pinned is not { } pinned ? null
                : pinned with { Split = new PinnedSplit(this, step, name, isExcept) },
        };
    }
}
