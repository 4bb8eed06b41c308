using Pile.Format;

namespace Pile.CrossMatch;

/// <summary>The columns of a result, and the name of its table in the workspace, which filters and orders use.</summary>
internal static class MatchColumns
{
    internal const string ResultTable = "result";

    /// <summary>Columns of <see cref="ResultTable"/> with the rows of the sides. They are not columns of a result.</summary>
    internal const string RowA = "_pile_row_a", RowB = "_pile_row_b";

    internal static ColumnSchema Separation(bool mayBeMissing) =>
        new()
        {
            Name = "separation_arcsec",
            DType = DType.Float64,
            Unit = "arcsec",
            Ucd = "pos.angDistance",
            Description = "great-circle separation of the pair",
            Nullable = mayBeMissing
        };

    /// <summary>The names of the separation of a pair: an angle on the sky, a distance on the earth.</summary>
    internal static readonly string[] SeparationNames = ["separation_arcsec", "distance_m"];

    /// <summary>The name of the separation of a pair.</summary>
    internal static string SeparationName(PositionFrame frame) => SeparationNames[frame.IsEarth ? 1 : 0];

    /// <summary>The names of other columns of the pairs of a match, which conditions do not have.</summary>
    internal static IEnumerable<string> AfterConditions(CrossMatchOptions options) =>
    [
        .. options.ComparesTimes ? ["dt_days", "a_epoch_index", "b_epoch_index"] : (string[])[],
        .. options.PositionAngle ? ["position_angle_deg"] : (string[])[],
        .. options.WithProbability ? ["log10_bayes_factor", "probability", "log10_magnitude_factor", "p_any", "p_i"] : (string[])[],
        .. options.Find == MatchFind.Groups ? ["group_id", "group_size"] : (string[])[],
    ];

    internal static ColumnSchema Distance(bool mayBeMissing) =>
        new()
        {
            Name = "distance_m",
            DType = DType.Float64,
            Unit = "m",
            Ucd = "pos.distance",
            Description = "geodesic distance of the pair on WGS 84",
            Nullable = mayBeMissing
        };

    internal static ColumnSchema TimeDifference(bool mayBeMissing) =>
        new()
        {
            Name = "dt_days",
            DType = DType.Float64,
            Unit = "d",
            Ucd = "time.interval",
            Description = "time of B less time of A",
            Nullable = mayBeMissing
        };

    internal static ColumnSchema EpochIndex(string letter, bool mayBeMissing) =>
        new()
        {
            Name = $"{letter}_epoch_index",
            DType = DType.Int32,
            Unit = "",
            Description = $"index of the nearest epoch in the array of the row of {letter.ToUpperInvariant()}, from 0",
            Nullable = mayBeMissing
        };

    internal static ColumnSchema PositionAngle(bool mayBeMissing) =>
        new()
        {
            Name = "position_angle_deg",
            DType = DType.Float64,
            Unit = "deg",
            Ucd = "pos.posAng",
            Description = "direction from A to B, north through east",
            Nullable = mayBeMissing
        };

    internal static ColumnSchema GroupId(bool mayBeMissing) =>
        new()
        {
            Name = "group_id",
            DType = DType.Int32,
            Unit = "",
            Description = "number of the row's group, from 1",
            Nullable = mayBeMissing
        };

    internal static ColumnSchema GroupSize(bool mayBeMissing) =>
        new() { Name = "group_size", DType = DType.Int32, Unit = "", Description = "rows of the group", Nullable = mayBeMissing };

    /// <summary>Returns the name of an additional column, unique without regard to case, because some tables ignore the case of
    /// names.</summary>
    internal static string NameOf(ColumnSchema schema, string letter, IReadOnlySet<string> taken)
    {
        string name = $"{letter}_{schema.Name}";
        while (taken.Contains(name))
            name += "_";
        return name;
    }
}
