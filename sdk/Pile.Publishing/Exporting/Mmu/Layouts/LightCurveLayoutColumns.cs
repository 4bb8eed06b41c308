namespace Pile.Publishing;

/// <summary>The columns that layouts of light curves with one band have in common.</summary>
internal static class LightCurveLayoutColumns
{
    /// <summary>Adds a quantity that must exist under one of several names.</summary>
    internal static void Add(MmuTable table, string name, params ReadOnlySpan<string> stored)
    {
        if (table.Require(stored) is not { } column)
            return;
        if (column.Shape.Length != 2)
            table.Reject(column, "the axes band and sample");
        else
            table.Add(new SamplesColumn(name, column));
    }

    /// <summary>Adds a quantity that is NaN if the dataset does not have it.</summary>
    internal static void AddOrNaN(MmuTable table, string name, string stored)
    {
        if (table.Find(stored) is not null)
            Add(table, name, stored);
        else if (table.Find("lightcurve_time") is { Shape.Length: 2 } time)
            table.Add(new UnknownSamplesColumn(name, time));
    }
}
