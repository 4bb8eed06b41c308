using System.Collections.Immutable;
using Pile.Format;
using Pile.Tables;

namespace Pile.CrossMatch;

/// <summary>Finds the columns of position errors by the names and UCDs of surveys.</summary>
internal static class ErrorColumns
{
    private static readonly PositionWords Correlation = new("correlation", ["stat.correlation;pos.eq.ra;pos.eq.dec"],
        ["ra_dec_corr", "RADEcor", "ra_dec_correlation"], []);

    private static readonly PositionWords RaIvar = new("inverse variance of ra", [], ["ra_ivar"], []);

    private static readonly PositionWords DecIvar = new("inverse variance of dec", [], ["dec_ivar"], []);

    // 2MASS by IRSA, and by VizieR.
    private static readonly PositionWords Major = new("semi-major axis", [], ["err_maj", "errMaj"], []);

    private static readonly PositionWords Minor = new("semi-minor axis", [], ["err_min", "errMin"], []);

    private static readonly PositionWords Angle = new("position angle", [], ["err_ang", "errPA"], []);

    /// <summary>Returns the usual columns of a side, the best first.</summary>
    internal static IEnumerable<ErrorSource> Find(ImmutableArray<ColumnSchema> columns)
    {
        PositionSearch search = new([.. columns.Where(c => c.IsScalar && c.DType is not (DType.String or DType.Bool))]);
        (ColumnSchema? ra, ColumnSchema? dec) = search.OptionalPair(PositionWords.RaError, PositionWords.DecError);
        ColumnSchema? correlation = search.Optional(Correlation);
        if (ra is not null && dec is not null)
            yield return new ErrorSource(ErrorKind.Covariance, Names(ra, dec, correlation));
        if (search.Optional(RaIvar) is { } raIvar && search.Optional(DecIvar) is { } decIvar)
            yield return new ErrorSource(ErrorKind.InverseVariance, Names(raIvar, decIvar));
        if (search.Optional(Major) is { } major && search.Optional(Minor) is { } minor && search.Optional(Angle) is { } angle)
            yield return new ErrorSource(ErrorKind.Ellipse, Names(major, minor, angle));
        foreach (int percent in (int[])[95, 68])
            if (OfFermi(search, percent) is { } fermi)
                yield return fermi;
        if ((ra ?? dec) is { } single && (ra is null || dec is null))
            yield return new ErrorSource(ErrorKind.Circle, [single.Name]);
    }

    /// <summary>Returns the unit of errors without one.</summary>
    internal static string UnitIfNone(ErrorSource source) => source switch
    {
        // Files of Gaia without units have milliarcseconds, and only Gaia has this name.
        { Kind: ErrorKind.Covariance, Columns: [_, _, var correlation] }
            when correlation.Equals("ra_dec_corr", StringComparison.OrdinalIgnoreCase) => "mas",
        { Kind: ErrorKind.Ellipse, Columns: [var major, ..] } when major.StartsWith("Conf_", StringComparison.OrdinalIgnoreCase) => "deg",
        _ => "arcsec",
    };

    // Sources of Fermi have the names Conf_95_SemiMajor and so on, in degrees.
    private static ErrorSource? OfFermi(PositionSearch search, int percent)
    {
        string[] names = [$"Conf_{percent}_SemiMajor", $"Conf_{percent}_SemiMinor", $"Conf_{percent}_PosAng"];
        ColumnSchema?[] found = [.. names.Select(name => search.Optional(new PositionWords(name, [], [name], [])))];
        return Array.Exists(found, c => c is null) ? null
            : new ErrorSource(ErrorKind.Ellipse, Names(found)) { Percent = percent };
    }

    private static ImmutableArray<string> Names(params ColumnSchema?[] columns) => [.. columns.OfType<ColumnSchema>().Select(c => c.Name)];
}
