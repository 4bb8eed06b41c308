using System.Collections.Immutable;
using System.Globalization;
using Pile.Format;
using Pile.Tables;

namespace Pile.CrossMatch;

/// <summary>The columns of a side from which positions are moved to another epoch.</summary>
/// <param name="PmRa">Proper motion in right ascension, with the cosine of the declination.</param>
/// <param name="PmDec">Proper motion in declination.</param>
/// <param name="Parallax">The parallax; null without one.</param>
/// <param name="RadialVelocity">The radial velocity; null without one.</param>
/// <param name="EpochRa">The Julian year of the right ascension; null without a column.</param>
/// <param name="EpochDec">The Julian year of the declination; null if it is that of the right ascension.</param>
internal sealed record MotionColumns(ColumnSchema PmRa, ColumnSchema PmDec, ColumnSchema? Parallax, ColumnSchema? RadialVelocity,
    ColumnSchema? EpochRa, ColumnSchema? EpochDec)
{
    private static readonly PositionWords ParallaxWords = new("parallax", ["pos.parallax", "pos.parallax.trig"],
        ["parallax", "plx", "plx_value"], []);

    private static readonly PositionWords VelocityWords = new("radial velocity", [], ["radial_velocity", "rv", "rvel", "rv_value"],
        ["spect.dopplerVeloc.opt;em.opt.I", "phys.veloc;pos.heliocentric"]);

    internal IEnumerable<ColumnSchema> All =>
        ((ColumnSchema?[])[PmRa, PmDec, Parallax, RadialVelocity, EpochRa, EpochDec]).OfType<ColumnSchema>();

    /// <summary>Finds the columns by their UCDs and names; null without a proper motion, or if several are equally good
    /// (<see cref="Several"/>).</summary>
    internal static MotionColumns? Find(ImmutableArray<ColumnSchema> columns)
    {
        PositionSearch search = Search(columns);
        if (search.OptionalPair(PositionWords.PmRa, PositionWords.PmDec) is not ({ } pmRa, { } pmDec))
            return null;
        (ColumnSchema? epochRa, ColumnSchema? epochDec) = Epochs(search);
        return new MotionColumns(pmRa, pmDec, search.Optional(ParallaxWords), search.Optional(VelocityWords), epochRa, epochDec);
    }

    /// <summary>Finds the columns of epochs, also of a side without proper motions.</summary>
    /// <returns>The columns of <see cref="EpochRa"/> and <see cref="EpochDec"/>.</returns>
    internal static (ColumnSchema? Ra, ColumnSchema? Dec) FindEpochs(ImmutableArray<ColumnSchema> columns) =>
        Epochs(Search(columns));

    /// <summary>Describes why <see cref="Find"/> does not use the proper motions of a side; null if it has none.</summary>
    internal static string? Unused(MatchSide side) => Several(side) ?? NotOfStars(side);

    /// <summary>Describes the rates of objects in the Solar System, with which <see cref="Find"/> does not move positions; null without
    /// them.</summary>
    internal static string? NotOfStars(MatchSide side) =>
        Numbers(side.Columns).FirstOrDefault(StarLimits.IsOfSolarSystem) is { } rate && Find(side.Columns) is null
            ? $"'{rate.Name}' of {side.Name} is in {rate.Unit}: rates of objects in the Solar System are not the motions of stars, and "
                + "positions are not moved with them" : null;

    /// <summary>Describes the proper motions among which <see cref="Find"/> could not choose, and what to do; null if there are no
    /// several.</summary>
    internal static string? Several(MatchSide side) =>
        Search(side.Columns).Pairs(PositionWords.PmRa, PositionWords.PmDec) is { Length: > 1 } pairs
            ? $"{side.Name} has several proper motions ({string.Join(", ", pairs.Select(p => $"'{p.Ra!.Name}' with '{p.Dec!.Name}'"))}), "
                + "and which of them to use is not known. Rename the columns of the others" : null;

    private static PositionSearch Search(ImmutableArray<ColumnSchema> columns) =>
        new([.. Numbers(columns).Where(c => !StarLimits.IsOfSolarSystem(c))]);

    private static IEnumerable<ColumnSchema> Numbers(ImmutableArray<ColumnSchema> columns) =>
        columns.Where(c => c.IsScalar && c.DType is not (DType.String or DType.Bool));

    private static (ColumnSchema? Ra, ColumnSchema? Dec) Epochs(PositionSearch search) =>
        search.Optional(PositionWords.EpochRa) is { } ra && search.Optional(PositionWords.EpochDec) is { } dec ? (ra, dec)
            : (search.Optional(PositionWords.RefEpoch), null);

    /// <summary>Returns the factor that converts a column to a unit.</summary>
    /// <exception cref="ArgumentException">The column has a unit of another kind.</exception>
    internal static double Factor(MatchSide side, ColumnSchema column, string unit) => string.IsNullOrWhiteSpace(column.Unit) ? 1
        : Units.TryConvert(column.Unit, unit, out double factor) ? factor
        : throw new ArgumentException($"Column '{column.Name}' of {side.Name} has the unit '{column.Unit}', which cannot be converted to "
            + $"{unit}. Correct the unit, or rename the column, so that it is not used for motion."
            + (unit == "mas/yr" && Units.TryConvert(column.Unit, "s/yr", out double seconds)
                ? string.Create(CultureInfo.InvariantCulture, $" If it is seconds of right ascension, which lack the cosine of the "
                    + $"declination, multiply its values by {15_000 * seconds:R} cos(dec) for mas/yr.") : ""));
}
