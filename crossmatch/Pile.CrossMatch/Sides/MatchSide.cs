using System.Collections.Immutable;
using Pile.Format;
using Pile.Sky;

namespace Pile.CrossMatch;

/// <summary>One side of a match: rows with an id and a position, from wherever they come.</summary>
public abstract class MatchSide
{
    /// <summary>The columns that every result has; they are not carried along a second time.</summary>
    private protected static readonly string[] Own = ["object_id", "ra", "dec"];

    /// <summary>What messages call it: a dataset's address, a table's path.</summary>
    public abstract string Name { get; }

    /// <summary>The columns that can be carried along into the result, and conditions can speak of.</summary>
    public abstract ImmutableArray<ColumnSchema> Columns { get; }

    /// <summary>The type of its ids: int64 or text.</summary>
    internal virtual DType IdType => DType.Int64;

    /// <summary>Columns of one-dimensional position errors; empty where none are known.</summary>
    internal abstract ImmutableArray<string> ErrorColumns { get; }

    /// <summary>The column of times; null where none is known.</summary>
    internal abstract string? TimeColumn { get; }

    /// <summary>The scale and the reference position of its times, where they are declared.</summary>
    internal virtual (string? Scale, string? Reference) TimeFrame => default;

    /// <summary>An SQL condition that <see cref="ReadAsync"/> leaves to the caller, over columns by their names in SQL; null for
    /// none.</summary>
    internal virtual string? Condition => null;

    /// <summary>All SQL expressions that choose its rows.</summary>
    internal virtual IEnumerable<string> Expressions => Condition is { } sql ? [sql] : [];

    /// <summary>Checks the side's conditions without reading rows.</summary>
    /// <exception cref="ArgumentException">A condition is not a valid expression over its columns.</exception>
    internal virtual Task CheckAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Reads what must be known before the rows are read.</summary>
    internal virtual Task PrepareAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>True where rows far from others can be left unread: <see cref="ReadAsync"/> heeds its reach.</summary>
    internal virtual bool CanBePruned => false;

    /// <summary>The pixels that hold all its rows, as far as they are known without reading; null where they are not.</summary>
    internal virtual Task<IReadOnlyList<HealpixPixel>?> CoverageAsync(CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<HealpixPixel>?>(null);

    /// <summary>How many rows there are, conditions and all; null where only reading tells.</summary>
    internal virtual Task<long?> CountAsync(CancellationToken cancellationToken) => Task.FromResult<long?>(null);

    /// <summary>About how many rows there are, without reading; null where that is not known.</summary>
    internal abstract long? RowsAtMost { get; }

    /// <summary>What it is and what its bytes are, for the record of the match.</summary>
    internal abstract Task<SideIdentity> IdentifyAsync(CancellationToken cancellationToken);

    /// <summary>What is read of it, as far as that is known before.</summary>
    /// <param name="columnNames">The columns.</param>
    /// <param name="reach">The part of the sky where rows matter; null for all of it.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    internal abstract Task<SidePlan> PlanAsync(IReadOnlyList<string> columnNames, HealpixRanges? reach,
        CancellationToken cancellationToken);

    /// <summary>The rows: <c>object_id</c>, <c>ra</c> and <c>dec</c> (float64, ICRS degrees, NaN or null where there is none), then the
    /// columns asked for, in that order.</summary>
    /// <param name="columnNames">Names out of <see cref="Columns"/>.</param>
    /// <param name="reach">The part of the sky where rows matter; null for all of it. Rows elsewhere may come all the same.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <returns>Batches, at least one, so that the types are known where there are no rows.</returns>
    internal abstract IAsyncEnumerable<RowBatch> ReadAsync(IReadOnlyList<string> columnNames, HealpixRanges? reach,
        CancellationToken cancellationToken);

    /// <summary>Resolves a choice of columns: names, or <c>*</c> for all.</summary>
    /// <exception cref="ArgumentException">There is no such column.</exception>
    internal ImmutableArray<string> Resolve(IEnumerable<string> wanted)
    {
        ImmutableArray<string>.Builder names = ImmutableArray.CreateBuilder<string>();
        foreach (string name in wanted)
        {
            if (name == "*")
                names.AddRange(Columns.Where(CanBeCarried).Select(c => c.Name).Where(n => !names.Contains(n) && !Own.Contains(n)));
            else if (!CanBeCarried(Require(name)))
                throw new ArgumentException($"The column '{name}' of {Name} holds arrays of text or arrays that differ in more than their "
                    + "length: it cannot be carried along.", nameof(wanted));
            else if (!names.Contains(name) && !Own.Contains(name))
                names.Add(name);
        }
        return names.DrainToImmutable();
    }

    /// <summary>Finds a column.</summary>
    /// <exception cref="ArgumentException">There is no such column.</exception>
    internal ColumnSchema Require(string name) => Columns.FirstOrDefault(c => c.Name == name)
        ?? throw new ArgumentException(
            $"{Name} has no column '{name}'; it has "
                + $"{string.Join(", ", Columns.Take(40).Select(c => c.Name))}{(Columns.Length > 40 ? " …" : "")}.", nameof(name));

    private static bool CanBeCarried(ColumnSchema column) =>
        column.IsScalar || (column.DType != DType.String && (!column.IsRagged || column.Shape.Length == 1));
}
