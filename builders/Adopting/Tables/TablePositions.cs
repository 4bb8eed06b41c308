using System.Collections.Immutable;
using Pile.Format;
using Pile.Sky;
using Pile.Tables;

namespace Pile.Adopting;

/// <summary>The positions of the rows of a table, in memory.</summary>
internal sealed class TablePositions
{
    private const string Remedy = "Correct the value, or set FileTableOptions.IgnoresPositions";

    private readonly PositionColumns columns;
    private readonly PositionReader reader;
    private readonly FileTableOptions options;
    private readonly List<double> raDeg = [], decDeg = [];

    private TablePositions(PositionColumns columns, PositionReader reader, FileTableOptions options) =>
        (this.columns, this.reader, this.options) = (columns, reader, options);

    /// <summary>Finds the columns of positions of a table.</summary>
    /// <returns>Null if files have no positions.</returns>
    /// <exception cref="SchemaMismatchException">There are no such columns, and the options ask for positions.</exception>
    internal static TablePositions? Find(ITableReader table, FileTableOptions options, Action<string> onFinding)
    {
        bool isRequired = options.Positions.RaColumn is not null || options.Positions.DecColumn is not null;
        if (options.IgnoresPositions)
            return null;
        try
        {
            PositionOptions positions = options.Positions with
            {
                IdColumn = options.Key,
                OnMessage = options.Positions.OnMessage ?? onFinding,
            };
            PositionColumns found = PositionColumns.Find(table, positions);
            if (found.Explanation.Length > 0)
                onFinding($"{table.Path}: {found.Explanation}");
            return new(found, new PositionReader(table, found, positions), options);
        }
        catch (ArgumentException e) when (e.ParamName is null)
        {
            if (isRequired)
                throw new SchemaMismatchException(table.Path, null, e.Message.TrimEnd('.'),
                    "Correct FileTableOptions.Positions, or set FileTableOptions.IgnoresPositions", e)
                { IsOfCaller = true };
            onFinding($"{table.Path}: the rows of the dataset have no positions: {e.Message}");
            return null;
        }
    }

    /// <summary>The names of the columns.</summary>
    internal ImmutableArray<string> Names => [columns.Ra.Name, columns.Dec.Name];

    /// <summary>Reads the positions of the next rows.</summary>
    /// <exception cref="ValueInvalidException">A position is out of range, or its text is not an angle.</exception>
    internal void Read(RowBatch batch)
    {
        PositionBatch position = reader.Read(batch);
        foreach (long outside in position.RowsOutOfRange)
            throw PositionFault.OutOfRange(options.Path, columns, batch, position, outside, raDeg.Count, Remedy);
        raDeg.AddRange(position.WrappedRaDeg().Span);
        decDeg.AddRange(position.DecDeg.Span);
    }

    /// <summary>Checks what can only be determined from all rows.</summary>
    /// <exception cref="RaUnitUndeclaredException">The right ascensions look like hours, and no unit is given.</exception>
    internal void Complete() => reader.Complete();

    /// <summary>Returns true if a row has a position.</summary>
    internal bool Has(int row) => !double.IsNaN(raDeg[row]);

    /// <summary>Returns the columns <c>ra</c> and <c>dec</c> of some rows, which all have a position.</summary>
    internal ColumnData[] Take(int[] rows) =>
    [
        new ColumnData<double>(Modality.Common.Column("ra", DType.Float64, []), rows.Select(row => raDeg[row]).ToArray(), rows.Length),
        new ColumnData<double>(Modality.Common.Column("dec", DType.Float64, []), rows.Select(row => decDeg[row]).ToArray(), rows.Length),
    ];

    /// <summary>Returns true for a column that is identical to the standard column <c>ra</c> or <c>dec</c>.</summary>
    internal bool IsReplaced(ColumnSchema column) =>
        ((column.Name == "ra" && columns.Ra.Name == "ra") || (column.Name == "dec" && columns.Dec.Name == "dec"))
        && reader.Frame == SkyFrame.Icrs && column.DType == DType.Float64
        && (string.IsNullOrEmpty(column.Unit) || (Units.TryConvert(column.Unit, "deg", out double factor) && factor == 1))
        && options.Positions.RaUnit is null or RaUnit.Degrees;
}
