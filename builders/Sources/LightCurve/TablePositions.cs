using System.Globalization;
using Pile.Format;
using Pile.Tables;

namespace Pile.Builders.Sources.LightCurve;

/// <summary>Reads the positions in the rows of a table of measurements.</summary>
internal sealed class TablePositions
{
    private readonly string path;
    private readonly PositionColumns columns;
    private readonly PositionReader reader;
    private PositionBatch? batch;

    /// <exception cref="SchemaMismatchException">There are no such columns, or their units are not units of angle.</exception>
    internal TablePositions(ITableReader table, LightCurveTableRecipe recipe, Action<string> onMessage,
        Action<ValueInvalidException> reject)
    {
        path = table.Path;
        PositionOptions options = recipe.Positions with { OnMessage = onMessage, OnBadValue = reject };
        try
        {
            columns = PositionColumns.Find(table, options);
            reader = new(table, columns, options);
        }
        catch (ArgumentException e) when (e.ParamName is null)
        {
            throw new SchemaMismatchException(path, null, e.Message.TrimEnd('.'),
                "Set 'ra' and 'dec' in the recipe's source, or a 'catalogue' that has the positions", e)
            { IsOfCaller = (options.RaColumn ?? options.DecColumn) is not null };
        }
    }

    internal IEnumerable<string> Names => [columns.Ra.Name, columns.Dec.Name];

    /// <summary>Reads the positions of the next rows.</summary>
    internal void Next(RowBatch rows) => batch = reader.Read(rows);

    /// <summary>Passes rows whose positions are not read.</summary>
    internal void Pass(int rows) => reader.Pass(rows);

    /// <summary>Returns the position of a row of the batch, which may be missing or out of range.</summary>
    internal (double RaDeg, double DecDeg) At(int row) =>
        batch!.RaDeg.Span[row] is var ra && ra is < 0 and >= -180 ? (ra + 360, batch.DecDeg.Span[row]) : (ra, batch.DecDeg.Span[row]);

    /// <summary>Creates the error of a row with an invalid position.</summary>
    internal ValueInvalidException Invalid(long row, (double RaDeg, double DecDeg) position, string remedy) =>
        new(path, row, $"{columns.Ra.Name}, {columns.Dec.Name}",
            double.IsNaN(position.RaDeg) ? "a missing value"
                : string.Create(CultureInfo.InvariantCulture, $"{position.RaDeg}, {position.DecDeg}"), "a position on the sky", remedy);

    /// <summary>The extent of all positions, if nothing declares the unit of right ascension.</summary>
    internal PositionExtent? UndeclaredExtent => reader.UndeclaredExtent;
}
