using System.CommandLine;
using Pile.Cli.Terminal;
using Pile.CrossMatch;

namespace Pile.Cli.Commands;

/// <summary>The options of <c>pile crossmatch</c> about errors of positions.</summary>
internal static class MatchErrorOptions
{
    private static readonly Option<string?> RadiusColumnA =
        new("--radius-column-a")
        {
            Description =
            "The column of A with the error or the radius of each row, arcseconds if it has no unit; or one size for all rows (0.1arcsec), "
                + "if no column has that name.",
            HelpName = "COL|SIZE"
        };
    private static readonly Option<string?> RadiusColumnB = new("--radius-column-b")
    {
        Description = "The same for B.",
        HelpName = "COL|SIZE"
    };
    private static readonly Option<string?> ErrorsA = new("--errors-a")
    {
        Description = "The columns of A with ellipses or covariances: ellipse:MAJ,MIN,PA for one sigma, ellipse68:, ellipse90: or "
            + "ellipse95: for ellipses that contain so many percent; covariance:RA_ERR,DEC_ERR,CORR; ivar:RA_IVAR,DEC_IVAR. Without it, "
            + "the usual columns of Gaia, 2MASS, Fermi and the Legacy Survey are found.",
        HelpName = "KIND:COLS"
    };
    private static readonly Option<string?> ErrorsB = new("--errors-b") { Description = "The same for B.", HelpName = "KIND:COLS" };
    private static readonly Option<string?> FloorA = new("--error-floor-a")
    {
        Description = "A systematic error of A, which is added in quadrature to the errors of its rows.",
        HelpName = "SIZE"
    };
    private static readonly Option<string?> FloorB = new("--error-floor-b") { Description = "The same for B.", HelpName = "SIZE" };
    private static readonly Option<double?> Sigma = CommonOptions.Number("--sigma", "K",
        "Offset at most K standard deviations: the Mahalanobis distance with the summed covariances of both rows; for circular errors, "
            + "separation at most K times the square root of the sum of their squares.");
    private static readonly Option<bool> ErrorSum =
        new("--error-sum") { Description = "Separation at most the sum of the errors of both rows (STILTS skyerr)." };

    internal static IEnumerable<Option> All => [RadiusColumnA, RadiusColumnB, ErrorsA, ErrorsB, FloorA, FloorB, Sigma, ErrorSum];

    /// <summary>Returns options with the error model and its columns.</summary>
    internal static CrossMatchOptions With(CrossMatchOptions options, ParseResult parsed)
    {
        string? columnA = parsed.GetValue(RadiusColumnA), columnB = parsed.GetValue(RadiusColumnB);
        double? sigma = parsed.GetValue(Sigma);
        if (sigma is not null && parsed.GetValue(ErrorSum))
            throw new UsageException("--sigma and --error-sum are different error models. Use only one of them.");
        return options with
        {
            Errors = sigma is not null ? ErrorModel.Sigma : parsed.GetValue(ErrorSum) ? ErrorModel.Sum
                : columnA is not null || columnB is not null ? ErrorModel.Radius : ErrorModel.None,
            Sigma = sigma ?? 1,
            ErrorColumnA = columnA,
            ErrorColumnB = columnB,
            ErrorsA = parsed.GetValue(ErrorsA),
            ErrorsB = parsed.GetValue(ErrorsB),
            ErrorFloorArcsecA = parsed.GetValue(FloorA) is { } floorA ? AngleText.SeparationArcsec(floorA, FloorA.Name) : null,
            ErrorFloorArcsecB = parsed.GetValue(FloorB) is { } floorB ? AngleText.SeparationArcsec(floorB, FloorB.Name) : null,
        };
    }

    /// <summary>Returns options in which a size replaces a column that the side does not have.</summary>
    internal static CrossMatchOptions WithSizes(CrossMatchOptions options, MatchSide a, MatchSide b)
    {
        (string? columnA, double? arcsecA) = SizeOf(options.ErrorColumnA, a, RadiusColumnA.Name, options.OnMessage);
        (string? columnB, double? arcsecB) = SizeOf(options.ErrorColumnB, b, RadiusColumnB.Name, options.OnMessage);
        return options with { ErrorColumnA = columnA, ErrorArcsecA = arcsecA, ErrorColumnB = columnB, ErrorArcsecB = arcsecB };
    }

    private static (string? Column, double? Arcsec) SizeOf(string? text, MatchSide side, string option, Action<string>? report)
    {
        if (text is null || !AngleText.IsAngle(text))
            return (text, null);
        if (side.Columns.Any(c => c.Name == text))
        {
            report?.Invoke($"{option} {text}: this is a column of {side.Name}, not a size for all rows");
            return (text, null);
        }
        return (null, AngleText.SeparationArcsec(text, option));
    }
}
