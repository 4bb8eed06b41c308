using Pile.Tables;

namespace Pile.CrossMatch.Tests.Errors;

/// <summary>Matches with elliptical errors in the conventions of surveys, compared with numpy and astropy.</summary>
public class EllipseTests(EllipseTables tables) : IClassFixture<EllipseTables>
{
    private static CrossMatchOptions ThreeSigma { get; } = new() { Errors = ErrorModel.Sigma, Sigma = EllipseTables.Sigma };

    public static TheoryData<string, string, string, CrossMatchOptions, string> Cases() => new()
    {
        { "fermi", "fermi.fits", "agn.vot", ThreeSigma with { ErrorArcsecB = 0.1 },
            "the errors are from the ellipses Conf_95_SemiMajor, Conf_95_SemiMinor and Conf_95_PosAng of 95 % (axes of 2.4477 σ)" },
        { "fermi68", "fermi.fits", "agn.vot", ThreeSigma with { ErrorArcsecB = 0.1,
            ErrorsA = "ellipse68:Conf_68_SemiMajor,Conf_68_SemiMinor,Conf_68_PosAng" }, "of 68 % (axes of 1.5152 σ)" },
        { "gaia-2mass", "gaia.fits", "2mass.vot", ThreeSigma, "the errors are from ra_error, dec_error and ra_dec_corr" },
        { "gaia-2mass", "gaia.csv", "2mass.vot", ThreeSigma, "without a unit, they are taken as milliarcseconds, as those of Gaia" },
        { "gaia-2mass", "gaia.csv", "2mass.vot", ThreeSigma with { ErrorsA = "covariance:ra_error,dec_error,\"ra_dec_corr\"",
            ErrorsB = "Ellipse: err_maj, err_min, err_ang" }, "the errors are from the ellipses err_maj, err_min and err_ang" },
        { "floors", "gaia.fits", "2mass.vot", ThreeSigma with { ErrorFloorArcsecA = 0.05, ErrorFloorArcsecB = 0.2 },
            "with 0.2 arcsec added in quadrature" },
        { "legacy", "legacy.fits", "gaia.fits", ThreeSigma, "14 rows of A have no error and are in no pair" },
        { "psc", "psc.vot", "moved.csv", ThreeSigma with { ErrorArcsecB = 0.01 }, "errMaj, errMin and errPA" },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Pairs_are_those_within_the_Mahalanobis_distance(string name, string a, string b, CrossMatchOptions options,
        string message)
    {
        List<string> messages = [];
        (List<(long, long)> pairs, double radius) = await MatchAsync(a, b, options with { OnMessage = messages.Add });
        Assert.Equal(tables.Pairs(name), pairs);
        Assert.Contains(messages, m => m.Contains(message, StringComparison.Ordinal));
        Assert.Contains(messages, m => m.StartsWith("the radius is ", StringComparison.Ordinal)
            && m.EndsWith(" arcsec, from the largest errors", StringComparison.Ordinal));
        // The same from the other side, and with a radius that is large enough.
        (List<(long A, long B)> reversed, _) = await MatchAsync(b, a, options with
        {
            ErrorArcsecA = options.ErrorArcsecB,
            ErrorArcsecB = options.ErrorArcsecA,
            ErrorsA = options.ErrorsB,
            ErrorsB = options.ErrorsA,
            ErrorFloorArcsecA = options.ErrorFloorArcsecB,
            ErrorFloorArcsecB = options.ErrorFloorArcsecA,
            RadiusArcsec = radius,
        });
        Assert.Equal(pairs, reversed.Select(p => (p.B, p.A)).Order());
    }

    [Fact]
    public async Task A_radius_caps_the_errors()
    {
        (List<(long, long)> all, _) = await MatchAsync("gaia.fits", "2mass.vot", ThreeSigma);
        (List<(long, long)> within, double radius) = await MatchAsync("gaia.fits", "2mass.vot", ThreeSigma with { RadiusArcsec = 0.5 });
        (List<(long, long)> near, _) = await MatchAsync("gaia.fits", "2mass.vot", new() { RadiusArcsec = 0.5 });
        Assert.Equal(0.5, radius);
        Assert.Equal(all.Intersect(near).Order(), within);
        Assert.InRange(within.Count, 1, Math.Min(all.Count, near.Count) - 1);
    }

    private async Task<(List<(long A, long B)> Pairs, double RadiusArcsec)> MatchAsync(string a, string b, CrossMatchOptions options)
    {
        CancellationToken token = TestContext.Current.CancellationToken;
        await using ITableReader left = await TableReader.OpenAsync(tables.Table(a), cancellationToken: token),
            right = await TableReader.OpenAsync(tables.Table(b), cancellationToken: token);
        PositionOptions rows = new() { IdColumn = "row" };
        using MatchTable match = await CrossMatcher.MatchAsync(TableSide.Create(left, rows), TableSide.Create(right, rows), options, token);
        List<(long, long)> pairs = [];
        foreach (MatchPair pair in match)
            pairs.Add((pair.A!.Value.Number, pair.B!.Value.Number));
        return ([.. pairs.Order()], match.Summary.Actual!.RadiusArcsec!.Value);
    }
}
