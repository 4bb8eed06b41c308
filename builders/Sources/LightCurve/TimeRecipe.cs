using System.Globalization;
using Pile.Format;
using Pile.Format.Yaml;
using Pile.Tables;

namespace Pile.Builders.Sources.LightCurve;

/// <summary>The key <c>time</c>: the column of the times and their time axis.</summary>
/// <param name="Column">The column.</param>
/// <param name="Scale">The time scale; null for the recipe's <c>options.time_scale</c>.</param>
/// <param name="Reference">The reference position; null if the recipe does not declare it.</param>
/// <param name="ZeroMjd">The MJD of time 0; null if the recipe does not declare it.</param>
internal sealed partial record TimeRecipe(string Column, string? Scale, string? Reference, double? ZeroMjd)
{
    private const double UnitTolerance = 1e-12; // of equal units in different words

    private const double ZeroMjdTolerance = 1e-8; // days; zero points that are Julian dates have this precision

    /// <summary>The unit of the times; null if the recipe does not declare it.</summary>
    internal string? Unit { get; private init; }

    /// <summary>The time axis of the column; null for MJD in the time scale of the dataset.</summary>
    internal TimeAxis? Axis => Scale is null ? null : new TimeAxis(Scale, Reference, ZeroMjd ?? 0);

    /// <summary>Returns the time axis of a column: what the recipe declares, completed by what the file declares; null for MJD in the time
    /// scale of the dataset.</summary>
    /// <param name="table">The file.</param>
    /// <exception cref="SchemaMismatchException">Recipe and file, or unit and header, contradict each other, or neither states the time
    /// scale of a zero point or a reference position.</exception>
    internal TimeAxis? AxisIn(ITableReader table)
    {
        RequireOneZero(table);
        TimeRecipe named = ZeroMjd is null && table.Columns.FirstOrDefault(c => c.Name == Column) is { Time: null or { ZeroMjd: 0 } } column
            ? Named(table, column) : this;
        TimeAxis? declared = named.DeclaredIn(table);
        if (Scale is null && named is { ZeroMjd: not (null or 0) } or { Reference: not null } && declared is null or { AssumesScale: true })
            throw WithoutScale(table.Path, named);
        return declared is null ? named.Axis : named.With(table.Path, declared);
    }

    private SchemaMismatchException WithoutScale(string path, TimeRecipe named) => new(path, Column,
        named.ZeroMjd is not (null or 0) && ZeroMjd is null ? string.Create(CultureInfo.InvariantCulture,
            $"by its name or unit its times are days since MJD {named.ZeroMjd:R}, and neither the file (TIMESYS) nor the recipe states "
            + $"their time scale")
            : "'zero_mjd' and 'reference' of its times are of a time scale, which neither the file (TIMESYS) nor the recipe states",
        $"Set 'time: {{ column: {Column}, scale: … }}' in the recipe's source (UTC, TAI, TDB …)")
    { IsOfCaller = true };

    /// <summary>Returns what a file declares about the times; null for nothing.</summary>
    /// <remarks>Of a FITS column that is named otherwise than <c>TIME</c>, the recipe may know better that its values are
    /// absolute. Of the column <c>TIME</c>, it may if the unit says so, too.</remarks>
    internal TimeAxis? DeclaredIn(ITableReader table) => table.Columns.FirstOrDefault(c => c.Name == Column) is { Time: { } certain } column
        ? ZeroMjd is not null && ZeroMjd == NamedZero.Of(column.Unit).ZeroMjd ? certain with { ZeroMjd = 0 } : certain
        : table.AsTimes(Column)?.Time is { } probable ? (ZeroMjd is null ? probable : probable with { ZeroMjd = 0 }) : null;

    /// <summary>Returns the unit of the times in days, and whether the file or the recipe declares it; otherwise it is days. That of the
    /// recipe replaces a unit of the file that is not known.</summary>
    /// <exception cref="SchemaMismatchException">The unit is not one of time, or recipe and file contradict each other.</exception>
    internal (double DaysPerUnit, bool IsDeclared) UnitOf(ITableReader table)
    {
        string? declared = UnitIn(table);
        string remedy = $"Set 'time' in the recipe's source to another column, or state the unit: 'time: {{ column: {Column}, unit: … }}'";
        if (Unit is null)
            return (TimeUnits.DaysPer(table.Path, Column, declared, remedy), !string.IsNullOrWhiteSpace(declared));
        double stated = TimeUnits.DaysPer(table.Path, Column, Unit, "Correct 'unit' of 'time' in the recipe's source");
        double? days = TimeUnits.TryDaysPer(table.Path, Column, declared, remedy);
        return string.IsNullOrWhiteSpace(declared) || (days is null ? !TimeUnits.IsOfOtherQuantity(declared)
            : Math.Abs(stated - days.Value) <= UnitTolerance * days.Value) ? (stated, true)
            : throw new SchemaMismatchException(table.Path, Column, $"its unit is '{declared}' in the file, but '{Unit}' in the recipe",
                "Remove or correct 'unit' of 'time' in the recipe's source, or correct the file")
            { IsOfCaller = true };
    }

    // If the recipe declares the zero point, the column may have other times than those that the header describes.
    private string? UnitIn(ITableReader table) =>
        (ZeroMjd is null ? table.AsTimes(Column) : table.Columns.FirstOrDefault(c => c.Name == Column))?.Unit;

    private TimeAxis With(string path, TimeAxis declared)
    {
        declared = declared.Or(Scale);
        // A file without a reference time has the zero point 0, which may be an omission.
        if ((Scale is not null && Scale != declared.Scale)
            || (Reference is not null && declared.Reference is not null && Reference != declared.Reference)
            || (ZeroMjd is { } zero && declared.ZeroMjd != 0 && Math.Abs(zero - declared.ZeroMjd) > ZeroMjdTolerance))
            throw new SchemaMismatchException(path, Column,
                $"its times are {TimeWords.Describe(declared)} in the file, but "
                + $"{TimeWords.Describe(Axis ?? new(declared.Scale, Reference, ZeroMjd ?? declared.ZeroMjd))} in the recipe",
                "Remove or correct 'time' in the recipe's source, or correct the file");
        return new(declared.Scale, Reference ?? declared.Reference,
            declared.ZeroMjd != 0 ? declared.ZeroMjd : ZeroMjd ?? declared.ZeroMjd);
    }

    /// <exception cref="DocumentInvalidException">A key is missing or unknown, or the zero point is invalid.</exception>
    internal static TimeRecipe Read(YamlNode node)
    {
        if (node is not YamlMap map)
            return new(node.AsScalar().Text, null, null, null);
        map.RequireKeys("column", "unit", "scale", "reference", "zero_mjd");
        YamlScalar? zero = map.Find("zero_mjd")?.AsScalar();
        return Read(map, map.Text("column"), zero is null ? null
            : JulianWord.TryZero(zero.Text, out double known) ? known : zero.AsDouble())
            with
        { Unit = map.Find("unit") is { } unit ? ReadUnit(unit.AsScalar()) : null };
    }

    private static string ReadUnit(YamlScalar unit) => Units.TryDays(unit.Text, out _) ? unit.Text
        : throw unit.Invalid($"expected a unit of time (s, min, h, d, yr), found '{unit.Text}'");

    /// <summary>Reads the keys <c>scale</c> and <c>reference</c> of a column of MJDs that the source names.</summary>
    /// <param name="map">The mapping; null if the recipe does not have it.</param>
    /// <param name="column">The column.</param>
    /// <exception cref="DocumentInvalidException">A key is unknown or invalid.</exception>
    internal static TimeRecipe ReadMjd(YamlMap? map, string column)
    {
        map?.RequireKeys("scale", "reference");
        TimeRecipe time = map is null ? new(column, null, null, null) : Read(map, column, null);
        return time is not { Scale: null, Reference: not null } ? time
            : throw map!.Invalid("'reference' and 'zero_mjd' require 'scale' (UTC, TAI, TDB …)");
    }

    private static TimeRecipe Read(YamlMap map, string column, double? zeroMjd) => new(column,
        map.Find("scale") is { } scale ? TimeWords.ReadScale(scale.AsScalar()) : null,
        map.Find("reference") is { } reference ? TimeWords.ReadReference(reference.AsScalar()) : null, zeroMjd);
}
