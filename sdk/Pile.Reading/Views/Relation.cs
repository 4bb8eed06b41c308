using System.Collections.Immutable;
using Pile.Format;

namespace Pile.Reading;

/// <summary>The columns of a view, a subquery or a result, in order, with the stored columns that they are.</summary>
/// <param name="Columns">The names, and the stored columns; null for an expression.</param>
/// <param name="IsComplete">False if it may have other columns too.</param>
internal sealed record Relation(ImmutableArray<(string Name, ColumnSchema? Schema)> Columns, bool IsComplete = true)
{
    internal static Relation Unknown { get; } = new([], IsComplete: false);

    /// <summary>Returns the columns of the view of a dataset in SQL.</summary>
    internal static Relation Of(Dataset dataset)
    {
        ViewSchema view = dataset.View(DatasetView.Standard);
        IEnumerable<(string, ColumnSchema?)> columns = view.Columns.Where(c => !c.IsHeavy)
            .Select(c => (c.SqlName, CategoryNames.SchemaOf(c)));
        return new(SqlSession.AddsKey(dataset) ? [.. columns, (dataset.Manifest.Partition.Key.Column, null)] : [.. columns]);
    }

    /// <summary>Returns the same columns with other names, of which there may be fewer.</summary>
    internal Relation Rename(IReadOnlyList<string> names) => names.Count == 0 ? this
        : this with { Columns = [.. Columns.Select((c, i) => (i < names.Count ? names[i] : c.Name, c.Schema))] };

    /// <summary>Finds the columns of a name, in any case.</summary>
    internal ColumnSchema?[] Find(string name) =>
        [.. Columns.Where(c => c.Name.Equals(name, StringComparison.OrdinalIgnoreCase)).Select(c => c.Schema)];
}
