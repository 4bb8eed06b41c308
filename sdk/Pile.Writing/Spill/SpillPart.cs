using Pile.DuckDb;

namespace Pile.Writing.Spill;

/// <summary>The growing rows of one part of a unit.</summary>
/// <param name="layout">The columns.</param>
/// <param name="layoutNumber">The number of the layout in the unit.</param>
/// <param name="lane">Where they are written.</param>
internal sealed class SpillPart(SpillLayout layout, int layoutNumber, SpillLane lane)
{
    private readonly RowsFile rows = new(lane.Rows, lane.Buffer);

    internal SpillLayout Layout => layout;

    /// <summary>Appends a batch: the writer's internal columns, then light values and heavy shapes in the layout's order.</summary>
    internal void Append(IReadOnlyList<DuckDbColumn> columns, int rowCount) => rows.Append(columns, rowCount);

    internal PartRecord Complete() => new(rows.Complete(), layoutNumber, rows.Rows);
}
