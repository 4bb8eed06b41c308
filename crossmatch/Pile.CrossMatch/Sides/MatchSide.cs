using System.Collections.Immutable;
using Pile.Format;

namespace Pile.CrossMatch;

/// <summary>One side of a match: rows with an id and a position, from wherever they come.</summary>
public abstract class MatchSide
{
    /// <summary>The columns that every result has; they are not carried along a second time.</summary>
    private protected static readonly string[] Own = ["object_id", "ra", "dec"];

    /// <summary>What messages call it: a dataset's address, a table's path.</summary>
    public abstract string Name { get; }

    /// <summary>The columns that can be carried along into the result.</summary>
    public abstract ImmutableArray<ColumnSchema> Columns { get; }

    /// <summary>The rows: <c>object_id</c>, <c>ra</c> and <c>dec</c> (float64, ICRS degrees, NaN or null where there is none), then the columns asked for, in that order.</summary>
    /// <param name="columnNames">Names out of <see cref="Columns"/>.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    internal abstract IAsyncEnumerable<RowBatch> ReadAsync(IReadOnlyList<string> columnNames, CancellationToken cancellationToken);

    /// <summary>Resolves a choice of columns: names, or <c>*</c> for all.</summary>
    /// <exception cref="ArgumentException">There is no such column.</exception>
    internal ImmutableArray<string> Resolve(IEnumerable<string> wanted)
    {
        ImmutableArray<string>.Builder names = ImmutableArray.CreateBuilder<string>();
        foreach (string name in wanted)
        {
            if (name == "*")
                names.AddRange(Columns.Select(c => c.Name).Where(n => !names.Contains(n) && !Own.Contains(n)));
            else if (!Columns.Any(c => c.Name == name))
                throw new ArgumentException($"{Name} has no column '{name}'; it has {string.Join(", ", Columns.Take(40).Select(c => c.Name))}{(Columns.Length > 40 ? " …" : "")}.", nameof(wanted));
            else if (!names.Contains(name) && !Own.Contains(name))
                names.Add(name);
        }
        return names.DrainToImmutable();
    }
}
