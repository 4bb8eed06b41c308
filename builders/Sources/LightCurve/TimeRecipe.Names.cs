using System.Globalization;
using Pile.Format;
using Pile.Tables;

namespace Pile.Builders.Sources.LightCurve;

// The zero point that the name of a column or its unit states.
internal sealed partial record TimeRecipe
{
    /// <summary>Takes the zero point from the name of a column and from its unit, such as <c>BJD - 2454833</c>.</summary>
    /// <exception cref="SchemaMismatchException">They are those of Julian dates, which may lack their first digits, or unclear.</exception>
    private TimeRecipe Named(ITableReader table, ColumnSchema column)
    {
        NamedZero ofName = NamedZero.Of(column.Name), ofUnit = NamedZero.Of(column.Unit), zero = ofName.And(ofUnit);
        string source = ofUnit.Kind == NamedZero.Meaning.None ? "name"
            : ofName.Kind == NamedZero.Meaning.None || zero == ofUnit ? $"unit '{column.Unit}'" : $"name and its unit '{column.Unit}'";
        return zero.Kind switch
        {
            NamedZero.Meaning.None => this,
            // Of a column with any name, the header may state a reference time, which is not that of MJDs.
            NamedZero.Meaning.Known => zero.ZeroMjd == 0 && table.AsTimes(Column)?.Time is null or { ZeroMjd: 0 } ? this
                : this with { ZeroMjd = zero.ZeroMjd },
            NamedZero.Meaning.JulianDates => throw Ask(table.Path, $"by its {source} it has Julian dates, of which some programs leave "
                + "out the first digits", "jd", " in the recipe's source, or 'zero_mjd: mjd' for MJD"),
            _ when zero.ZeroMjd is { } mjd => throw Ask(table.Path, string.Create(CultureInfo.InvariantCulture,
                $"by its {source} its times may be days since JD {mjd + TimeWords.JdOfMjdZero:R}, but it can have another meaning"),
                mjd.ToString("R", CultureInfo.InvariantCulture), " in the recipe's source if they are; 'zero_mjd: jd' for complete Julian "
                + "dates, 'zero_mjd: mjd' for MJD"),
            _ => throw Ask(table.Path, $"by its {source} the zero point of its times is unclear", "…", " in the recipe's source with the "
                + "MJD of time 0: jd for Julian dates, mjd for MJD, btjd, bkjd, or a number, such as 49999.5 for JD − 2450000"),
        };
    }

    /// <summary>Checks that not both the unit of the column and the header state a zero point, which would be added twice.</summary>
    /// <exception cref="SchemaMismatchException">They state different ones, and the recipe states neither.</exception>
    private void RequireOneZero(ITableReader table)
    {
        if (ZeroMjd is not null || table.Columns.FirstOrDefault(c => c.Name == Column) is not { } column
            || NamedZero.Of(column.Unit) is not { Kind: not NamedZero.Meaning.None } ofUnit
            || (column.Time ?? table.AsTimes(Column)?.Time) is not { ZeroMjd: not 0 and var zero }
            || Math.Abs(zero - (ofUnit.ZeroMjd ?? double.NaN)) <= ZeroMjdTolerance)
            return;
        string right = ofUnit.ZeroMjd switch
        {
            null => "…",
            0 => "mjd",
            -TimeWords.JdOfMjdZero => "jd",
            { } mjd => mjd.ToString("R", CultureInfo.InvariantCulture),
        };
        throw Ask(table.Path, string.Create(CultureInfo.InvariantCulture,
            $"its unit '{column.Unit}' states a zero point, but the header has a reference time (MJDREF), MJD {zero:R}, ")
            + "so that two would be added to its times", right, string.Create(CultureInfo.InvariantCulture,
            $" in the recipe's source if the unit is right, or 'zero_mjd: {zero:R}' if the header is"));
    }

    /// <summary>Returns what is wrong with the zero point of the recipe by the unit of the column, or else by its name, which may be wrong,
    /// too; null if neither states another one, or if the header states that of the recipe.</summary>
    internal string? OtherZeroIn(ITableReader table)
    {
        if (ZeroMjd is not { } stated || table.Columns.FirstOrDefault(c => c.Name == Column) is not { } column)
            return null;
        NamedZero ofUnit = NamedZero.Of(column.Unit), named = ofUnit.Kind == NamedZero.Meaning.None ? NamedZero.Of(column.Name) : ofUnit;
        return named is not { Kind: NamedZero.Meaning.Known, ZeroMjd: { } zero } || Math.Abs(zero - stated) <= ZeroMjdTolerance
            || (column.Time is { ZeroMjd: not 0 and var ofHeader } && Math.Abs(ofHeader - stated) <= ZeroMjdTolerance) ? null
            : string.Create(CultureInfo.InvariantCulture, $"the times of column '{Column}' are days since MJD {zero:R} by its "
                + $"{(named == ofUnit ? $"unit '{column.Unit}'" : "name")}, but since MJD "
                + $"{stated:R} by 'zero_mjd' of the recipe, which is used");
    }

    private SchemaMismatchException Ask(string path, string problem, string zeroMjd, string remedy) =>
        new(path, Column, problem, $"Set 'time: {{ column: {Column}, scale: …, zero_mjd: {zeroMjd} }}'{remedy}") { IsOfCaller = true };
}
