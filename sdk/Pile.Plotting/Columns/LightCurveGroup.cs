using Pile.Format;

namespace Pile.Plotting;

/// <summary>The columns of one light curve, which share a prefix, such as <c>lightcurve_</c>, with a column of times.</summary>
/// <param name="Prefix">The prefix of the group's names, <c>lightcurve_</c>.</param>
internal sealed record LightCurveGroup(string Prefix)
{
    /// <summary>The column with the times.</summary>
    internal string TimeColumn => Prefix + "time";

    /// <summary>The column with the names of the bands.</summary>
    internal string BandColumn => Prefix + "band";

    /// <summary>The column with the number of samples of each band.</summary>
    internal string LengthColumn => Prefix + "length";

    /// <summary>Returns the group of a column that has a value for each band and sample; null for other columns.</summary>
    internal static LightCurveGroup? Of(ViewColumns view, ColumnSchema column)
    {
        if (column.Shape.Length != 2 || column.DType == DType.String)
            return null;
        for (int end = column.Name.LastIndexOf('_'); end > 0; end = column.Name.LastIndexOf('_', end - 1))
        {
            LightCurveGroup group = new(column.Name[..(end + 1)]);
            if (view.FindExact(group.TimeColumn) is { Time: not null } time && time.Shape.SequenceEqual(column.Shape))
                return group;
        }
        return null;
    }

    /// <summary>Returns the columns of the group with a value for each band and sample, except the times: flux and its error first, then
    /// the others in the order of the dataset.</summary>
    internal IEnumerable<string> Measurements(ViewColumns view) =>
        view.Names.Where(name => name != TimeColumn && view.FindExact(name) is { } column && Of(view, column) == this)
        .OrderBy(name => name[Prefix.Length..] switch { "flux" => 0, "flux_err" => 1, _ => 2 });
}
